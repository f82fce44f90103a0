//! `/queue`: potential clients, the oldest untouched first; and taking one, where the first wins.

use serde::{Deserialize, Serialize};

use crate::crm::{Error, QueueKey, QueueOf, Result, clients};
use crate::domain::Tally;
use crate::flows::kit::{Pager, pager::ROWS};
use crate::flows::{
    Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Route, Screen, Step, refusals, route::ScreenId,
};

#[derive(Clone, Serialize, Deserialize)]
pub struct Queue {
    of: QueueOf,
    pager: Pager<QueueKey>,
}

/// The lists and their acts; the last one is there only while a client is offered to the actor.
const LISTS: [(QueueOf, u8); 4] = [(QueueOf::Nobody, 1), (QueueOf::Mine, 2), (QueueOf::All, 3), (QueueOf::Offered, 4)];

impl Queue {
    fn showing(of: QueueOf) -> Self {
        Self { of, pager: Pager::default() }
    }

    async fn others(&self, cx: &mut Cx<'_>) -> Result<Vec<Button>> {
        let offered = clients::queue(&mut cx.crm, QueueOf::Offered, None, 0).await?.total;
        let say = cx.say;
        let others = LISTS
            .into_iter()
            .filter(|(of, _)| *of != self.of && (*of != QueueOf::Offered || offered != Tally::Exactly(0)));
        let button = |(of, act)| {
            let label = match of {
                QueueOf::Nobody => say.button_queue_waiting(),
                QueueOf::Mine => say.button_queue_mine(),
                QueueOf::All => say.button_queue_all(),
                QueueOf::Offered => say.button_queue_offered(offered),
            };
            Button::press(&label, ButtonAction::Act(act))
        };
        Ok(others.map(button).collect())
    }
}

impl Flow for Queue {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self::showing(QueueOf::Nobody)))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        Ok(match event {
            Event::Pressed(ButtonAction::Act(act)) => {
                if let Some((of, _)) = LISTS.into_iter().find(|(_, known)| *known == act) {
                    *self = Self::showing(of);
                }
                Step::Stay
            }
            Event::Pressed(ButtonAction::Page(to)) => {
                let page = clients::queue(&mut cx.crm, self.of, self.pager.after().copied(), ROWS).await?;
                self.pager.turn(to, page.last);
                Step::Stay
            }
            event => event.otherwise(),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let say = cx.say;
        let page = clients::queue(&mut cx.crm, self.of, self.pager.after().copied(), ROWS).await?;
        let text = match self.of {
            QueueOf::Nobody => say.queue_waiting(page.total),
            QueueOf::Mine => say.queue_mine(page.total),
            QueueOf::All => say.queue_all(page.total),
            QueueOf::Offered => say.queue_offered(page.total),
        };
        let others = self.others(cx).await?;
        let rows = page.rows.iter().map(|client| super::row(client, say));
        let screen = Screen::new(text).grid(rows, 1).row(self.pager.arrows(&page, say));
        Ok(screen.grid(others, 3).leave(say))
    }
}

/// Assigns the client to the person and shows the card, where it also says who was quicker.
pub async fn take(client: i64, cx: &mut Cx<'_>) -> Result<Step> {
    let words = match clients::take(&mut cx.crm, client).await {
        Err(Error::Refused(refusal)) => refusals::sentence(&refusal, cx),
        done => done.map(|_| cx.say.take_done())?,
    };
    Ok(Step::Go(Route::of(ScreenId::Client, client).into(), Some(words)))
}
