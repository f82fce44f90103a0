//! `/find TEXT`, and any text nobody was waiting for: a client by a part of what people remember of him.

use serde::{Deserialize, Serialize};

use crate::crm::{Result, SearchKey, SplitRefusal, clients};
use crate::domain::{Permission, capture, text::clean_line};
use crate::error::SystemError;
use crate::flows::kit::{Pager, pager::ROWS};
use crate::flows::{
    Button, ButtonAction, Cx, Event, Navigation, OldFlow, OldStep, Route, Screen, refusals, route::ScreenId,
};

/// The search, and what was found.
#[derive(Clone, Serialize, Deserialize)]
pub struct Find {
    text: String,
    pager: Pager<SearchKey>,
}

impl Find {
    /// Searches; the only hit is opened at once.
    async fn searching(text: &str, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        let find = Self { text: clean_line(text), pager: Pager::default() };
        let found = clients::find(&mut cx.crm, &find.text, None, ROWS).await.split_refusal()?;
        Ok(match found {
            Ok(found) if found.total == 1 && found.rows.len() == 1 => {
                OldStep::Go(Route::of(ScreenId::Client, found.rows[0].id).into(), None)
            }
            _ => OldStep::Stay(find),
        })
    }
}

impl OldFlow for Find {
    const SEARCH: bool = true;

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Self::searching(&nav.text, cx).await
    }

    async fn on(mut self, event: Event, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        match event {
            Event::Typed(text) => {
                let lead = cx.crm.may(Permission::ClientAdd) && capture::has_phone(&text, cx.crm.company.phone_region);
                if lead { Ok(OldStep::NotHandled(self)) } else { Self::searching(&text, cx).await }
            }
            Event::Pressed(ButtonAction::Page(to)) => {
                let page =
                    clients::find(&mut cx.crm, &self.text, self.pager.after().copied(), ROWS).await.split_refusal()?;
                self.pager.turn(to, page.ok().and_then(|page| page.last));
                Ok(OldStep::Stay(self))
            }
            Event::Pressed(ButtonAction::Back) => Ok(OldStep::Back(None)),
            Event::Pressed(_) | Event::Computed(_) | Event::Retried(_) => Ok(OldStep::Stay(self)),
            Event::Shared(_) | Event::Sent(_) => Ok(OldStep::NotHandled(self)),
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let say = cx.say;
        let home = [
            Button::press(&say.button_back(), ButtonAction::Back),
            Button::press(&say.button_home(), ButtonAction::Home),
        ];
        if self.text.is_empty() {
            return Ok(Screen::new(say.find_ask()).row(home));
        }
        let found =
            match clients::find(&mut cx.crm, &self.text, self.pager.after().copied(), ROWS).await.split_refusal()? {
                Ok(found) => found,
                Err(refusal) => return Ok(Screen::new(refusals::sentence(&refusal, cx)).row(home)),
            };
        let text = match found.total {
            0 => say.find_nothing(self.text.as_str()),
            total => say.find_found(self.text.as_str(), total),
        };
        let rows = found.rows.iter().map(|client| super::row(client, say));
        Ok(Screen::new(text).grid(rows, 1).row(self.pager.arrows(found.total, say)).row(home))
    }
}
