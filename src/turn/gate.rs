//! The boundary around a turn: retries of what passes, parking of what does not, and panics (R10, R11).

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::FutureExt;
use sqlx::PgPool;
use tokio::sync::{Semaphore, mpsc, watch};
use tracing::Instrument as _;

use super::attempt::{self, Attempted};
use super::compute::{self, Fetch};
use super::unsure::Unsure;
use super::{Arrival, Presence, Row, Seal, Settled, What, parked, retry};
use crate::crm::{Company, Fault, FaultKind};
use crate::flows::dialogue::{Asker, Input};
use crate::flows::{Compute, Computed};

/// More rounds of work outside the transaction than any conversation needs.
pub(super) const ROUNDS: usize = 4;

/// Pauses between tries of a turn that failed for a passing reason; the last one repeats.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(20),
    Duration::from_millis(100),
    Duration::from_millis(300),
    Duration::from_millis(700),
    Duration::from_secs(1),
];

/// Takes updates and has each of them take effect exactly once.
pub struct Turns {
    /// Working connections.
    pub pool: PgPool,
    /// The company's settings.
    pub company: Arc<Company>,
    /// The bot whose updates these are.
    pub bot_id: i64,
    /// Who claims the messages.
    pub presence: Presence,
    /// Fresh messages, handed over in memory right after COMMIT.
    pub courier: mpsc::UnboundedSender<Vec<Row>>,
    /// Where files come from.
    pub files: Arc<dyn Fetch>,
    /// At most as many password checks at once as there are cores (R14).
    pub heavy: Semaphore,
    /// At most so many files at once, each of up to 20 MB in memory (R14); a slow one keeps no password waiting.
    pub fetching: Semaphore,
    /// Seals what is kept of parked updates (G9).
    pub seal: Seal,
    /// The time; tests put their own.
    pub clock: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// Turns true when the program is asked to end.
    pub ending: watch::Receiver<bool>,
}

impl Turns {
    /// Has an update take effect. [`Settled::NotYet`] only while the program ends or the database stays away.
    pub async fn take(self: Arc<Self>, arrival: Arrival) -> Settled {
        if matches!(arrival.what, What::Ignored) {
            return Settled::Done;
        }
        // Every line of the turn carries the update's id, whatever is logged.
        let span = tracing::error_span!("turn", update = arrival.update_id);
        self.try_on(arrival).instrument(span).await
    }

    async fn try_on(self: Arc<Self>, arrival: Arrival) -> Settled {
        let mut pauses = PAUSES.iter();
        let mut pause = PAUSES[0];
        let unsure = Arc::new(Unsure::default());
        loop {
            let fault = match self.clone().guarded(arrival.clone(), unsure.clone()).await {
                Ok(()) => return Settled::Done,
                Err(fault) => fault,
            };
            match fault.kind() {
                FaultKind::Lasting => match parked::park(&self, &arrival, &fault, &unsure).await {
                    Ok(()) => return Settled::Done,
                    Err(fault) => tracing::warn!(%fault, "could not park an update yet"),
                },
                FaultKind::Transient => tracing::warn!(%fault, "a turn is tried again"),
            }
            if *self.ending.borrow() {
                return Settled::NotYet;
            }
            pause = *pauses.next().unwrap_or(&pause);
            tokio::time::sleep(pause).await;
        }
    }

    async fn guarded(self: Arc<Self>, arrival: Arrival, unsure: Arc<Unsure>) -> Result<(), Fault> {
        guarded(self.rounds(arrival, unsure)).await
    }

    async fn rounds(self: Arc<Self>, arrival: Arrival, unsure: Arc<Unsure>) -> Result<(), Fault> {
        let mut present = arrival.clone();
        for _ in 0..ROUNDS {
            match attempt::attempt(&self, &present, &unsure).await? {
                Attempted::Seen => return Ok(()),
                Attempted::Committed(rows) => {
                    self.send(rows);
                    return Ok(());
                }
                Attempted::Compute(Compute::Retry(id), asker) => {
                    let retried = retry::retry(&self, &arrival, id, &unsure).await?;
                    present = arrival.computed(Computed::Retried(retried), asker);
                }
                Attempted::Compute(work, asker) => present = arrival.computed(self.compute(work).await?, asker),
            }
        }
        Err(Fault::lasting("a conversation asks for work without end"))
    }

    /// Work outside the transaction, in its turn.
    pub(super) async fn compute(&self, work: Compute) -> Result<Computed, Fault> {
        let queue = if matches!(work, Compute::Fetch(_)) { &self.fetching } else { &self.heavy };
        let _turn = queue.acquire().await.map_err(|_| Fault::transient("the program is ending"))?;
        compute::compute(work, self.files.as_ref()).await
    }
}

/// A unit of work runs in a task of its own: it is never cancelled in the middle of `begin`, and its panic ends only it.
pub(super) async fn guarded<T: Send + 'static>(
    unit: impl Future<Output = Result<T, Fault>> + Send + 'static,
) -> Result<T, Fault> {
    let unit = AssertUnwindSafe(unit).catch_unwind();
    match tokio::spawn(unit.in_current_span()).await {
        Ok(Ok(result)) => result,
        // The panic's text may quote data: the hook has logged where it happened.
        Ok(Err(_)) => Err(Fault::lasting("a handler panicked")),
        Err(_) => Err(Fault::transient("the runtime is ending")),
    }
}

impl Arrival {
    /// The same update once the work it asked for is done.
    fn computed(&self, computed: Computed, asker: Asker) -> Self {
        let mut next = self.clone();
        if let What::Said { input, .. } = &mut next.what {
            *input = Input::Computed { computed, asker };
        }
        next
    }
}
