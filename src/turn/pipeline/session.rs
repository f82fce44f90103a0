//! The session row of a chat: the mark of an update, and the lock.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use super::known::Basis;
use crate::crm::StaffId;
use crate::error::SystemError;
use crate::flows::dialogue::Dialogue;

/// What makes an input take effect once (R2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::turn) enum Mark {
    /// The row of the update in `seen_update`.
    Update,
    /// The deletion of the file job's row.
    FileJob(i64),
}

/// A chat's session, locked until the end of the transaction.
pub(in crate::turn) struct Session {
    pub chat_id: i64,
    pub version: i64,
    pub dialogue: Dialogue,
    pub user: Option<StaffId>,
    pub menu: Option<String>,
}

/// The session as it is stored.
struct Stored {
    version: i64,
    dialogue: Value,
    user_id: Option<i64>,
    menu: Option<String>,
}

impl Stored {
    /// A dialogue that cannot be read any more starts over.
    fn session(self, chat_id: i64) -> Session {
        Session {
            chat_id,
            version: self.version,
            dialogue: serde_json::from_value(self.dialogue).unwrap_or_default(),
            user: self.user_id.map(StaffId),
            menu: self.menu,
        }
    }
}

/// A live process of at least this release (R20).
pub(in crate::turn) async fn newer_process(
    connection: &mut PgConnection,
    release: i32,
) -> Result<Option<i32>, SystemError> {
    let query = sqlx::query_scalar!(
        "select id from process where release >= $1 and not deaf and process_is_alive(id) order by id limit 1",
        release
    );
    Ok(query.fetch_optional(connection).await?)
}

/// Marks the input as taken and locks the chat's session, in one statement; none when it was taken before (R2).
///
/// A concurrent delivery of the same update waits here for the first one's COMMIT and then finds it seen.
pub(in crate::turn) async fn claim(
    connection: &mut PgConnection,
    (bot_id, update_id, mark): (i64, i64, Mark),
    chat_id: i64,
    now: DateTime<Utc>,
) -> Result<Option<Session>, SystemError> {
    if let Mark::FileJob(job) = mark {
        let row = sqlx::query_as!(
            Stored,
            r#"with taken as (delete from file_job where id = $1 returning 1)
               insert into chat_session (chat_id, updated_at) select $2, $3 where exists (select from taken)
               on conflict (chat_id) do update set updated_at = excluded.updated_at
               returning version, dialogue, user_id, menu"#,
            job,
            chat_id,
            now
        )
        .fetch_optional(connection)
        .await?;
        return Ok(row.map(|row| row.session(chat_id)));
    }
    let row = sqlx::query_as!(
        Stored,
        r#"with seen as (
               insert into seen_update (bot_id, update_id, seen_at) values ($1, $2, $4)
               on conflict do nothing returning 1 as fresh
           )
           insert into chat_session (chat_id, updated_at) select $3, $4 where exists (select from seen)
           on conflict (chat_id) do update set updated_at = excluded.updated_at
           returning version, dialogue, user_id, menu"#,
        bot_id,
        update_id,
        chat_id,
        now
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| row.session(chat_id)))
}

/// Marks an update as taken and locks the chat's session, if session, user and rights are as known and no other transaction
/// holds the session; false otherwise.
pub(in crate::turn) async fn claim_known(
    connection: &mut PgConnection,
    (bot_id, update_id): (i64, i64),
    chat_id: i64,
    basis: &Basis,
    now: DateTime<Utc>,
) -> Result<bool, SystemError> {
    let claimed = sqlx::query!(
        "with locked as materialized (
             select from chat_session s
              where s.chat_id = $1 and s.xmin::text = $2 and s.version = $3 and s.user_id = $4
                and s.unreachable_at is null
                for update skip locked
         )
         insert into seen_update (bot_id, update_id, seen_at)
         select $7, $8, $9 from locked
          where not exists (select from seen_update where bot_id = $7 and update_id = $8)
            and exists (select from acting_user where id = $4 and row_version = $5 and protects = $6)",
        chat_id,
        basis.session_row,
        basis.version,
        basis.user,
        basis.user_row,
        basis.protects,
        bot_id,
        update_id,
        now
    )
    .execute(connection)
    .await?;
    Ok(claimed.rows_affected() == 1)
}

/// Reads a chat's session without a lock: for an update that is parked, which may be for the lock's sake.
pub(in crate::turn) async fn peek(connection: &mut PgConnection, chat_id: i64) -> Result<Option<Session>, SystemError> {
    let row = sqlx::query_as!(
        Stored,
        "select version, dialogue, user_id, menu from chat_session where chat_id = $1",
        chat_id
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| row.session(chat_id)))
}

/// Locks a chat's session without an update: for what was parked, whose mark is there already.
pub(in crate::turn) async fn lock(
    connection: &mut PgConnection,
    chat_id: i64,
    now: DateTime<Utc>,
) -> Result<Option<Session>, SystemError> {
    let row = sqlx::query_as!(
        Stored,
        "update chat_session set updated_at = $2 where chat_id = $1 returning version, dialogue, user_id, menu",
        chat_id,
        now
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| row.session(chat_id)))
}

/// Marks an input without locking a chat; false when it was taken before (R2).
pub(in crate::turn) async fn mark(
    connection: &mut PgConnection,
    (bot_id, update_id, mark): (i64, i64, Mark),
    now: DateTime<Utc>,
) -> Result<bool, SystemError> {
    if let Mark::FileJob(job) = mark {
        let taken = sqlx::query!("delete from file_job where id = $1", job).execute(connection).await?;
        return Ok(taken.rows_affected() == 1);
    }
    let marked = sqlx::query!(
        "insert into seen_update (bot_id, update_id, seen_at) values ($1, $2, $3) on conflict do nothing",
        bot_id,
        update_id,
        now
    )
    .execute(connection)
    .await?;
    Ok(marked.rows_affected() == 1)
}
