//! The question "which service", in every form that asks it (P3).

use serde::{Deserialize, Serialize};

use crate::crm::{Result, ServiceChoice, services};
use crate::domain::text::clean_line;
use crate::flows::Cx;
use crate::flows::kit::{Ask, Choice, Given, Taken};
use crate::text::Html;

/// The chosen service, and what was typed to find it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ServicePick {
    pub id: Option<i64>,
    /// Its title when it was chosen, for the question asked again.
    pub title: String,
    search: String,
}

impl ServicePick {
    /// A service that is chosen already.
    #[must_use]
    pub fn of(id: i64, title: &str) -> Self {
        Self { id: Some(id), title: title.to_owned(), search: String::new() }
    }

    pub async fn ask(&self, prompt: Html, page: i64, cx: &mut Cx<'_>) -> Result<Ask> {
        let found = services::choices(&mut cx.crm, &self.search, page).await?;
        let prompt = if found.rows.is_empty() { prompt.paragraph(cx.say.pick_nothing()) } else { prompt };
        let choices = found.rows.iter().map(|service| {
            let label = match service.price {
                Some(price) => cx.say.service_row(service.title.as_str(), cx.say.money(price, cx.crm.company.currency)),
                None => service.title.as_str().into(),
            };
            Choice { label, pick: service.id }
        });
        let mut ask = Ask::typed(prompt).choices(choices.collect(), 1);
        ask.pages = Some((found.page, found.pages));
        Ok(ask)
    }

    /// Reads the answer: a tap, or a part of the title that only one service has.
    pub async fn take(&mut self, given: Given, cx: &mut Cx<'_>) -> Result<Result<ServiceChoice, Taken>> {
        let id = match given {
            Given::Pick(id) => id,
            Given::Text(text) => {
                let search = clean_line(&text);
                let found = services::choices(&mut cx.crm, &search, 1).await?;
                match &found.rows[..] {
                    [] => return Ok(Err(Taken::Wrong(cx.say.pick_not_found(search)))),
                    [only] => only.id,
                    _ => {
                        let why = cx.say.pick_several(search.as_str());
                        self.search = search;
                        return Ok(Err(Taken::Wrong(why)));
                    }
                }
            }
            _ => return Ok(Err(Taken::Wrong(cx.say.pick_expected()))),
        };
        let service = services::choice(&mut cx.crm, id).await?;
        *self = Self::of(service.id, &service.title);
        Ok(Ok(service))
    }
}
