//! `/followups`: whom one has to call next, the earliest first.

use serde::{Deserialize, Serialize};

use crate::crm::{DueKey, Result, SplitRefusal, follow_ups};
use crate::error::SystemError;
use crate::flows::kit::{Pager, pager::ROWS};
use crate::flows::{
    Button, ButtonAction, Cx, Event, Navigation, OldFlow, OldStep, Route, Screen, refusals, route::ScreenId,
};

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Agenda {
    pager: Pager<DueKey>,
}

impl OldFlow for Agenda {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(OldStep::Stay(Self::default()))
    }

    async fn on(mut self, event: Event, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(match event {
            Event::Pressed(ButtonAction::Page(to)) => {
                let page = follow_ups::mine(&mut cx.crm, self.pager.after().copied(), ROWS).await.split_refusal()?;
                self.pager.turn(to, page.ok().and_then(|page| page.last));
                OldStep::Stay(self)
            }
            Event::Pressed(ButtonAction::Back) => OldStep::Back(None),
            Event::Pressed(_) | Event::Computed(_) | Event::Retried(_) => OldStep::Stay(self),
            _ => OldStep::NotHandled(self),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let say = cx.say;
        let home = [
            Button::press(&say.button_back(), ButtonAction::Back),
            Button::press(&say.button_home(), ButtonAction::Home),
        ];
        let page = match follow_ups::mine(&mut cx.crm, self.pager.after().copied(), ROWS).await.split_refusal()? {
            Ok(page) => page,
            Err(refusal) => return Ok(Screen::new(refusals::sentence(&refusal, cx)).row(home)),
        };
        let zone = cx.crm.actor.time_zone(cx.crm.company);
        let rows = page.rows.iter().map(|due| {
            let moment = say.moment(due.due_at, zone);
            let label = match due.due_at <= cx.crm.now {
                true => say.agenda_overdue(moment, due.client.who.as_str()),
                false => say.agenda_row(moment, due.client.who.as_str()),
            };
            Button::open(&label, Route::of(ScreenId::Client, due.client.id))
        });
        let screen = Screen::new(say.agenda_title(page.total)).grid(rows, 1);
        Ok(screen.row(self.pager.arrows(page.total, say)).row(home))
    }
}
