//! The update processor: connections, settings and limits that every step of the pipeline works with.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tokio::sync::{Semaphore, mpsc, watch};

use super::pipeline::compute;
use super::{Attempts, Background, Cipher, Fetch, Limits, Liveness, Row};
use crate::crm::Company;
use crate::error::SystemError;
use crate::flows::{Compute, Computed};

/// Processes updates, each exactly once.
pub struct UpdateProcessor {
    pub pool: PgPool,
    pub company: Arc<Company>,
    /// The bot whose updates these are.
    pub bot_id: i64,
    /// This process, which claims the messages.
    pub liveness: Liveness,
    /// Fresh messages, handed over in memory right after COMMIT.
    pub courier: mpsc::UnboundedSender<Vec<Row>>,
    /// Fetches files.
    pub files: Arc<dyn Fetch>,
    /// At most as many password checks at once as there are cores (R14).
    pub heavy: Semaphore,
    /// At most so many files at once, each of up to 20 MB in memory (R14); a slow one keeps no password waiting.
    pub fetching: Semaphore,
    /// Encrypts what is kept of updates (G9).
    pub cipher: Cipher,
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

impl UpdateProcessor {
    /// Does work outside the transaction, within the limits of parallel work.
    pub(in crate::turn) async fn compute(&self, work: Compute) -> Result<Computed, SystemError> {
        let queue = if matches!(work, Compute::Fetch(_)) { &self.fetching } else { &self.heavy };
        let _turn = queue.acquire().await.map_err(|_| SystemError::transient("the program is ending"))?;
        compute::compute(work, self.files.as_ref(), &self.cipher).await
    }

    /// Hands committed messages to the courier.
    pub fn send(&self, rows: Vec<Row>) {
        // A closed channel means the program ends: the rows stay in the table.
        let _ = self.courier.send(rows);
    }
}
