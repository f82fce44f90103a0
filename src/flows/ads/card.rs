//! An ad's card: budget history, finish and restart.

use serde::{Deserialize, Serialize};

use crate::crm::{self, Entity, Result, SplitRefusal, ads};
use crate::domain::{Permission, local_day};
use crate::error::SystemError;
use crate::flows::kit::undo;
use crate::flows::{
    Button, ButtonAction, Cx, Event, Navigation, OldFlow, OldStep, Route, Screen, labels, refusals, route::ScreenId,
};
use crate::text::Html;

const FINISH: u8 = 1;
const RESTART: u8 = 2;

#[derive(Clone, Serialize, Deserialize)]
pub struct AdCard {
    id: i64,
}

impl OldFlow for AdCard {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        let id = nav.route.id.unwrap_or_default();
        Ok(match ads::card(&mut cx.crm, id).await.split_refusal()? {
            Ok(_) => OldStep::Stay(Self { id }),
            Err(refusal) => OldStep::Back(Some(refusals::sentence(&refusal, cx))),
        })
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        let (done, words) = match event {
            Event::Pressed(ButtonAction::Act(FINISH)) => {
                (ads::finish(&mut cx.crm, self.id).await.split_refusal()?, cx.say.ad_finished())
            }
            Event::Pressed(ButtonAction::Act(RESTART)) => {
                (ads::restart(&mut cx.crm, self.id).await.split_refusal()?, cx.say.ad_restarted())
            }
            Event::Pressed(ButtonAction::Back) => return Ok(OldStep::Back(None)),
            Event::Pressed(_) | Event::Computed(_) | Event::Retried(_) => return Ok(OldStep::Stay(self)),
            _ => return Ok(OldStep::NotHandled(self)),
        };
        Ok(match done {
            Ok(()) => OldStep::Notify(self, words),
            Err(refusal) => OldStep::Reject(self, refusals::sentence(&refusal, cx)),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let say = cx.say;
        let card = match ads::card(&mut cx.crm, self.id).await.split_refusal()? {
            Ok(card) => card,
            Err(refusal) => {
                let text = refusals::sentence(&refusal, cx);
                return Ok(Screen::new(text).button(&say.button_back(), ButtonAction::Back));
            }
        };
        let mut screen = Screen::new(text(&card, cx));
        if cx.crm.may(Permission::AdEdit) {
            let edit = Button::open(&say.button_edit(), Route::of(ScreenId::AdForm, self.id));
            let other = match card.ad.archived_at {
                None => Button::press(&say.button_finish(), ButtonAction::Act(FINISH)),
                Some(_) => Button::press(&say.button_restart(), ButtonAction::Act(RESTART)),
            };
            screen = screen.row([edit].into_iter().chain((!card.ad.built_in).then_some(other)));
        }
        let screen = screen.row(undo::button(Entity::Ad, self.id, cx).await?);
        Ok(screen.row([
            Button::press(&say.button_back(), ButtonAction::Back),
            Button::press(&say.button_home(), ButtonAction::Home),
        ]))
    }
}

fn text(card: &crm::AdCard, cx: &Cx<'_>) -> Html {
    let say = cx.say;
    let ad = &card.ad;
    let title = Html::data(&ad.title).bold();
    let mut text = if ad.archived_at.is_some() { say.mark_finished(title) } else { title };
    if ad.built_in {
        text = text.line(say.ad_built_in());
    }
    if let Some(service) = &ad.service {
        text = text.line(say.ad_service(service.title.as_str()));
    }
    text = text.line(say.ad_channel(labels::channel(ad.channel, say)));
    if let Some(budget) = ad.budget {
        text = text.line(say.ad_budget(say.money(budget, cx.crm.company.currency)));
    }
    if !ad.aliases.is_empty() {
        text = text.line(say.ad_aliases(ad.aliases.join(", ")));
    }
    text = text.paragraph(ad.description.as_str());
    if card.budgets.len() > 1 {
        let zone = cx.crm.actor.time_zone(cx.crm.company);
        let lines = card.budgets.iter().map(|change| {
            let sum = say.money(change.sum, cx.crm.company.currency);
            say.sum_change(say.day(local_day(change.at, zone)), sum, change.by.as_str())
        });
        text = text.paragraph(say.ad_budgets().line(Html::join(lines, "\n")));
    }
    text
}
