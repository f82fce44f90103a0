//! The way in, whichever it is: a queue per chat in the order of arrival, and word when an update is settled (R1, R4).

use std::sync::Arc;
use std::time::Instant;

use super::lanes::Lanes;
use super::pulse::{Pulse, Waiting};
use crate::turn::{Arrival, Settled, Turns};

/// Is called once, when the update's effect is committed or has to wait.
type Tell = Box<dyn FnOnce(Settled) + Send>;

/// Takes updates from the poller or the webhook and gives them to the turns.
#[derive(Clone)]
pub struct Intake {
    turns: Arc<Turns>,
    lanes: Arc<Lanes<i64, (Arrival, Waiting, Tell)>>,
    pulse: Pulse,
}

impl Intake {
    /// An intake in front of `turns`.
    #[must_use]
    pub fn new(turns: Arc<Turns>) -> Self {
        Self { turns, lanes: Arc::new(Lanes::new()), pulse: Pulse::default() }
    }

    /// How it is doing.
    #[must_use]
    pub fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    /// Takes an update; `tell` is called when it is settled.
    pub fn accept(&self, arrival: Arrival, tell: impl FnOnce(Settled) + Send + 'static) {
        let waiting = self.pulse.came(Instant::now());
        // Updates without a chat have no order to keep: each is a lane of its own.
        let lane = arrival.chat_id().unwrap_or(arrival.update_id);
        if self.lanes.push(lane, (arrival, waiting, Box::new(tell))) {
            tokio::spawn(self.clone().work(lane));
        }
    }

    /// Takes the updates of one chat one after another.
    async fn work(self, lane: i64) {
        while let Some((arrival, waiting, tell)) = self.lanes.next(lane) {
            let settled = self.turns.clone().take(arrival).await;
            match settled {
                Settled::Done => waiting.done(Instant::now()),
                Settled::NotYet => drop(waiting),
            }
            tell(settled);
        }
    }
}
