//! The questions "which client" and "which touch" (K2, K3, H9).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::crm::{ClientLine, Result, TouchChoice, clients, contracts, touches};
use crate::domain::ClientState;
use crate::flows::Cx;
use crate::flows::ads::AdPick;
use crate::flows::kit::{Ask, Choice, Given, Taken, only};
use crate::text::Html;

/// Rows on a page of choices.
const ROWS: usize = 8;

/// The chosen client, and what was typed to find them.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct ClientPick {
    pub id: Option<i64>,
    /// Name or masked phone at the time of the choice.
    pub who: String,
    search: String,
}

impl ClientPick {
    /// A client who is chosen already.
    pub fn of(client: &ClientLine) -> Self {
        Self { id: Some(client.id), who: client.who.clone(), search: String::new() }
    }

    /// No client yet, but a text to search by.
    pub fn searching(text: &str) -> Self {
        Self { search: text.trim().to_owned(), ..Self::default() }
    }

    /// Whom the text finds; without a text those who wait for an answer.
    async fn offered(search: &str, cx: &mut Cx<'_>) -> Result<Vec<ClientLine>> {
        let rows = i64::try_from(ROWS).unwrap_or(i64::MAX);
        match search.is_empty() {
            true => Ok(clients::in_state(&mut cx.crm, ClientState::Potential, None, rows).await?.rows),
            false => Ok(clients::find(&mut cx.crm, search, None, rows).await?.rows),
        }
    }

    pub async fn ask(&self, cx: &mut Cx<'_>) -> Result<Ask> {
        let offered = Self::offered(&self.search, cx).await?;
        let prompt = match (self.search.is_empty(), offered.is_empty()) {
            (true, _) => cx.say.contract_ask_client(),
            (false, true) => cx.say.contract_ask_client().paragraph(cx.say.pick_not_found(self.search.as_str())),
            (false, false) => cx.say.contract_ask_client_found(self.search.as_str()),
        };
        let choices = offered.iter().map(|client| {
            let named = client.who != client.masked;
            let label = match named {
                true => cx.say.contract_client_row(client.who.as_str(), client.masked.as_str()),
                false => client.who.as_str().into(),
            };
            Choice { label, pick: client.id }
        });
        Ok(Ask::typed(prompt).choices(choices.collect(), 1))
    }

    /// Reads the answer: a tap, or a text that finds only one.
    pub async fn take(&mut self, given: Given, cx: &mut Cx<'_>) -> Result<Taken> {
        let search = match given {
            Given::Pick(id) => return self.choose(id, cx).await,
            Given::Text(text) => text.trim().to_owned(),
            Given::Contact(contact) => contact.phone,
            _ => return Ok(Taken::Wrong(cx.say.pick_expected())),
        };
        let found = clients::find(&mut cx.crm, &search, None, 2).await?.rows;
        let ids: Vec<i64> = found.iter().map(|client| client.id).collect();
        match only(&ids, search, &mut self.search, |search| cx.say.pick_not_found(search), cx.say) {
            Ok(id) => self.choose(id, cx).await,
            Err(wrong) => Ok(wrong),
        }
    }

    async fn choose(&mut self, id: i64, cx: &mut Cx<'_>) -> Result<Taken> {
        *self = Self::of(&contracts::client(&mut cx.crm, id).await?);
        Ok(Taken::Next)
    }
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct TouchPick {
    pub id: Option<i64>,
    shown: Option<(String, NaiveDate)>,
    ad: AdPick,
}

impl TouchPick {
    /// A touch that is chosen already.
    pub fn of(id: i64, ad: &str, day: NaiveDate) -> Self {
        Self { id: Some(id), shown: Some((ad.to_owned(), day)), ad: AdPick::default() }
    }

    /// The latest touch of a client, which is offered first; none when there is none (K2).
    pub async fn latest(client: i64, cx: &mut Cx<'_>) -> Result<Self> {
        let touches = contracts::touches(&mut cx.crm, client).await?;
        Ok(touches.first().map(|touch| Self::of(touch.id, &touch.ad, touch.day)).unwrap_or_default())
    }

    /// The touch, as it was chosen.
    pub fn value(&self, cx: &Cx<'_>) -> Option<Html> {
        self.shown.as_ref().map(|(ad, day)| cx.say.contract_touch_row(ad.as_str(), cx.say.day(*day)))
    }

    /// The question: which of the client's touches, or the ad of the first one.
    pub async fn ask(&self, client: i64, page: i64, cx: &mut Cx<'_>) -> Result<Ask> {
        let touches = contracts::touches(&mut cx.crm, client).await?;
        if touches.is_empty() {
            return self.ad.ask(cx.say.contract_no_touch(), page, cx).await;
        }
        let pages = touches.len().div_ceil(ROWS);
        let page = usize::try_from(page).unwrap_or(1).clamp(1, pages);
        let choices = touches.iter().skip((page - 1) * ROWS).take(ROWS).map(|touch| Choice {
            label: cx.say.contract_touch_row(touch.ad.as_str(), cx.say.day(touch.day)),
            pick: touch.id,
        });
        let mut ask = Ask::typed(cx.say.contract_ask_touch()).choices(choices.collect(), 1);
        ask.pages = Some((page, pages))
            .map(|(page, pages)| (i64::try_from(page).unwrap_or(1), i64::try_from(pages).unwrap_or(1)));
        Ok(ask)
    }

    /// Reads the answer; the first touch of a client is registered at once (K2).
    pub async fn take(&mut self, client: i64, given: Given, cx: &mut Cx<'_>) -> Result<Taken> {
        let mut touches = contracts::touches(&mut cx.crm, client).await?;
        if touches.is_empty() {
            if let Taken::Wrong(why) = self.ad.take(given, cx).await? {
                return Ok(Taken::Wrong(why));
            }
            let ad = self.ad.id.unwrap_or_default();
            touches::register(&mut cx.crm, client, ad).await?;
            touches = contracts::touches(&mut cx.crm, client).await?;
            return Ok(self.choose(touches.first(), cx));
        }
        Ok(match given {
            Given::Pick(id) => self.choose(touches.iter().find(|touch| touch.id == id), cx),
            _ => Taken::Wrong(cx.say.pick_expected()),
        })
    }

    fn choose(&mut self, touch: Option<&TouchChoice>, cx: &Cx<'_>) -> Taken {
        match touch {
            Some(touch) => {
                *self = Self::of(touch.id, &touch.ad, touch.day);
                Taken::Next
            }
            None => Taken::Wrong(cx.say.refused_touch_unusable()),
        }
    }
}
