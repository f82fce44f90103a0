//! Forgets messages on their way and dialogues that quote an erased person, and all that is sealed (G14).

use serde_json::Value;
use sqlx::PgConnection;

use crate::crm::Fault;

/// Deletes the messages and empties the dialogues in which `quoted` recognises somebody, and every sealed letter. Whoever was
/// in such a dialogue
/// begins anew: his buttons are stale and are answered with the menu.
///
/// # Errors
/// A fault when the database fails.
pub async fn forget(connection: &mut PgConnection, quoted: impl Fn(&Value) -> bool) -> Result<(), Fault> {
    let messages = sqlx::query!("select id, payload from outbox").fetch_all(&mut *connection).await?;
    let ids: Vec<i64> = messages.iter().filter(|row| quoted(&row.payload)).map(|row| row.id).collect();
    sqlx::query!("delete from outbox where id = any($1)", &ids).execute(&mut *connection).await?;
    // Nobody can read whom a sealed letter is about: all of them go.
    sqlx::query!("update parked_update set letter = null where letter is not null").execute(&mut *connection).await?;
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
