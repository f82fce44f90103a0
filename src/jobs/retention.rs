//! Retention: technical rows are deleted when they are of no use any more (G14).

use chrono::{DateTime, Duration, Utc};
use sqlx::PgConnection;

use crate::crm::{self, access, outdated};
use crate::db::{Pool, lease};
use crate::error::SystemError;
use crate::turn;

/// R2: Telegram keeps updates for a day; three leave room for an outage.
const SEEN_HOURS: i64 = 72;

/// Dead letters that were not settled for so long are deleted, and so are drafts without further input.
const OPEN_DAYS: i64 = 14;

/// So long a reply to a message finds the client it is about; what stands on an older message is out of date anyway.
const ABOUT_DAYS: i64 = 30;

/// A notice waits a day at most for the end of quiet hours; amendments are purged after a week.
const AMENDMENT_DAYS: i64 = 7;

/// Bodies of updates are kept no longer, whatever has become of their turns.
const INBOUND_DAYS: i64 = 7;

/// Counters of wrong passwords hold the Telegram ids of strangers; they have faded long before.
const GUESS_DAYS: i64 = 30;

/// What is kept of a Telegram account that was never linked.
const STRANGER_DAYS: i64 = 30;

/// Rows at once: a long statement would hold the turns up.
const BATCH: i32 = 5_000;

/// Files at once: each may have twenty megabytes.
const FILES: i32 = 50;

/// What came of the tables so far.
#[derive(Default)]
struct Tidied {
    rows: u64,
    failed: Option<SystemError>,
}

impl Tidied {
    /// A table that cannot be tidied up now does not keep the others from it.
    fn add(&mut self, table: &'static str, done: Result<u64, SystemError>) {
        match done {
            Ok(rows) => self.rows += rows,
            Err(fault) => {
                tracing::warn!(table, %fault, "outdated rows were not deleted");
                self.failed = Some(fault);
            }
        }
    }
}

macro_rules! retention {
    ($($table:literal, $batch:expr, |$connection:ident, $now:ident| $step:expr;)*) => {
        /// The tables that are tidied up.
        pub const RETAINED: &[&str] = &[$($table),*];

        /// Deletes outdated rows, table by table and in batches; how many.
        ///
        /// # Errors
        /// That of the last table that could not be tidied up; all the others were.
        pub async fn tidy(pool: &Pool, now: DateTime<Utc>) -> Result<u64, SystemError> {
            let mut tidied = Tidied::default();
            $(
                // No function with a closure: a future that lends a connection to one is not provably `Send`.
                let done = async {
                    let mut leased = lease::detached(pool).await?;
                    let $now = now;
                    let mut rows = 0;
                    loop {
                        let $connection: &mut PgConnection = &mut leased;
                        let done: Result<u64, SystemError> = $step;
                        let done = done?;
                        rows += done;
                        if done < u64::from($batch.unsigned_abs()) {
                            return Ok(rows);
                        }
                    }
                };
                tidied.add($table, done.await);
            )*
            match tidied.failed {
                Some(fault) => Err(fault),
                None => Ok(tidied.rows),
            }
        }
    };
}

retention! {
    "seen_update", BATCH, |connection, now| rows(sqlx::query!(
        "delete from seen_update where ctid = any(array(select ctid from seen_update where seen_at < $1 limit $2))",
        now - Duration::hours(SEEN_HOURS), i64::from(BATCH)).execute(connection).await);
    "parked_update", BATCH, |connection, now| rows(sqlx::query!(
        "delete from parked_update where id = any(array(select id from parked_update where parked_at < $1 limit $2))",
        now - Duration::days(OPEN_DAYS), i64::from(BATCH)).execute(connection).await);
    // What is left of updates that were set aside, of files that were waited for and of counted attempts belongs to a bot whose
    // token has changed, or to an update that came again and was done by then.
    "inbound_update", BATCH, |connection, now| rows(sqlx::query!(
        "delete from inbound_update where ctid = any(array(select ctid from inbound_update where received_at < $1 limit $2))",
        now - Duration::days(INBOUND_DAYS), i64::from(BATCH)).execute(connection).await);
    "file_job", BATCH, |connection, now| rows(sqlx::query!(
        "delete from file_job where id = any(array(select id from file_job where created_at < $1 limit $2))",
        now - Duration::days(INBOUND_DAYS), i64::from(BATCH)).execute(connection).await);
    "update_attempt", BATCH, |connection, now| rows(sqlx::query!(
        "delete from update_attempt where ctid = any(array(select ctid from update_attempt where first_at < $1 limit $2))",
        now - Duration::days(INBOUND_DAYS), i64::from(BATCH)).execute(connection).await);
    // A living screen keeps its client however old it is: it may be redrawn at any time.
    "sent_about", BATCH, |connection, now| rows(sqlx::query!(
        "delete from sent_about where ctid = any(array(
             select ctid from sent_about where sent_at < $1
                and not exists (select from chat_screen screen
                                 where screen.chat_id = sent_about.chat_id and screen.message_id = sent_about.message_id)
              limit $2))",
        now - Duration::days(ABOUT_DAYS), i64::from(BATCH)).execute(connection).await);
    "amendment", BATCH, |connection, now| rows(sqlx::query!(
        "delete from amendment where ctid = any(array(select ctid from amendment where made_at < $1 limit $2))",
        now - Duration::days(AMENDMENT_DAYS), i64::from(BATCH)).execute(connection).await);
    "login_guess", BATCH, |connection, now|
        crm::forget_guesses(connection, now - Duration::days(GUESS_DAYS), BATCH).await;
    // Drafts of users who have no access any more, open drafts, and what is kept of strangers.
    "chat_session", BATCH, |connection, now| tidy_sessions(connection, now).await;
    "chat_screen", BATCH, |connection, _now| {
        let known = access::ever_linked_chats(connection).await?;
        turn::purge_screens_except(connection, &known, BATCH).await
    };
    "login_attempt", BATCH, |connection, _now| outdated::delete_old_login_attempts(connection, BATCH).await;
    "document", FILES, |connection, _now| outdated::delete_orphan_files(connection, FILES).await;
    "audit_event", BATCH, |connection, _now| outdated::delete_old_looks(connection, BATCH).await;
    "audit_event", BATCH, |connection, _now| outdated::forget_strangers(connection, BATCH).await;
    "notice_sent", BATCH, |connection, _now| outdated::delete_old_marks(connection, BATCH).await;
}

fn rows(done: Result<sqlx::postgres::PgQueryResult, sqlx::Error>) -> Result<u64, SystemError> {
    Ok(done?.rows_affected())
}

async fn tidy_sessions(connection: &mut PgConnection, now: DateTime<Utc>) -> Result<u64, SystemError> {
    let linked = crm::linked_chats(&mut *connection).await?;
    let left = turn::purge_drafts_except(&mut *connection, &linked, now - Duration::minutes(1)).await?;
    let open = turn::purge_old_drafts(&mut *connection, now - Duration::days(OPEN_DAYS), BATCH).await?;
    let known = access::ever_linked_chats(&mut *connection).await?;
    let before = now - Duration::days(STRANGER_DAYS);
    Ok(left + open + turn::purge_strangers_except(connection, &known, before, BATCH).await?)
}
