//! The way in, whichever it is: a queue per chat in the order of arrival, and word when an update is settled (R1, R4).

use std::sync::Arc;
use std::time::Instant;

use super::courier::Held;
use super::lanes::Lanes;
use super::pulse::{Pulse, Waiting};
use crate::turn::{Arrival, Settled, Turns};

/// More unsettled updates than this are not taken until the queue is shorter (R14). Each may hold a connection open, and
/// an ordinary process may open 1024 files.
const CROWD: usize = 500;

/// Nor more than this of one chat: nobody types so fast, and the others shall have room.
const CROWD_OF_ONE: usize = 100;

/// Too much is waiting: the update was not taken, and has to come again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

/// Is called once, when the update's effect is committed or has to wait.
type Tell = Box<dyn FnOnce(Settled) + Send>;

/// Takes updates from the poller or the webhook and gives them to the turns.
#[derive(Clone)]
pub struct Intake {
    turns: Arc<Turns>,
    lanes: Arc<Lanes<i64, (Arrival, Waiting, Tell)>>,
    pulse: Pulse,
    unsent: Held,
}

impl Intake {
    /// An intake in front of `turns`, which takes nothing while too many of their answers are `unsent`.
    #[must_use]
    pub fn new(turns: Arc<Turns>, unsent: Held) -> Self {
        Self { turns, lanes: Arc::new(Lanes::new()), pulse: Pulse::default(), unsent }
    }

    /// How it is doing.
    #[must_use]
    pub fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    /// Whether nothing more is taken now (R14, R12).
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.pulse.waiting() >= CROWD || self.unsent.is_full() || *self.turns.ending.borrow()
    }

    /// Takes an update; `tell` is called when it is settled.
    ///
    /// # Errors
    /// [`Full`] when too much waits, of all chats or of this one, or too many answers are unsent (R14), and when the program
    /// ends.
    pub fn accept(&self, arrival: Arrival, tell: impl FnOnce(Settled) + Send + 'static) -> Result<(), Full> {
        if self.unsent.is_full() || *self.turns.ending.borrow() {
            return Err(Full);
        }
        let waiting = self.pulse.came(Instant::now(), CROWD).ok_or(Full)?;
        // Updates without a chat have no order to keep: each is a lane of its own.
        let lane = arrival.chat_id().unwrap_or(arrival.update_id);
        let idle = self.lanes.push(lane, (arrival, waiting, Box::new(tell)), CROWD_OF_ONE).map_err(|_| Full)?;
        if idle {
            tokio::spawn(self.clone().work(lane));
        }
        Ok(())
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
            if settled == Settled::NotYet {
                // R4: what waits behind it has to come again behind it.
                return self.lanes.abandon(lane).into_iter().for_each(|(.., tell)| tell(settled));
            }
        }
    }
}
