//! An ad's card: budget history, finish and restart.

use serde::{Deserialize, Serialize};

use crate::crm::{self, Entity, Result, ads};
use crate::domain::Permission;
use crate::flows::kit::{titles, undo};
use crate::flows::{
    Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Route, Screen, Step, labels, route::ScreenId,
};
use crate::text::Html;

const FINISH: u8 = 1;
const RESTART: u8 = 2;

#[derive(Clone, Serialize, Deserialize)]
pub struct AdCard {
    id: i64,
}

impl Flow for AdCard {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Self>> {
        let id = nav.id()?;
        ads::card(&mut cx.crm, id).await?;
        Ok(Opened::Here(Self { id }))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        Ok(match event {
            Event::Pressed(ButtonAction::Act(FINISH)) => {
                ads::finish(&mut cx.crm, self.id).await?;
                Step::Notify(cx.say.ad_finished())
            }
            Event::Pressed(ButtonAction::Act(RESTART)) => {
                ads::restart(&mut cx.crm, self.id).await?;
                Step::Notify(cx.say.ad_restarted())
            }
            event => event.otherwise(),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let say = cx.say;
        let card = ads::card(&mut cx.crm, self.id).await?;
        let mut screen = Screen::new(text(&card, cx));
        if cx.crm.may(Permission::AdEdit) {
            let edit = Button::open(&say.button_edit(), Route::of(ScreenId::AdForm, self.id));
            let other = match card.ad.archived_at {
                None => Button::press(&say.button_finish(), ButtonAction::Act(FINISH)),
                Some(_) => Button::press(&say.button_restart(), ButtonAction::Act(RESTART)),
            };
            screen = screen.row([edit].into_iter().chain((!card.ad.built_in).then_some(other)));
        }
        let screen = screen.row(undo::buttons(Entity::Ad, self.id, cx).await?);
        Ok(screen.leave(say))
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
        text = text.paragraph(say.ad_budgets().line(titles::sums(&card.budgets, cx)));
    }
    text
}
