//! Intake: a queue of updates per chat, and a callback when one may be confirmed (R1, R4).
//!
//! A queue holds a few updates in memory. What comes beyond that is written into the durable inbox, confirmed at once and
//! taken from there when the queue is empty, so that one chat's surplus stops no other chat (R16).

mod hold_back;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures::FutureExt as _;

use super::courier::InFlight;
use super::decode::Decoder;
use super::intake_metrics::{IntakeMetrics, Waiting};
use super::lanes::Lanes;
use super::surplus::Surplus;
use crate::error::SystemError;
use crate::turn::{Inbound, IncomingUpdate, Outcome, UpdateProcessor, restarted};

/// More unsettled updates than this are not taken until the queue is shorter (R14). Each may hold a connection open, and
/// an ordinary process may open 1024 files.
const MAX_PENDING: usize = 500;

/// More of one chat than this wait in the inbox, not in memory.
const MAX_PENDING_PER_CHAT: usize = 20;

/// How many updates of one chat are read from the inbox at once.
const PAGE: i64 = 20;

/// The pause before the inbox is asked again when the database failed.
const AWAY: Duration = Duration::from_millis(500);

/// The pause before the inbox is asked again while a surplus update is being written.
const BEING_WRITTEN: Duration = Duration::from_millis(20);

/// Too much is waiting: the update was not taken, and has to come again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

/// Called once, when the update may be confirmed or has to come again.
type Tell = Box<dyn FnOnce(Outcome) + Send>;

/// An update in a queue, with what is written into the inbox when it has to leave the queue.
struct Queued {
    item: Item,
    inbound: Arc<Inbound>,
}

/// An update to be processed.
struct Item {
    update: IncomingUpdate,
    waiting: Waiting,
    tell: Tell,
    /// It has a row in the inbox, which goes when its turn is over.
    stored: Arc<AtomicBool>,
    /// It may have crashed a process before.
    suspect: bool,
}

/// An update that was taken and is not settled yet, as its source keeps it.
pub(super) struct Pending {
    inbound: Arc<Inbound>,
    stored: Arc<AtomicBool>,
}

/// Takes updates from the poller or the webhook and gives them to the turns.
#[derive(Clone)]
pub struct Intake {
    turns: Arc<UpdateProcessor>,
    decoder: Decoder,
    lanes: Arc<Lanes<i64, Queued>>,
    surplus: Arc<Surplus>,
    metrics: IntakeMetrics,
    unsent: InFlight,
}

impl Intake {
    /// An intake in front of `turns`, which takes nothing while too many of their answers are `unsent`.
    #[must_use]
    pub fn new(turns: Arc<UpdateProcessor>, unsent: InFlight) -> Self {
        Self {
            turns,
            decoder: Decoder::default(),
            lanes: Arc::new(Lanes::new()),
            surplus: Arc::default(),
            metrics: IntakeMetrics::default(),
            unsent,
        }
    }

    /// The metrics of this intake.
    #[must_use]
    pub fn metrics(&self) -> &IntakeMetrics {
        &self.metrics
    }

    /// Whether nothing more is taken now (R14, R12).
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.metrics.waiting() >= MAX_PENDING || self.unsent.is_full() || self.is_ending()
    }

    /// Takes an update; `tell` is called when it may be confirmed. None when it was confirmed at once, or has no id.
    ///
    /// # Errors
    /// [`Full`] when too much waits or too many answers are unsent (R14), when the surplus of its chat cannot be stored, and
    /// when the program ends.
    pub(super) async fn accept(
        &self,
        raw: serde_json::Value,
        suspect: bool,
        tell: impl FnOnce(Outcome) + Send + 'static,
    ) -> Result<Option<Pending>, Full> {
        if self.unsent.is_full() || self.is_ending() {
            return Err(Full);
        }
        let Some(update) = self.decoder.decode(&raw).await else {
            tell(Outcome::Done);
            return Ok(None);
        };
        let update_id = update.update_id;
        // Updates without a chat have no order to keep: each is a lane of its own.
        let lane = update.chat_id().unwrap_or(update_id);
        let inbound = Arc::new(Inbound { update_id, lane, raw });
        let is_long = || self.lanes.len(lane) >= MAX_PENDING_PER_CHAT;
        let queued = self.surplus.enter(lane, is_long, tell, |tell| {
            let waiting = self.metrics.received(Instant::now(), MAX_PENDING).ok_or(Full)?;
            let stored = Arc::new(AtomicBool::new(false));
            let item = Item { update, waiting, tell: Box::new(tell), stored: stored.clone(), suspect };
            self.push(lane, Queued { item, inbound: inbound.clone() });
            Ok(Some(Pending { inbound: inbound.clone(), stored }))
        });
        let (writing, tell) = match queued {
            Ok(queued) => return queued,
            Err(surplus) => surplus,
        };
        self.store(&[&*inbound]).await.map_err(|fault| {
            tracing::warn!(%fault, "a chat's surplus could not be stored");
            Full
        })?;
        drop(writing);
        tell(Outcome::Stored);
        Ok(None)
    }

    /// Stores updates that take long, so that they may be confirmed before their turns are over.
    ///
    /// # Errors
    /// A system error when the database fails: then they must not be confirmed.
    pub(super) async fn set_aside(&self, pending: impl Iterator<Item = &Pending>) -> Result<(), SystemError> {
        let mut updates = Vec::new();
        for pending in pending {
            // Before it is written: the worker that settles it meanwhile deletes the row, or the next reader finds it done.
            pending.stored.store(true, Ordering::Release);
            updates.push(&*pending.inbound);
        }
        if updates.is_empty() {
            return Ok(());
        }
        tracing::info!(updates = updates.len(), "updates take long and are confirmed before their turns are over");
        self.store(&updates).await
    }

    /// Writes into the inbox, unless the program ends meanwhile: a database that does not answer must not hold that up (R12).
    async fn store(&self, updates: &[&Inbound]) -> Result<(), SystemError> {
        let mut ending = self.turns.settings.ending.clone();
        tokio::select! {
            stored = self.turns.set_aside(updates) => stored,
            _ = ending.wait_for(|ending| *ending) => Err(SystemError::transient("the program is ending")),
        }
    }

    /// Deletes what was stored and settled at the same time.
    pub(super) async fn forget(&self, ids: &[i64]) {
        if let Err(fault) = self.turns.settle_inbound(ids).await {
            tracing::warn!(%fault, "updates that were done stay in the inbox");
        }
    }

    /// Takes over the inbox of dead processes: before anything newer is taken, so that the order of a chat holds. True
    /// when one of them crashed: what Telegram delivers again then is under suspicion.
    pub(super) async fn recover(&self) -> Result<bool, SystemError> {
        let unclean = self.turns.after_unclean_end().await?;
        self.adopt().await?;
        Ok(unclean)
    }

    /// Takes over the inbox of dead processes.
    pub async fn adopt(&self) -> Result<(), SystemError> {
        for lane in self.turns.adopt_inbound().await? {
            self.surplus.open(lane);
            if self.lanes.open(lane) {
                self.start(lane);
            }
        }
        Ok(())
    }

    fn is_ending(&self) -> bool {
        *self.turns.settings.ending.borrow()
    }

    fn push(&self, lane: i64, queued: Queued) {
        if self.lanes.push(lane, queued) {
            self.start(lane);
        }
    }

    /// Starts the worker of a lane. It catches the panics of turns; one of its own must not leave the lane without it (R19).
    fn start(&self, lane: i64) {
        let intake = self.clone();
        tokio::spawn(restarted(move || intake.clone().work(lane)));
    }

    /// Takes the updates of one chat one after another: those in memory, then those in the inbox.
    async fn work(self, lane: i64) {
        loop {
            while self.has_room(lane).await
                && let Some(queued) = self.lanes.take_next(lane)
            {
                if !self.take(queued).await {
                    // R4: what waits behind it has to come again behind it.
                    return self.abandon(lane);
                }
            }
            let Some(written) = self.surplus.written(lane, || self.lanes.close(lane)) else { return };
            match self.turns.waiting_inbound(lane, PAGE).await {
                Ok(updates) if updates.is_empty() => {
                    if self.surplus.close(lane, written, || self.lanes.close(lane)) {
                        return;
                    }
                    tokio::time::sleep(BEING_WRITTEN).await;
                }
                Ok(updates) => {
                    for (update, adopted) in updates {
                        if !self.has_room(lane).await || !self.take_stored(update, adopted).await {
                            return self.abandon(lane);
                        }
                    }
                }
                Err(fault) => {
                    tracing::warn!(%fault, "a chat's surplus waits for the database");
                    tokio::time::sleep(AWAY).await;
                }
            }
            if self.is_ending() {
                // The inbox keeps the rest for the next process.
                return self.abandon(lane);
            }
        }
    }

    /// Ends the work on a lane: what waits in memory has to come again.
    fn abandon(&self, lane: i64) {
        self.lanes.abandon(lane).into_iter().for_each(|queued| (queued.item.tell)(Outcome::Retry));
    }

    /// Takes an update from the inbox.
    async fn take_stored(&self, update: Inbound, suspect: bool) -> bool {
        let inbound = Arc::new(Inbound { raw: with_id(update.raw, update.update_id), ..update });
        let Some(update) = self.decoder.decode(&inbound.raw).await else { return true };
        let waiting = self.metrics.received(Instant::now(), usize::MAX);
        let Some(waiting) = waiting else { return true };
        let stored = Arc::new(AtomicBool::new(true));
        self.take(Queued { item: Item { update, waiting, tell: Box::new(|_| {}), stored, suspect }, inbound }).await
    }

    /// Processes an update; false when it has to come again.
    async fn take(&self, queued: Queued) -> bool {
        let Queued { item: Item { update, waiting, tell, stored, suspect }, inbound } = queued;
        let update_id = update.update_id;
        // Boxed: the future of a turn is large, and those around it hold it by value.
        let turn = async {
            if suspect {
                self.turns.clone().process_suspect(update).await
            } else {
                self.turns.clone().process(update).await
            }
        }
        .boxed();
        // The turn catches its own panics; one outside of it must not leave the lane without a worker (R19).
        let settled = match AssertUnwindSafe(turn).catch_unwind().await.unwrap_or(Outcome::Retry) {
            Outcome::ForNewer(process) => self.hand_over(&inbound, process).await,
            settled => settled,
        };
        match settled {
            Outcome::Done => waiting.done(Instant::now()),
            Outcome::Retry | Outcome::Stored | Outcome::ForNewer(_) => drop(waiting),
        }
        if settled == Outcome::Done && stored.load(Ordering::Acquire) {
            self.forget(&[update_id]).await;
        }
        tell(settled);
        settled != Outcome::Retry
    }

    /// Gives an update to a process of a newer release, which has written what is open in its chat (R20).
    async fn hand_over(&self, inbound: &Inbound, process: i32) -> Outcome {
        tracing::info!(update = inbound.update_id, process, "an update is left to a process of a newer release");
        while let Err(fault) = self.turns.hand_over(inbound, process).await {
            tracing::warn!(%fault, "an update could not be given to a process of a newer release");
            if self.is_ending() {
                return Outcome::Retry;
            }
            tokio::time::sleep(AWAY).await;
        }
        Outcome::Stored
    }
}

/// An update whose body could not be read has at least its id, so that it can be parked.
fn with_id(mut raw: serde_json::Value, update_id: i64) -> serde_json::Value {
    raw["update_id"] = update_id.into();
    raw
}
