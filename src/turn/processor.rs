//! The update processor: what every step of the pipeline works with.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tokio::sync::{Semaphore, mpsc, watch};

use super::pipeline::compute;
use super::{Attempts, Background, Fetch, Limits, Presence, Row, Seal};
use crate::crm::Company;
use crate::error::SystemError;
use crate::flows::{Compute, Computed};

/// Takes updates and has each of them take effect exactly once.
pub struct Turns {
    pub pool: PgPool,
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
    /// Seals what is kept of updates (G9).
    pub seal: Seal,
    /// The time; tests put their own.
    pub clock: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// Turns true when the program is asked to end.
    pub ending: watch::Receiver<bool>,
    /// How often an update is tried (R16).
    pub limits: Limits,
    /// The places of repeated tries.
    pub attempts: Attempts,
    /// Files that are being fetched.
    pub background: Background,
}

impl Turns {
    /// Work outside the transaction, in its turn.
    pub(in crate::turn) async fn compute(&self, work: Compute) -> Result<Computed, SystemError> {
        let queue = if matches!(work, Compute::Fetch(_)) { &self.fetching } else { &self.heavy };
        let _turn = queue.acquire().await.map_err(|_| SystemError::transient("the program is ending"))?;
        compute::compute(work, self.files.as_ref(), &self.seal).await
    }

    /// Hands committed messages to the courier.
    pub fn send(&self, rows: Vec<Row>) {
        // A closed channel means the program ends: the rows stay in the table.
        let _ = self.courier.send(rows);
    }
}
