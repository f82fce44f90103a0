//! The question "which ad", in every form that asks it: running ads, most used first, never a budget (A10, P8).

use serde::{Deserialize, Serialize};

use crate::crm::{Result, ads};
use crate::domain::text::clean_line;
use crate::flows::kit::{Ask, Choice, Given, Taken};
use crate::flows::{Cx, labels};
use crate::text::Html;

/// The chosen ad, and what was typed to find it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct AdPick {
    pub id: Option<i64>,
    /// Its title when it was chosen, for the question asked again.
    pub title: String,
    search: String,
}

impl AdPick {
    /// An ad that is chosen already.
    #[must_use]
    pub fn of(id: i64, title: &str) -> Self {
        Self { id: Some(id), title: title.to_owned(), search: String::new() }
    }

    pub async fn ask(&self, prompt: Html, page: i64, cx: &mut Cx<'_>) -> Result<Ask> {
        let found = ads::choices(&mut cx.crm, &self.search, page).await?;
        let prompt = if found.rows.is_empty() { prompt.paragraph(cx.say.pick_nothing()) } else { prompt };
        let choices = found.rows.iter().map(|ad| {
            let label = match ad.built_in {
                true => ad.title.as_str().into(),
                false => cx.say.ad_row(ad.title.as_str(), labels::channel(ad.channel, cx.say)),
            };
            Choice { label, pick: ad.id }
        });
        let mut ask = Ask::typed(prompt).choices(choices.collect(), 1);
        ask.pages = Some((found.page, found.pages));
        Ok(ask)
    }

    /// Reads the answer: a tap, or a part of the title or of another name that only one ad has.
    pub async fn take(&mut self, given: Given, cx: &mut Cx<'_>) -> Result<Taken> {
        let id = match given {
            Given::Pick(id) => id,
            Given::Text(text) => {
                let search = clean_line(&text);
                let found = ads::choices(&mut cx.crm, &search, 1).await?;
                match &found.rows[..] {
                    [] => return Ok(Taken::Wrong(cx.say.pick_not_found(search))),
                    [only] => only.id,
                    _ => {
                        let why = cx.say.pick_several(search.as_str());
                        self.search = search;
                        return Ok(Taken::Wrong(why));
                    }
                }
            }
            _ => return Ok(Taken::Wrong(cx.say.pick_expected())),
        };
        let ad = ads::choice(&mut cx.crm, id).await?;
        *self = Self::of(ad.id, &ad.title);
        Ok(Taken::Next)
    }
}
