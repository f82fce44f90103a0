//! A service's card: price history, running ads, archive and restore.

use serde::{Deserialize, Serialize};

use crate::crm::{Entity, Error, Result, services};
use crate::domain::Permission;
use crate::flows::kit::{question, titles, undo};
use crate::flows::{
    Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Route, Screen, Step, refusals, route::ScreenId,
};
use crate::text::Html;

const ARCHIVE: u8 = 1;
const RESTORE: u8 = 2;

#[derive(Clone, Serialize, Deserialize)]
pub struct ServiceCard {
    id: i64,
    /// Asks before a service with running ads is archived (P5).
    asking: bool,
}

impl Flow for ServiceCard {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Self>> {
        let id = nav.id()?;
        services::card(&mut cx.crm, id).await?;
        Ok(Opened::Here(Self { id, asking: false }))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        Ok(match event {
            Event::Pressed(ButtonAction::Act(ARCHIVE)) => {
                let card = services::card(&mut cx.crm, self.id).await?;
                if card.running_ads.is_empty() {
                    return self.archive(cx).await;
                }
                self.asking = true;
                Step::Stay
            }
            Event::Pressed(ButtonAction::Yes) if self.asking => return self.archive(cx).await,
            Event::Pressed(ButtonAction::Act(RESTORE)) => {
                services::restore(&mut cx.crm, self.id).await?;
                Step::Notify(cx.say.service_restored())
            }
            Event::Pressed(ButtonAction::No | ButtonAction::Back) if self.asking => {
                self.asking = false;
                Step::Stay
            }
            event => event.otherwise(),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let say = cx.say;
        let card = services::card(&mut cx.crm, self.id).await?;
        let ads = Html::join(card.running_ads.iter().map(|ad| say.list_item(ad.title.as_str())), "\n");
        let service = &card.service;
        if self.asking {
            let question = say.service_archive_confirm(service.title.as_str()).line(ads);
            return Ok(question::yes_no(question, say));
        }
        let mut text = Html::data(&service.title).bold();
        if service.archived_at.is_some() {
            text = say.mark_archived(text);
        }
        if let Some(price) = service.price {
            text = text.line(say.service_price(say.money(price, cx.crm.company.currency)));
        }
        text = text.paragraph(service.description.as_str());
        if card.prices.len() > 1 {
            text = text.paragraph(say.service_prices().line(titles::sums(&card.prices, cx)));
        }
        if !card.running_ads.is_empty() {
            text = text.paragraph(say.service_ads().line(ads));
        }
        let mut screen = Screen::new(text);
        if cx.crm.may(Permission::ServiceEdit) {
            let edit = Button::open(&say.button_edit(), Route::of(ScreenId::ServiceForm, self.id));
            let other = match service.archived_at {
                None => Button::press(&say.button_archive(), ButtonAction::Act(ARCHIVE)),
                Some(_) => Button::press(&say.button_restore(), ButtonAction::Act(RESTORE)),
            };
            screen = screen.row([edit, other]);
        }
        let screen = screen.row(undo::buttons(Entity::Service, self.id, cx).await?);
        Ok(screen.leave(say))
    }
}

impl ServiceCard {
    async fn archive(&mut self, cx: &mut Cx<'_>) -> Result<Step> {
        let done = services::archive(&mut cx.crm, self.id).await;
        // The question has been answered, also where the use case is refused.
        self.asking = false;
        match done {
            Ok(()) => Ok(Step::Notify(cx.say.service_archived())),
            Err(Error::Refused(refusal)) => Ok(Step::Reject(refusals::sentence(&refusal, cx))),
            Err(error) => Err(error),
        }
    }
}
