//! The question "which one" in a form: a tap on what is offered, or a text that only one of them matches.

use std::future::Future;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use super::form::{Ask, Choice, Given, Taken};
use crate::crm::Result;
use crate::domain::text::clean_line;
use crate::flows::Cx;
use crate::text::{Html, Say};

/// A kind of record that is chosen by its title.
pub trait Offered: Send + Sync {
    /// What is known of the chosen one besides its title.
    type Chosen: Send;

    /// The records that match a search, a page of them.
    fn offered(search: &str, page: i64, cx: &mut Cx<'_>) -> impl Future<Output = Result<Offers>> + Send;

    /// The title of the record, if it can be chosen now.
    fn chosen(id: i64, cx: &mut Cx<'_>) -> impl Future<Output = Result<(String, Self::Chosen)>> + Send;
}

/// A page of what is offered.
pub struct Offers {
    pub choices: Vec<Choice>,
    pub page: i64,
    pub pages: i64,
}

/// The chosen record, and what was typed to find it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct TitlePick<K> {
    pub id: Option<i64>,
    /// Its title when it was chosen, for the question asked again.
    pub title: String,
    search: String,
    #[serde(skip)]
    of: PhantomData<K>,
}

impl<K: Offered> TitlePick<K> {
    /// A record that is chosen already.
    #[must_use]
    pub fn of(id: i64, title: &str) -> Self {
        Self { id: Some(id), title: title.to_owned(), search: String::new(), of: PhantomData }
    }

    pub async fn ask(&self, prompt: Html, page: i64, cx: &mut Cx<'_>) -> Result<Ask> {
        let offers = K::offered(&self.search, page, cx).await?;
        let prompt = if offers.choices.is_empty() { prompt.paragraph(cx.say.pick_nothing()) } else { prompt };
        Ok(Ask::typed(prompt).offers(offers))
    }

    /// Reads the answer: a tap, or a part of the title that only one record has.
    pub async fn take(&mut self, given: Given, cx: &mut Cx<'_>) -> Result<Taken> {
        Ok(self.choose(given, cx).await?.map_or_else(|wrong| wrong, |_| Taken::Next))
    }

    /// The same, with what is known of the chosen one.
    pub async fn choose(&mut self, given: Given, cx: &mut Cx<'_>) -> Result<Result<K::Chosen, Taken>> {
        let id = match Named::read(given, cx.say) {
            Ok(Named::Id(id)) => id,
            Ok(Named::Search(search)) => {
                let offers = K::offered(&search, 1, cx).await?;
                let ids: Vec<i64> = offers.choices.iter().map(|choice| choice.pick).collect();
                match only(&ids, search, &mut self.search, |search| cx.say.pick_not_found(search), cx.say) {
                    Ok(id) => id,
                    Err(wrong) => return Ok(Err(wrong)),
                }
            }
            Err(wrong) => return Ok(Err(wrong)),
        };
        let (title, chosen) = K::chosen(id, cx).await?;
        *self = Self::of(id, &title);
        Ok(Ok(chosen))
    }
}

/// What an answer names: a record that was offered, or a text to search by.
pub enum Named {
    Id(i64),
    Search(String),
}

impl Named {
    /// Reads an answer; else what is expected instead.
    pub fn read(given: Given, say: Say) -> Result<Self, Taken> {
        match given {
            Given::Pick(id) => Ok(Self::Id(id)),
            Given::Text(text) => Ok(Self::Search(clean_line(&text))),
            _ => Err(Taken::Wrong(say.pick_expected())),
        }
    }
}

/// The only one that a search has found. Of several the search is kept, and offered by the question asked again.
pub fn only(
    found: &[i64],
    search: String,
    kept: &mut String,
    nothing: impl FnOnce(String) -> Html,
    say: Say,
) -> Result<i64, Taken> {
    match found {
        [] => Err(Taken::Wrong(nothing(search))),
        [only] => Ok(*only),
        _ => {
            let why = say.pick_several(search.as_str());
            *kept = search;
            Err(Taken::Wrong(why))
        }
    }
}
