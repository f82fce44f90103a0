//! `/find TEXT`, and any text nobody was waiting for: a client by a part of what people remember of him.

use serde::{Deserialize, Serialize};

use crate::crm::{Fault, Heard, SearchKey};
use crate::domain::{Permission, capture, text::clean_line};
use crate::flows::kit::{Pager, pager::ROWS};
use crate::flows::{Button, Cx, Event, Flow, Opening, Place, Press, Screen, Step, place::PlaceKind, refusals};

/// The search, and what was found.
#[derive(Serialize, Deserialize)]
pub struct Find {
    text: String,
    pager: Pager<SearchKey>,
}

impl Find {
    /// Searches; the only hit is opened at once.
    async fn searching(text: &str, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        let find = Self { text: clean_line(text), pager: Pager::default() };
        let found = cx.crm.find_clients(&find.text, None, ROWS).await.heard()?;
        Ok(match found {
            Ok(found) if found.total == 1 && found.rows.len() == 1 => {
                Step::Go(Place::of(PlaceKind::Client, found.rows[0].id).into(), None)
            }
            _ => Step::Stay(find),
        })
    }
}

impl Flow for Find {
    const SEARCH: bool = true;

    async fn open(opening: &Opening, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        Self::searching(&opening.text, cx).await
    }

    async fn on(mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        match event {
            Event::Typed(text) => {
                let lead = cx.crm.may(Permission::ClientAdd) && capture::has_phone(&text, cx.crm.company.phone_region);
                if lead { Ok(Step::Unheard(self)) } else { Self::searching(&text, cx).await }
            }
            Event::Pressed(Press::Page(to)) => {
                let page = cx.crm.find_clients(&self.text, self.pager.after().copied(), ROWS).await.heard()?;
                self.pager.turn(to, page.ok().and_then(|page| page.last));
                Ok(Step::Stay(self))
            }
            Event::Pressed(Press::Back) => Ok(Step::Back(None)),
            Event::Pressed(_) | Event::Computed(_) => Ok(Step::Stay(self)),
            Event::Shared(_) | Event::Sent(_) => Ok(Step::Unheard(self)),
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, Fault> {
        let say = cx.say;
        let home = [Button::press(&say.button_back(), Press::Back), Button::press(&say.button_home(), Press::Home)];
        if self.text.is_empty() {
            return Ok(Screen::new(say.find_ask()).row(home));
        }
        let found = match cx.crm.find_clients(&self.text, self.pager.after().copied(), ROWS).await.heard()? {
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
