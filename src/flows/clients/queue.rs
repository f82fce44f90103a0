//! `/queue`: potential clients, the oldest untouched first; and taking one, where the first wins.

use serde::{Deserialize, Serialize};

use crate::crm::{Fault, Heard, QueueOf};
use crate::flows::kit::{Pager, pager::ROWS};
use crate::flows::{Button, Cx, Event, Flow, Opening, Place, Press, Screen, Step, place::PlaceKind, refusals};

const WAITING: u8 = 1;
const MINE: u8 = 2;

/// The queue.
#[derive(Serialize, Deserialize)]
pub struct Queue {
    of: QueueOf,
    pager: Pager<i64>,
}

impl Queue {
    fn showing(of: QueueOf) -> Self {
        Self { of, pager: Pager::default() }
    }
}

impl Flow for Queue {
    async fn open(_: &Opening, _: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        Ok(Step::Stay(Self::showing(QueueOf::Nobody)))
    }

    async fn on(mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        Ok(match event {
            Event::Pressed(Press::Act(WAITING)) => Step::Stay(Self::showing(QueueOf::Nobody)),
            Event::Pressed(Press::Act(MINE)) => Step::Stay(Self::showing(QueueOf::Mine)),
            Event::Pressed(Press::Page(to)) => {
                let page = cx.crm.queue(self.of, self.pager.after().copied(), ROWS).await.heard()?;
                self.pager.turn(to, page.ok().and_then(|page| page.last));
                Step::Stay(self)
            }
            Event::Pressed(Press::Back) => Step::Back(None),
            Event::Pressed(_) | Event::Computed(_) => Step::Stay(self),
            _ => Step::Unheard(self),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, Fault> {
        let say = cx.say;
        let home = [Button::press(&say.button_back(), Press::Back), Button::press(&say.button_home(), Press::Home)];
        let page = match cx.crm.queue(self.of, self.pager.after().copied(), ROWS).await.heard()? {
            Ok(page) => page,
            Err(refusal) => return Ok(Screen::new(refusals::sentence(&refusal, cx)).row(home)),
        };
        let (text, other) = match self.of {
            QueueOf::Nobody => {
                (say.queue_waiting(page.total), Button::press(&say.button_queue_mine(), Press::Act(MINE)))
            }
            QueueOf::Mine => {
                (say.queue_mine(page.total), Button::press(&say.button_queue_waiting(), Press::Act(WAITING)))
            }
        };
        let rows = page.rows.iter().map(|client| super::row(client, say));
        Ok(Screen::new(text).grid(rows, 1).row(self.pager.arrows(page.total, say)).row([other]).row(home))
    }
}

/// Taking a client: a deed behind a button of a notice, which can only open places. It shows the card at once.
#[derive(Serialize, Deserialize)]
pub struct Take {
    client: i64,
}

impl Flow for Take {
    async fn open(opening: &Opening, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        let client = opening.place.id.unwrap_or_default();
        let words = match cx.crm.take_client(client).await.heard()? {
            Ok(_) => cx.say.take_done(),
            Err(refusal) => refusals::sentence(&refusal, cx),
        };
        Ok(Step::Go(Place::of(PlaceKind::Client, client).into(), Some(words)))
    }

    async fn on(self, _: Event, _: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        Ok(Step::Go(Place::of(PlaceKind::Client, self.client).into(), None))
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, Fault> {
        Ok(Screen::new(cx.say.take_done()).button(&cx.say.button_home(), Press::Home))
    }
}
