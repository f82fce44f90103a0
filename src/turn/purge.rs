//! Purge of an erased person from outbox, dialogues and encrypted payloads (G14).

use crate::error::SystemError;
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

/// Empties the dialogues of chats that have lost their users (G14). The turn's own chat is not among them: it writes
/// its own. A chat whose turn is running is left to the hourly job, so that two administrators cannot wait for each
/// other.
pub(super) async fn purge_drafts(connection: &mut PgConnection, chats: &[i64], own: i64) -> Result<(), SystemError> {
    if chats.iter().all(|chat| *chat == own) {
        return Ok(());
    }
    sqlx::query!(
        "update chat_session set dialogue = '{}'
          where chat_id in (select chat_id from chat_session
                             where chat_id = any($1) and chat_id <> $2 for update skip locked)",
        chats,
        own
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Empties the dialogues of users who have no access any more; `linked` are the chats of those who have. Chats that
/// were at work after `before` are left alone: their users may have just entered. Tells how many.
pub async fn purge_drafts_except(
    connection: &mut PgConnection,
    linked: &[i64],
    before: DateTime<Utc>,
) -> Result<u64, SystemError> {
    let emptied = sqlx::query!(
        "update chat_session set dialogue = '{}'
          where user_id is not null and dialogue <> '{}' and chat_id <> all($1) and updated_at < $2",
        linked,
        before
    )
    .execute(connection)
    .await?;
    Ok(emptied.rows_affected())
}

/// Deletes the messages and empties the dialogues in which `quoted` finds the person, and every encrypted payload. A
/// user whose dialogue was emptied starts over: their buttons are stale and are answered with the menu.
pub async fn purge_person(connection: &mut PgConnection, quoted: impl Fn(&Value) -> bool) -> Result<(), SystemError> {
    let messages = sqlx::query!("select id, payload from outbox").fetch_all(&mut *connection).await?;
    let ids: Vec<i64> = messages.iter().filter(|row| quoted(&row.payload)).map(|row| row.id).collect();
    sqlx::query!("delete from outbox where id = any($1)", &ids).execute(&mut *connection).await?;
    // An encrypted payload does not tell which client it is about: all of them are deleted.
    sqlx::query!(
        "update parked_update set letter = null, message = null where letter is not null or message is not null"
    )
    .execute(&mut *connection)
    .await?;
    // Nor can these be read here. What has waited longer than its tries may take has no turn to come.
    sqlx::query!("delete from inbound_update where received_at < now() - interval '2 minutes'")
        .execute(&mut *connection)
        .await?;
    sqlx::query!("delete from file_job where created_at < now() - interval '2 minutes'")
        .execute(&mut *connection)
        .await?;
    let amendments = sqlx::query!("select outbox_id, markup from amendment").fetch_all(&mut *connection).await?;
    let ids: Vec<i64> = amendments.iter().filter(|row| quoted(&row.markup)).map(|row| row.outbox_id).collect();
    sqlx::query!("delete from amendment where outbox_id = any($1)", &ids).execute(&mut *connection).await?;
    let sessions =
        sqlx::query!("select chat_id, dialogue from chat_session for update").fetch_all(&mut *connection).await?;
    let chats: Vec<i64> = sessions.iter().filter(|row| quoted(&row.dialogue)).map(|row| row.chat_id).collect();
    sqlx::query!("update chat_session set dialogue = '{}', version = version + 1 where chat_id = any($1)", &chats)
        .execute(&mut *connection)
        .await?;
    Ok(())
}
