//! The retry boundary around a turn: transient system errors are retried within limits, all else is parked, panics are caught (R10,
//! R11, R16).

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
use crate::turn::cluster::in_doubt::Unsure;
use crate::turn::dead_letters::{parking, retry};
use crate::turn::{Arrival, Settled, Turns, What};

/// Pauses between tries while the database is away; the last one repeats.
const AWAY: [Duration; 5] = [
    Duration::from_millis(20),
    Duration::from_millis(100),
    Duration::from_millis(300),
    Duration::from_millis(700),
    Duration::from_secs(1),
];

impl Turns {
    /// Has an update take effect. [`Settled::NotYet`] only while the program ends or the database stays away.
    pub async fn take(self: Arc<Self>, arrival: Arrival) -> Settled {
        if matches!(arrival.what, What::Ignored) {
            return Settled::Done;
        }
        self.take_marked(arrival, Mark::Update).await
    }

    /// Has an update take effect that may have ended the process that tried it before: its try is marked, so that a second
    /// death tells (R16).
    pub async fn take_suspect(self: Arc<Self>, arrival: Arrival) -> Settled {
        let update_id = arrival.update_id;
        if matches!(arrival.what, What::Ignored) {
            return Settled::Done;
        }
        let mut pauses = Pauses::default();
        let marked = loop {
            match self.attempts.mark(&self.pool, self.bot_id, update_id, self.presence.process).await {
                Ok(marked) => break marked,
                Err(fault) => tracing::warn!(%fault, "an update waits for its mark"),
            }
            if self.pause(pauses.next()).await {
                return Settled::NotYet;
            }
        };
        let settled = if marked.fatal {
            let fault = SystemError::permanent("processes ended while they handled this update");
            self.clone().put_aside(&arrival, Mark::Update, &fault, &Arc::default()).await
        } else {
            marked.watch(self.clone().take_marked(arrival, Mark::Update)).await
        };
        attempt_limits::forget(&self.pool, self.bot_id, update_id).await;
        settled
    }

    /// Looks for processes that ended without saying so; true when there were any: what Telegram delivers again then is
    /// taken by [`Turns::take_suspect`].
    pub async fn after_unclean_end(&self) -> Result<bool, SystemError> {
        attempt_limits::inspect_ends(&self.pool, self.presence.process).await
    }

    pub(in crate::turn) async fn take_marked(self: Arc<Self>, arrival: Arrival, mark: Mark) -> Settled {
        // Every line of the turn carries the update's id, whatever is logged.
        let span = tracing::error_span!("turn", update = arrival.update_id);
        self.try_on(arrival, mark).instrument(span).await
    }

    async fn try_on(self: Arc<Self>, arrival: Arrival, mark: Mark) -> Settled {
        let unsure = Arc::new(Unsure::default());
        let (mut pauses, mut tries, mut spent) = (Pauses::default(), 0, Duration::ZERO);
        loop {
            let began = Instant::now();
            let tried = {
                let _place = if tries > 0 { self.attempts.retry_place().await } else { None };
                isolated(self.clone().rounds(arrival.clone(), mark, unsure.clone())).await
            };
            let fault = match tried {
                Ok(()) => break,
                Err(fault) => fault,
            };
            if fault.kind() == SystemErrorKind::Permanent {
                return self.settle_parked(&arrival, mark, &fault, &unsure, tries).await;
            }
            tracing::warn!(%fault, "a turn is tried again");
            let pause =
                match attempt_limits::count(&self.pool, self.bot_id, arrival.update_id, self.presence.process).await {
                    Some(counted) => {
                        tries = counted;
                        let pause = self.limits.pause(tries);
                        spent += began.elapsed();
                        if tries >= self.limits.tries || spent >= self.limits.time {
                            let fault = SystemError::permanent(format!("given up after {tries} tries: {fault}"));
                            return self.settle_parked(&arrival, mark, &fault, &unsure, tries).await;
                        }
                        spent += pause;
                        pauses = Pauses::default();
                        pause
                    }
                    None => pauses.next(),
                };
            if self.pause(pause).await {
                return Settled::NotYet;
            }
        }
        if tries > 0 {
            attempt_limits::forget(&self.pool, self.bot_id, arrival.update_id).await;
        }
        Settled::Done
    }

    /// Parks an update and forgets its attempts.
    async fn settle_parked(
        self: Arc<Self>,
        arrival: &Arrival,
        mark: Mark,
        fault: &SystemError,
        unsure: &Arc<Unsure>,
        tries: i32,
    ) -> Settled {
        let settled = self.clone().put_aside(arrival, mark, fault, unsure).await;
        if tries > 0 && settled == Settled::Done {
            attempt_limits::forget(&self.pool, self.bot_id, arrival.update_id).await;
        }
        settled
    }

    /// Parks an update, however long the database stays away for it.
    pub(in crate::turn) async fn put_aside(
        self: Arc<Self>,
        arrival: &Arrival,
        mark: Mark,
        fault: &SystemError,
        unsure: &Arc<Unsure>,
    ) -> Settled {
        let mut pauses = Pauses::default();
        let mut bare = false;
        loop {
            let (turns, arrival, unsure) = (self.clone(), arrival.clone(), unsure.clone());
            let what = fault.to_string();
            let parking = async move { parking::park(&turns, &arrival, mark, &what, bare, &unsure).await };
            match isolated(parking).await {
                Ok(()) => return Settled::Done,
                Err(failed) => {
                    tracing::warn!(fault = %failed, "could not park an update yet");
                    // What fails for good without the database being away is left out: the letter and the answer.
                    bare |= failed.kind() == SystemErrorKind::Permanent;
                }
            }
            if self.pause(pauses.next()).await {
                return Settled::NotYet;
            }
        }
    }

    /// Waits; true when the program is asked to end.
    async fn pause(&self, pause: Duration) -> bool {
        let mut ending = self.ending.clone();
        tokio::select! {
            () = tokio::time::sleep(pause) => *self.ending.borrow(),
            _ = ending.wait_for(|ending| *ending) => true,
        }
    }

    async fn rounds(self: Arc<Self>, arrival: Arrival, mark: Mark, unsure: Arc<Unsure>) -> Result<(), SystemError> {
        let mut present = arrival.clone();
        for _ in 0..ROUNDS {
            match attempt::attempt(&self, &present, mark, &unsure).await? {
                Attempted::Seen => return Ok(()),
                Attempted::Committed(rows) => {
                    self.send(rows);
                    return Ok(());
                }
                Attempted::Retry(id) => {
                    let retried = retry::retry(&self, &arrival, id, &unsure).await?;
                    present = arrival.with(Input::Retried(retried));
                }
                // A file takes longer than a turn may: its wait is committed, and the update with it.
                Attempted::Compute(Compute::Fetch(file), asker) if mark == Mark::Update => {
                    match file_job::defer(&self, &arrival, &file, asker, &unsure).await? {
                        Attempted::Committed(rows) => self.send(rows),
                        Attempted::Seen | Attempted::Compute(..) | Attempted::Retry(_) => {}
                    }
                    return Ok(());
                }
                Attempted::Compute(work, asker) => {
                    present = arrival.with(Input::Computed { computed: self.compute(work).await?, asker });
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
        pause
    }
}

impl Arrival {
    /// The same update once the work it asked for is done, with the result as its input.
    fn with(&self, result: Input) -> Self {
        let mut next = self.clone();
        if let What::Said { input, .. } = &mut next.what {
            *input = result;
        }
        next
    }
}
