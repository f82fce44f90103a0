//! Long polling that confirms an update only after its COMMIT (R1).
//!
//! `getUpdates` forgets every update below `offset` at the moment it is called. So the offset is the lowest update that
//! is not settled yet; what comes twice because of that is told apart here, and for good in the database (R2). A turn that
//! takes long is written into the durable inbox and confirmed, so that the offset follows what is new (R16).

mod window;

use std::time::Duration;

use chrono::Utc;
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

use self::window::Window;
use super::decode::{KINDS, made_at};
use super::{Api, CallError, Intake};
use crate::turn::{Liveness, Outcome, Way};

/// How long Telegram may hold the request open, in seconds. A connection that a router has forgotten is noticed this
/// much and [`TIMEOUT`] later.
const LONG_POLL: u64 = 10;

/// How long an answer may take beyond that, in seconds.
const TIMEOUT: u64 = 8;

/// Turns that take longer are set aside, so that the offset can move on: one slow update delays no other (R16).
const SLOW: Duration = Duration::from_millis(400);

/// Polling one offset more often than twice a second returns a single update.
const SETTLE: Duration = Duration::from_millis(600);

/// An answer holds no more updates than this: where it holds as many, more may wait.
const BATCH: usize = 100;

/// How long polling pauses when nothing more is taken (R14).
const FULL: Duration = Duration::from_millis(200);

/// How long running turns may take when the program ends (R12).
const FAREWELL: Duration = Duration::from_secs(4);

/// The poller of one bot.
pub struct Poller {
    api: Api,
    intake: Intake,
    liveness: Liveness,
    ending: watch::Receiver<bool>,
    told: mpsc::UnboundedSender<(i64, Outcome)>,
    settled: mpsc::UnboundedReceiver<(i64, Outcome)>,
    window: Window,
    /// More may wait than the last answer held.
    behind: bool,
    /// A process has crashed, and the updates that it had not confirmed are delivered again.
    suspicious: bool,
}

impl Poller {
    /// A poller that gives its updates to `intake`.
    #[must_use]
    pub fn new(api: Api, intake: Intake, liveness: Liveness, ending: watch::Receiver<bool>) -> Self {
        let (told, settled) = mpsc::unbounded_channel();
        Self {
            api,
            intake,
            liveness,
            ending,
            told,
            settled,
            window: Window::default(),
            behind: false,
            suspicious: false,
        }
    }

    /// Polls until the program ends; then waits for the turns that run.
    ///
    /// # Errors
    /// [`CallError::WrongToken`] when Telegram does not know the bot.
    pub async fn run(mut self) -> Result<(), CallError> {
        let mut pause = Duration::from_millis(100);
        let mut recovered = false;
        while !*self.ending.borrow() {
            if !self.liveness.is_leader() {
                recovered = false;
                self.liveness.route.answered(Way::Polls);
                tokio::select! {
                    () = self.liveness.until_leader() => {}
                    _ = self.ending.changed() => {}
                }
                continue;
            }
            if !recovered {
                // R4: what an earlier poller has left goes first.
                match self.intake.recover().await {
                    Ok(unclean) => (self.suspicious, recovered) = (unclean, true),
                    Err(fault) => {
                        tracing::warn!(%fault, "polling waits for the database");
                        self.rest(FULL).await;
                        continue;
                    }
                }
            }
            self.let_settle().await;
            let mut ending = self.ending.clone();
            let asked = Utc::now();
            let polled = tokio::select! {
                polled = self.poll() => polled,
                _ = ending.changed() => continue,
            };
            match polled {
                Ok(updates) => {
                    pause = Duration::from_millis(100);
                    let newest = updates.iter().filter_map(made_at).max();
                    let newest = newest.map(|made| self.liveness.route.local_time(made));
                    let full = updates.len() >= BATCH;
                    self.behind = !self.accept(updates).await || full;
                    if !self.behind {
                        self.suspicious = false;
                        self.liveness.watermark.caught_up(asked);
                    } else if let Some(newest) = newest {
                        self.liveness.watermark.advanced(newest, asked);
                    }
                }
                Err(CallError::WrongToken) => return Err(CallError::WrongToken),
                Err(error) => {
                    tracing::warn!(%error, "polling pauses");
                    self.rest(if let CallError::Wait(wait) = error { wait } else { pause }).await;
                    pause = (pause * 2).min(Duration::from_secs(3));
                }
            }
        }
        self.wait_for_turns(FAREWELL).await;
        if !self.window.is_idle() {
            tracing::warn!(updates = self.window.len(), "left for the next start");
        }
        Ok(())
    }

    /// Pauses, unless the program is asked to end.
    async fn rest(&mut self, pause: Duration) {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = self.ending.changed() => {}
        }
    }

    async fn poll(&self) -> Result<Vec<Value>, CallError> {
        // With turns still running the answer must not wait for new updates: the offset has to move on. Nor is it to wait
        // where it tells whether there are more.
        let hold = if self.window.is_idle() && !self.behind { LONG_POLL } else { 0 };
        let body = json!({ "offset": self.window.offset(), "limit": BATCH, "timeout": hold, "allowed_updates": KINDS });
        let timeout = Duration::from_secs(hold + TIMEOUT);
        let answer = self.api.request("getUpdates", |request| request.json(&body), timeout).await?;
        match answer {
            Value::Array(updates) => Ok(updates),
            _ => Err(CallError::InDoubt("getUpdates gave no list".to_owned())),
        }
    }

    /// Passes updates to the intake; false when it did not take all.
    async fn accept(&mut self, mut updates: Vec<Value>) -> bool {
        let id = |raw: &Value| raw.get("update_id").and_then(Value::as_i64);
        // R4: the order of a chat is that of the ids, whatever the order of delivery.
        updates.sort_by_key(id);
        for raw in updates {
            let Some(id) = id(&raw) else { continue };
            if !self.window.is_new(id) {
                continue;
            }
            let told = self.told.clone();
            let accepted = self.intake.accept(raw, self.suspicious, move |how| {
                // The receiver is gone only when the program is ending.
                let _ = told.send((id, how));
            });
            match accepted.await {
                Ok(pending) => self.window.take(id, pending),
                Err(_) => {
                    // R14: it was not confirmed, so Telegram delivers it again.
                    self.rest(FULL).await;
                    return false;
                }
            }
        }
        true
    }

    /// Waits a moment for running turns; those that take longer are set aside, so that the next poll follows the offset. While
    /// the database is away they are not, and Telegram is asked no more often than it answers.
    async fn let_settle(&mut self) {
        self.wait_for_turns(SLOW).await;
        if self.window.queued().next().is_none() {
            return;
        }
        let began = tokio::time::Instant::now();
        match self.intake.set_aside(self.window.queued()).await {
            Ok(()) => {
                self.window.settle_queued();
                // A turn that ended while its update was written has left no reader for the row.
                let mut over = Vec::new();
                while let Ok((id, how)) = self.settled.try_recv() {
                    over.extend((how == Outcome::Done).then_some(id));
                }
                if !over.is_empty() {
                    self.intake.forget(&over).await;
                }
            }
            Err(fault) => {
                tracing::warn!(%fault, "updates that take long could not be set aside");
                tokio::time::sleep_until(began + (SETTLE - SLOW)).await;
            }
        }
    }

    /// Waits for running turns, at most for `timeout`.
    async fn wait_for_turns(&mut self, timeout: Duration) {
        let end = tokio::time::Instant::now() + timeout;
        while self.window.queued().next().is_some() {
            match tokio::time::timeout_at(end, self.settled.recv()).await {
                Ok(Some((id, Outcome::Done | Outcome::Stored))) => self.window.settle(id),
                Ok(Some((id, Outcome::Retry | Outcome::ForNewer(_)))) => self.window.give_back(id),
                Ok(None) | Err(_) => return,
            };
        }
    }
}
