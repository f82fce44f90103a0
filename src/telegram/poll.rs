//! Long polling that confirms an update only after its COMMIT (R1).
//!
//! `getUpdates` forgets every update below `offset` at the moment it is called. So the offset is the lowest update that
//! is not settled yet; what comes twice because of that is told apart here, and for good in the database (R2).

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use chrono::Utc;
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

use super::decode::made_at;
use super::{Api, CallError, Decoder, Intake};
use crate::turn::{Presence, Settled};

/// How long Telegram may hold the request open, in seconds. A connection that a router has forgotten is noticed this much
/// and [`PATIENCE`] later.
const HOLD: u64 = 10;

/// How long an answer may take beyond that, in seconds.
const PATIENCE: u64 = 8;

/// Polling one offset more often than twice a second returns a single update.
const SETTLE: Duration = Duration::from_millis(600);

/// An answer holds no more updates than this: where it holds as many, more may wait.
const BATCH: usize = 100;

/// How long polling pauses when nothing more is taken (R14).
const FULL: Duration = Duration::from_millis(200);

/// How long running turns may take when the program ends (R12).
const FAREWELL: Duration = Duration::from_secs(4);

/// The updates we want; `message` and taps first of all.
pub(super) const KINDS: [&str; 3] = ["message", "callback_query", "my_chat_member"];

/// The poller of one bot.
pub struct Poller {
    api: Api,
    decoder: Decoder,
    intake: Intake,
    presence: Presence,
    ending: watch::Receiver<bool>,
    settled: (mpsc::UnboundedSender<i64>, mpsc::UnboundedReceiver<i64>),
    pending: BTreeSet<i64>,
    next: Option<i64>,
    /// More may wait than the last answer held.
    behind: bool,
}

impl Poller {
    /// A poller that gives its updates to `intake`.
    #[must_use]
    pub fn new(api: Api, intake: Intake, presence: Presence, ending: watch::Receiver<bool>) -> Self {
        Self {
            api,
            decoder: Decoder::default(),
            intake,
            presence,
            ending,
            settled: mpsc::unbounded_channel(),
            pending: BTreeSet::new(),
            next: None,
            behind: false,
        }
    }

    /// Polls until the program ends; then waits for the turns that run.
    ///
    /// # Errors
    /// [`CallError::WrongToken`] when Telegram does not know the bot.
    pub async fn run(mut self) -> Result<(), CallError> {
        let done = self.poll_on().await;
        self.intake.pulse().rests();
        done
    }

    async fn poll_on(&mut self) -> Result<(), CallError> {
        let mut pause = Duration::from_millis(100);
        while !*self.ending.borrow() {
            if !self.presence.polls() {
                self.intake.pulse().rests();
                tokio::select! {
                    () = self.presence.until_polling() => {}
                    _ = self.ending.changed() => {}
                }
                continue;
            }
            self.intake.pulse().listens(Instant::now());
            self.let_settle(SETTLE).await;
            let mut ending = self.ending.clone();
            let asked = Utc::now();
            let polled = tokio::select! {
                polled = self.poll() => polled,
                _ = ending.changed() => continue,
            };
            match polled {
                Ok(updates) => {
                    pause = Duration::from_millis(100);
                    self.intake.pulse().heard(Instant::now());
                    let newest = updates.iter().filter_map(made_at).max();
                    let full = updates.len() >= BATCH;
                    self.behind = !self.accept(updates).await || full;
                    if !self.behind {
                        self.presence.hearing.all(asked);
                    } else if let Some(newest) = newest {
                        self.presence.hearing.some(newest, asked);
                    }
                }
                Err(CallError::WrongToken) => return Err(CallError::WrongToken),
                Err(error) => {
                    tracing::warn!(%error, "polling pauses");
                    let wait = if let CallError::Wait(wait) = error { wait } else { pause };
                    tokio::select! {
                        () = tokio::time::sleep(wait) => {}
                        _ = self.ending.changed() => {}
                    }
                    pause = (pause * 2).min(Duration::from_secs(3));
                }
            }
        }
        self.let_settle(FAREWELL).await;
        if !self.pending.is_empty() {
            tracing::warn!(updates = self.pending.len(), "left for the next start");
        }
        Ok(())
    }

    async fn poll(&self) -> Result<Vec<Value>, CallError> {
        let offset = self.pending.first().copied().or(self.next);
        // With turns still running the answer must not wait for new updates: the offset has to move on. Nor is it to wait
        // where it tells whether there are more.
        let hold = if self.pending.is_empty() && !self.behind { HOLD } else { 0 };
        let body = json!({ "offset": offset, "limit": BATCH, "timeout": hold, "allowed_updates": KINDS });
        let patience = Duration::from_secs(hold + PATIENCE);
        let answer = self.api.request("getUpdates", |request| request.json(&body), patience).await?;
        match answer {
            Value::Array(updates) => Ok(updates),
            _ => Err(CallError::Unsure("getUpdates gave no list".to_owned())),
        }
    }

    /// Takes them; false when there was no room for all.
    async fn accept(&mut self, mut updates: Vec<Value>) -> bool {
        // R4: the order of a chat is that of the ids, whatever the order of delivery.
        updates.sort_by_key(|raw| raw.get("update_id").and_then(Value::as_i64));
        for raw in updates {
            let Some(arrival) = self.decoder.decode(&raw).await else { continue };
            let id = arrival.update_id;
            // After a week of silence ids restart anywhere: only what runs right now is told apart by them.
            if !self.pending.insert(id) {
                continue;
            }
            let settled = self.settled.0.clone();
            let accepted = self.intake.accept(arrival, move |how| {
                if how == Settled::Done {
                    // Nobody listens only when the program is ending.
                    let _ = settled.send(id);
                }
            });
            if accepted.is_err() {
                // R14: it was not confirmed, so it comes again when there is room.
                self.pending.remove(&id);
                tokio::time::sleep(FULL).await;
                return false;
            }
            self.next = Some(id + 1);
        }
        true
    }

    /// Waits for running turns, at most for `patience`.
    async fn let_settle(&mut self, patience: Duration) {
        let end = tokio::time::Instant::now() + patience;
        while !self.pending.is_empty() {
            match tokio::time::timeout_at(end, self.settled.1.recv()).await {
                Ok(Some(id)) => self.pending.remove(&id),
                Ok(None) | Err(_) => return,
            };
        }
    }
}
