//! `/followups`: whom one has to call next, the earliest first.

use serde::{Deserialize, Serialize};

use crate::crm::{DueKey, Result, follow_ups};
use crate::flows::kit::{Pager, pager::ROWS};
use crate::flows::{Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Route, Screen, Step, route::ScreenId};

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Agenda {
    pager: Pager<DueKey>,
}

impl Flow for Agenda {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self::default()))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        Ok(match event {
            Event::Pressed(ButtonAction::Page(to)) => {
                let page = follow_ups::mine(&mut cx.crm, self.pager.after().copied(), ROWS).await?;
                self.pager.turn(to, page.last);
                Step::Stay
            }
            event => event.otherwise(),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let say = cx.say;
        let page = follow_ups::mine(&mut cx.crm, self.pager.after().copied(), ROWS).await?;
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
        Ok(screen.row(self.pager.arrows(&page, say)).leave(say))
    }
}
