//! The way in, whichever it is: a queue per chat in the order of arrival, and word when an update is settled (R1, R4).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::lanes::Lanes;
use crate::turn::{Arrival, Settled, Turns};

/// Is called once, when the update's effect is committed or has to wait.
type Tell = Box<dyn FnOnce(Settled) + Send>;

/// Takes updates from the poller or the webhook and gives them to the turns.
#[derive(Clone)]
pub struct Intake {
    turns: Arc<Turns>,
    lanes: Arc<Lanes<i64, (Arrival, Tell)>>,
    waiting: Arc<AtomicUsize>,
}

impl Intake {
    /// An intake in front of `turns`.
    #[must_use]
    pub fn new(turns: Arc<Turns>) -> Self {
        Self { turns, lanes: Arc::new(Lanes::new()), waiting: Arc::new(AtomicUsize::new(0)) }
    }

    /// How many updates are not settled yet (R14).
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Takes an update; `tell` is called when it is settled.
    pub fn accept(&self, arrival: Arrival, tell: impl FnOnce(Settled) + Send + 'static) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        // Updates without a chat have no order to keep: each is a lane of its own.
        let lane = arrival.chat_id().unwrap_or(arrival.update_id);
        if self.lanes.push(lane, (arrival, Box::new(tell))) {
            tokio::spawn(self.clone().work(lane));
        }
    }

    /// Takes the updates of one chat one after another.
    async fn work(self, lane: i64) {
        while let Some((arrival, tell)) = self.lanes.next(lane) {
            let settled = self.turns.clone().take(arrival).await;
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            tell(settled);
        }
    }
}
