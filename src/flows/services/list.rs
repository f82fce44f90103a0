//! The list of services; a typed text searches it.

use serde::{Deserialize, Serialize};

use crate::crm::{Deed, Fault, Heard, Listed, Service, TitleKey};
use crate::domain::{Permission, text::clean_line};
use crate::flows::kit::{Pager, pager::ROWS};
use crate::flows::{Button, Cx, Event, Flow, Opening, Place, Press, Screen, Step, place::PlaceKind, refusals};

/// The list.
#[derive(Default, Serialize, Deserialize)]
pub struct Services {
    search: String,
    pager: Pager<TitleKey>,
}

impl Services {
    async fn page(&self, cx: &mut Cx<'_>) -> Deed<Listed<Service, TitleKey>> {
        cx.crm.services(&self.search, self.pager.after(), ROWS).await
    }

    fn searching(text: &str) -> Self {
        Self { search: clean_line(text), pager: Pager::default() }
    }
}

impl Flow for Services {
    const SEARCH: bool = true;

    async fn open(opening: &Opening, _: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        Ok(Step::Stay(Self::searching(&opening.text)))
    }

    async fn on(mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        Ok(match event {
            Event::Typed(text) => Step::Stay(Self::searching(&text)),
            Event::Pressed(Press::Page(to)) => {
                let last = self.page(cx).await.heard()?.ok().and_then(|page| page.last);
                self.pager.turn(to, last);
                Step::Stay(self)
            }
            Event::Pressed(Press::Back) if !self.search.is_empty() => Step::Stay(Self::default()),
            Event::Pressed(Press::Back) => Step::Back(None),
            Event::Pressed(_) | Event::Computed(_) => Step::Stay(self),
            Event::Shared(_) | Event::Sent(_) => Step::Unheard(self),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, Fault> {
        let say = cx.say;
        let page = match self.page(cx).await.heard()? {
            Ok(page) => page,
            Err(refusal) => return Ok(Screen::new(refusals::sentence(&refusal, cx))),
        };
        let text = match self.search.is_empty() {
            true => say.services_title(page.total),
            false => say.services_found(self.search.as_str(), page.total),
        };
        let rows = page.rows.iter().map(|service| {
            let price = service.price.map(|price| say.money(price, cx.crm.company.currency));
            let title = match price {
                Some(price) => say.service_row(service.title.as_str(), price),
                None => service.title.as_str().into(),
            };
            let label = if service.archived_at.is_some() { say.mark_archived(title) } else { title };
            Button::open(&label, Place::of(PlaceKind::ServiceCard, service.id))
        });
        let mut screen = Screen::new(text).grid(rows, 1).row(self.pager.arrows(page.total, say));
        if cx.crm.may(Permission::ServiceEdit) {
            screen = screen.row([Button::open(&say.button_service_new(), Place::at(PlaceKind::ServiceForm))]);
        }
        Ok(screen.row([Button::press(&say.button_back(), Press::Back), Button::press(&say.button_home(), Press::Home)]))
    }
}
