//! The update processor: connections, settings and limits that every step of the pipeline works with.

use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc, watch};

use super::pipeline::attempt_limits::Attempts;
use super::pipeline::closer::Closer;
use super::pipeline::compute;
use super::pipeline::file_job::Background;
use super::pipeline::known::Memory;
use super::{Cipher, Clock, Fetch, Limits, Liveness, Row};
use crate::crm::Company;
use crate::db::Pool;
use crate::error::SystemError;
use crate::flows::{Compute, Computed};

/// So many fetched files are written at once: the statement and the connection's buffer hold a copy each (R14). More than
/// one, so that a chat whose row is locked keeps no other waiting (R16).
const FILE_WRITES: usize = 2;

/// What an update processor works with and within.
#[derive(Clone)]
pub struct ProcessorSettings {
    pub pool: Pool,
    pub company: Arc<Company>,
    /// The bot whose updates these are.
    pub bot_id: i64,
    /// This process, which claims the messages.
    pub liveness: Liveness,
    /// Fresh messages, handed over in memory right after COMMIT.
    pub courier: mpsc::UnboundedSender<Vec<Row>>,
    /// Fetches files.
    pub files: Arc<dyn Fetch>,
    /// Encrypts what is kept of updates (G9).
    pub cipher: Arc<Cipher>,
    /// The time; tests put their own.
    pub clock: Clock,
    /// Turns true when the program is asked to end.
    pub ending: watch::Receiver<bool>,
    /// How often an update is tried (R16).
    pub limits: Limits,
    /// At most so many password checks at once: as many as there are cores (R14).
    pub password_checks: usize,
    /// At most so many files at once, from their first byte until they are written, each of up to 20 MB in memory (R14); a
    /// slow one keeps no password waiting.
    pub fetches: usize,
    /// So many chats are remembered, so that their next turns need no lock to think; 0 for none.
    pub remembered_chats: usize,
}

/// Processes updates, each exactly once.
pub struct UpdateProcessor {
    pub settings: ProcessorSettings,
    pub(in crate::turn) password_checks: Semaphore,
    pub fetches: Semaphore,
    /// Files that are being written.
    pub(in crate::turn) file_writes: Semaphore,
    /// The places of repeated tries.
    pub(in crate::turn) attempts: Attempts,
    /// Files that are being fetched.
    pub(in crate::turn) background: Background,
    pub(in crate::turn) known: Memory,
    pub(in crate::turn) closer: Closer,
}

impl UpdateProcessor {
    #[must_use]
    pub fn new(settings: ProcessorSettings) -> Arc<Self> {
        Arc::new(Self {
            password_checks: Semaphore::new(settings.password_checks),
            fetches: Semaphore::new(settings.fetches),
            file_writes: Semaphore::new(FILE_WRITES),
            attempts: Attempts::default(),
            background: Background::default(),
            known: Memory::new(settings.remembered_chats),
            closer: Closer::start(&settings.pool, settings.bot_id, settings.liveness.process),
            settings,
        })
    }

    /// How many turns took effect with what the process knew of their chats, and how many had to be done again, since that had
    /// changed.
    #[must_use]
    pub fn known_counts(&self) -> (u64, u64) {
        self.known.counts()
    }

    /// Waits until no file is being fetched.
    pub async fn idle(&self) {
        self.background.idle().await;
    }

    /// Does work outside the transaction, within the limits of parallel work.
    pub(in crate::turn) async fn compute(&self, work: Compute) -> Result<Computed, SystemError> {
        let queue = if matches!(work, Compute::Fetch(_)) { &self.fetches } else { &self.password_checks };
        let _turn = queue.acquire().await.map_err(|_| SystemError::transient("the program is ending"))?;
        compute::compute(work, self.settings.files.as_ref(), &self.settings.cipher).await
    }

    /// Hands committed messages to the courier.
    pub fn send(&self, rows: Vec<Row>) {
        // A closed channel means the program ends: the rows stay in the table.
        let _ = self.settings.courier.send(rows);
    }
}
