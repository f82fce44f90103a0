//! In-doubt commits: the messages of a COMMIT that was sent and not acknowledged (R6).
//!
//! The next try finds out. When the update's mark is there, these rows may be too, and they are claimed by this very
//! process: no other one would send them, so they are handed over now.

use std::sync::{Mutex, MutexGuard, PoisonError};

use sqlx::{PgConnection, Postgres, Transaction};

use crate::error::SystemError;
use crate::turn::outbox::rows::{self, Row};

/// What the tries of one update leave to each other.
#[derive(Default)]
pub(in crate::turn) struct InDoubt(Mutex<Vec<Row>>);

impl InDoubt {
    /// Commits, and gives the rows for sending. Until the answer is there they are kept here.
    pub async fn commit(
        &self,
        transaction: Transaction<'_, Postgres>,
        rows: Vec<Row>,
    ) -> Result<Vec<Row>, SystemError> {
        *self.rows() = rows;
        transaction.commit().await?;
        Ok(std::mem::take(&mut *self.rows()))
    }

    /// The rows of an earlier try that did commit, as far as they are still for `process` to send.
    pub async fn found(&self, connection: &mut PgConnection, process: i32) -> Result<Vec<Row>, SystemError> {
        let ids: Vec<i64> = self.rows().iter().map(|row| row.id).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let ours = rows::ours(connection, &ids, process).await?;
        let mut rows = std::mem::take(&mut *self.rows());
        rows.retain(|row| row.id == Row::IN_MEMORY || ours.contains(&row.id));
        Ok(rows)
    }

    fn rows(&self) -> MutexGuard<'_, Vec<Row>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
