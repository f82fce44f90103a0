//! `/find TEXT`, and any text that no conversation takes: a client by a part of a name, phone, e-mail or №id.

use serde::{Deserialize, Serialize};

use crate::crm::{Result, SearchKey, clients};
use crate::domain::{Permission, Tally, capture, text::clean_line};
use crate::flows::kit::{Pager, pager::ROWS};
use crate::flows::{ButtonAction, Cx, Event, Flow, Navigation, Opened, Route, Screen, Step, route::ScreenId};

/// The search, and what was found.
#[derive(Clone, Serialize, Deserialize)]
pub struct Find {
    text: String,
    pager: Pager<SearchKey>,
}

impl Find {
    /// Searches; the only hit is opened at once.
    async fn searching(text: &str, cx: &mut Cx<'_>) -> Result<(Self, Step)> {
        let find = Self { text: clean_line(text), pager: Pager::default() };
        let found = clients::find(&mut cx.crm, &find.text, None, ROWS).await?;
        let step = match &found.rows[..] {
            [only] if found.total == Tally::Exactly(1) => Step::Go(Route::of(ScreenId::Client, only.id).into(), None),
            _ => Step::Stay,
        };
        Ok((find, step))
    }
}

impl Flow for Find {
    const SEARCH: bool = true;

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(match Self::searching(&nav.text, cx).await? {
            (find, Step::Stay) => Opened::Here(find),
            (_, step) => Opened::Elsewhere(step),
        })
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        Ok(match event {
            Event::Typed(text) => {
                if cx.crm.may(Permission::ClientAdd) && capture::has_phone(&text, cx.crm.company.phone_region) {
                    return Ok(Step::NotHandled);
                }
                let (find, step) = Self::searching(&text, cx).await?;
                *self = find;
                step
            }
            Event::Pressed(ButtonAction::Page(to)) => {
                let page = clients::find(&mut cx.crm, &self.text, self.pager.after().copied(), ROWS).await?;
                self.pager.turn(to, page.last);
                Step::Stay
            }
            event => event.otherwise(),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let say = cx.say;
        if self.text.is_empty() {
            return Ok(Screen::new(say.find_ask()).leave(say));
        }
        let found = clients::find(&mut cx.crm, &self.text, self.pager.after().copied(), ROWS).await?;
        let text = match found.total {
            Tally::Exactly(0) => say.find_nothing(self.text.as_str()),
            total => say.find_found(self.text.as_str(), total),
        };
        let rows = found.rows.iter().map(|client| super::row(client, say));
        Ok(Screen::new(text).grid(rows, 1).row(self.pager.arrows(&found, say)).leave(say))
    }
}
