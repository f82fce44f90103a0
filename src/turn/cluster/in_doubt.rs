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
pub(in crate::turn) struct InDoubt(Mutex<Tried>);

#[derive(Default)]
struct Tried {
    /// What the last try has written, as far as that is known.
    rows: Vec<Row>,
    /// The chat in which it may have written rows whose ids never came.
    chat: Option<i64>,
}

impl InDoubt {
    /// Commits, and gives the rows for sending. Until the answer is there they are kept here.
    pub async fn commit(
        &self,
        transaction: Transaction<'_, Postgres>,
        rows: Vec<Row>,
    ) -> Result<Vec<Row>, SystemError> {
        self.tried().rows = rows;
        transaction.commit().await?;
        Ok(self.take())
    }

    /// As [`Self::commit`], for a transaction that a plain statement has begun.
    pub async fn commit_open(&self, connection: &mut PgConnection, rows: Vec<Row>) -> Result<Vec<Row>, SystemError> {
        self.tried().rows = rows;
        sqlx::raw_sql("commit").execute(connection).await?;
        Ok(self.take())
    }

    /// One statement is about to commit messages of this chat, whose ids come with its answer; `rows` have none.
    pub fn closing(&self, chat: i64, rows: Vec<Row>) {
        *self.tried() = Tried { rows, chat: Some(chat) };
    }

    /// What is in doubt, which the caller knows to be settled.
    pub fn take(&self) -> Vec<Row> {
        std::mem::take(&mut *self.tried()).rows
    }

    /// The rows of an earlier try that did commit, as far as they are still for `process` to send.
    pub async fn found(&self, connection: &mut PgConnection, process: i32) -> Result<Vec<Row>, SystemError> {
        let (ids, chat) = {
            let tried = self.tried();
            (tried.rows.iter().map(|row| row.id).collect::<Vec<_>>(), tried.chat)
        };
        if let Some(chat) = chat {
            // The courier holds some of them already, and takes none twice.
            let found = rows::of_chat(connection, chat, process).await?;
            return Ok(self.take().into_iter().chain(found).collect());
        }
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let ours = rows::ours(connection, &ids, process).await?;
        let mut rows = self.take();
        rows.retain(|row| row.id == Row::IN_MEMORY || ours.contains(&row.id));
        Ok(rows)
    }

    fn tried(&self) -> MutexGuard<'_, Tried> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
