//! The retry boundary of an update: transient errors are retried within limits, all others parked (R10, R11, R16).

use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::Instrument as _;

use super::attempt::{self, Attempted, ROUNDS};
use super::guard::isolated;
use super::session::Mark;
use super::{attempt_limits, file_job};
use crate::error::{SystemError, SystemErrorKind};
use crate::flows::Compute;
use crate::flows::dialogue::Input;
use crate::turn::cluster::in_doubt::InDoubt;
use crate::turn::dead_letters::{parking, retry};
use crate::turn::{IncomingUpdate, Outcome, UpdateKind, UpdateProcessor, jitter};

/// Pauses between tries while the database is away; the last one repeats.
const AWAY: [Duration; 5] = [
    Duration::from_millis(20),
    Duration::from_millis(100),
    Duration::from_millis(300),
    Duration::from_millis(700),
    Duration::from_secs(1),
];

impl UpdateProcessor {
    /// Processes an update. [`Outcome::Retry`] only while the program ends or the database stays away.
    pub async fn process(self: Arc<Self>, update: IncomingUpdate) -> Outcome {
        if matches!(update.kind, UpdateKind::Ignored) {
            return Outcome::Done;
        }
        self.process_marked(update, Mark::Update).await
    }

    /// Processes an update that may have ended the process that tried it before: its try is marked, so that a second
    /// crash is recognised (R16).
    pub async fn process_suspect(self: Arc<Self>, update: IncomingUpdate) -> Outcome {
        let update_id = update.update_id;
        if matches!(update.kind, UpdateKind::Ignored) {
            return Outcome::Done;
        }
        let mut pauses = Pauses::default();
        let marked = loop {
            match self
                .attempts
                .mark(&self.settings.pool, self.settings.bot_id, update_id, self.settings.liveness.process)
                .await
            {
                Ok(marked) => break marked,
                Err(fault) => tracing::warn!(%fault, "an update waits for its mark"),
            }
            if self.pause(pauses.next()).await {
                return Outcome::Retry;
            }
        };
        let settled = if marked.fatal {
            let fault = SystemError::permanent("processes ended while they handled this update");
            self.clone().put_aside(&update, Mark::Update, &fault, &Arc::default()).await
        } else {
            marked.watch(self.clone().process_marked(update, Mark::Update)).await
        };
        attempt_limits::clear(&self.settings.pool, self.settings.bot_id, update_id).await;
        settled
    }

    /// Looks for processes that ended without saying so; true when there were any: what Telegram delivers again then is
    /// taken by [`UpdateProcessor::process_suspect`].
    pub async fn after_unclean_end(&self) -> Result<bool, SystemError> {
        attempt_limits::inspect_ends(&self.settings.pool, self.settings.liveness.process).await
    }

    pub(in crate::turn) async fn process_marked(self: Arc<Self>, update: IncomingUpdate, mark: Mark) -> Outcome {
        // Every line of the turn carries the update's id, whatever is logged.
        let span = tracing::error_span!("turn", update = update.update_id);
        self.try_on(update, mark).instrument(span).await
    }

    async fn try_on(self: Arc<Self>, update: IncomingUpdate, mark: Mark) -> Outcome {
        let in_doubt = Arc::new(InDoubt::default());
        let (mut pauses, mut tries, mut spent) = (Pauses::default(), 0, Duration::ZERO);
        let outcome = loop {
            let began = Instant::now();
            let tried = {
                let _place = if tries > 0 { self.attempts.retry_place().await } else { None };
                isolated(self.clone().rounds(update.clone(), mark, in_doubt.clone())).await
            };
            let fault = match tried {
                Ok(outcome) => break outcome,
                Err(fault) => fault,
            };
            if fault.kind() == SystemErrorKind::Permanent {
                return self.settle_parked(&update, mark, &fault, &in_doubt, tries).await;
            }
            tracing::warn!(%fault, "a turn is tried again");
            let pause = match attempt_limits::count(
                &self.settings.pool,
                self.settings.bot_id,
                update.update_id,
                self.settings.liveness.process,
            )
            .await
            {
                Some(counted) => {
                    tries = counted;
                    let pause = self.settings.limits.pause(tries);
                    spent += began.elapsed();
                    if tries >= self.settings.limits.tries || spent >= self.settings.limits.time {
                        let fault = SystemError::permanent(format!("given up after {tries} tries: {fault}"));
                        return self.settle_parked(&update, mark, &fault, &in_doubt, tries).await;
                    }
                    spent += pause;
                    pauses = Pauses::default();
                    pause
                }
                None => pauses.next(),
            };
            if self.pause(pause).await {
                return Outcome::Retry;
            }
        };
        if tries > 0 {
            attempt_limits::clear(&self.settings.pool, self.settings.bot_id, update.update_id).await;
        }
        outcome
    }

    /// Parks an update and deletes the count of its attempts.
    async fn settle_parked(
        self: Arc<Self>,
        update: &IncomingUpdate,
        mark: Mark,
        fault: &SystemError,
        in_doubt: &Arc<InDoubt>,
        tries: i32,
    ) -> Outcome {
        let settled = self.clone().put_aside(update, mark, fault, in_doubt).await;
        if tries > 0 && settled == Outcome::Done {
            attempt_limits::clear(&self.settings.pool, self.settings.bot_id, update.update_id).await;
        }
        settled
    }

    /// Parks an update, however long the database stays away for it.
    pub(in crate::turn) async fn put_aside(
        self: Arc<Self>,
        update: &IncomingUpdate,
        mark: Mark,
        fault: &SystemError,
        in_doubt: &Arc<InDoubt>,
    ) -> Outcome {
        let mut pauses = Pauses::default();
        let mut bare = false;
        loop {
            let (turns, update, in_doubt) = (self.clone(), update.clone(), in_doubt.clone());
            let what = fault.to_string();
            let parking = async move { parking::park(&turns, &update, mark, &what, bare, &in_doubt).await };
            match isolated(parking).await {
                Ok(()) => return Outcome::Done,
                Err(failed) => {
                    tracing::warn!(fault = %failed, "could not park an update yet");
                    // What fails for good without the database being away is left out: the payload and the answer.
                    bare |= failed.kind() == SystemErrorKind::Permanent;
                }
            }
            if self.pause(pauses.next()).await {
                return Outcome::Retry;
            }
        }
    }

    /// Waits; true when the program is asked to end.
    async fn pause(&self, pause: Duration) -> bool {
        let mut ending = self.settings.ending.clone();
        tokio::select! {
            () = tokio::time::sleep(pause) => *self.settings.ending.borrow(),
            _ = ending.wait_for(|ending| *ending) => true,
        }
    }

    async fn rounds(
        self: Arc<Self>,
        update: IncomingUpdate,
        mark: Mark,
        in_doubt: Arc<InDoubt>,
    ) -> Result<Outcome, SystemError> {
        let mut present = update.clone();
        for _ in 0..ROUNDS {
            match attempt::process(&self, &present, mark, &in_doubt).await? {
                Attempted::Seen => return Ok(Outcome::Done),
                Attempted::Committed(rows) => {
                    self.send(rows);
                    return Ok(Outcome::Done);
                }
                Attempted::ForNewer(process) => {
                    if let Mark::FileJob(job) = mark {
                        file_job::hand_over(&self, job, process).await?;
                    }
                    return Ok(Outcome::ForNewer(process));
                }
                Attempted::Retry(id) => {
                    let retried = retry::retry(&self, &update, id, &in_doubt).await?;
                    present = update.with(Input::Retried(retried));
                }
                // A file takes longer than a turn may: its wait is committed, and the update with it.
                Attempted::Compute(Compute::Fetch(file), asker) if mark == Mark::Update => {
                    match file_job::defer(&self, &update, &file, asker, &in_doubt).await? {
                        Attempted::Committed(rows) => self.send(rows),
                        Attempted::Seen | Attempted::Compute(..) | Attempted::Retry(_) | Attempted::ForNewer(_) => {}
                    }
                    return Ok(Outcome::Done);
                }
                Attempted::Compute(work, asker) => {
                    present = update.with(Input::Computed { computed: self.compute(work).await?, asker });
                }
            }
        }
        Err(SystemError::permanent("a conversation asks for work without end"))
    }
}

/// The pauses while the database is away.
#[derive(Default)]
struct Pauses(usize);

impl Pauses {
    fn next(&mut self) -> Duration {
        let pause = AWAY[self.0.min(AWAY.len() - 1)];
        self.0 += 1;
        jitter::shorter(pause)
    }
}

impl IncomingUpdate {
    /// The same update once the work it asked for is done, with the result as its input.
    fn with(&self, result: Input) -> Self {
        let mut next = self.clone();
        if let UpdateKind::Message { input, .. } = &mut next.kind {
            *input = result;
        }
        next
    }
}
