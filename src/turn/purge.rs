//! Purge of an erased person from outbox, dialogues and encrypted payloads (G14).

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{Connection as _, PgConnection};

use super::outbox::rows::Draft;
use super::{Markup, Outgoing};
use crate::domain::Language;
use crate::error::{SystemError, SystemErrorKind};
use crate::flows::{CallbackData, Screen};
use crate::text::Say;

/// Empties the dialogues of chats that have lost their users, and gives what replaces their last screens: the line that
/// every stranger gets, without data and buttons (G14). The turn's own chat is not among them: it writes its own. A chat whose
/// turn is running is left to the hourly job, so that two administrators cannot wait for each other.
pub(super) async fn leave_chats(
    connection: &mut PgConnection,
    left: &[(i64, Language)],
    own: i64,
) -> Result<Vec<Draft>, SystemError> {
    let chats: Vec<i64> = left.iter().map(|(chat, _)| *chat).filter(|chat| *chat != own).collect();
    if chats.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query!(
        "update chat_session set dialogue = '{}'
          where chat_id in (select chat_id from chat_session
                             where chat_id = any($1) for update skip locked)",
        &chats
    )
    .execute(&mut *connection)
    .await?;
    // Where no screen was ever shown, none is sent.
    let shown = sqlx::query_scalar!("select chat_id from chat_screen where chat_id = any($1)", &chats)
        .fetch_all(connection)
        .await?;
    let screens = left.iter().filter(|(chat, _)| shown.contains(chat)).map(|(chat_id, language)| {
        let markup = Markup::of(Screen::new(Say(*language).stranger()), CallbackData::NOTICE);
        let outgoing = Outgoing::Screen { markup, below: false, answer: None };
        Draft { chat_id: *chat_id, bulk: false, outgoing, staff: None, due_at: None }
    });
    Ok(screens.collect())
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

/// Empties at most `most` dialogues that were left before `before`: their users are shown that the screen has changed (E5).
pub async fn purge_old_drafts(
    connection: &mut PgConnection,
    before: DateTime<Utc>,
    most: i32,
) -> Result<u64, SystemError> {
    let emptied = sqlx::query!(
        "update chat_session set dialogue = '{}', version = version + 1
          where chat_id = any(array(select chat_id from chat_session
                                     where dialogue <> '{}' and updated_at < $1 limit $2 for update skip locked))",
        before,
        i64::from(most)
    )
    .execute(connection)
    .await?;
    Ok(emptied.rows_affected())
}

/// Deletes at most `most` sessions of strangers and groups that were silent since `before`. `known` are the chats of users who
/// were linked once: a new session would take the buttons of its past for present ones (R3).
pub async fn purge_strangers_except(
    connection: &mut PgConnection,
    known: &[i64],
    before: DateTime<Utc>,
    most: i32,
) -> Result<u64, SystemError> {
    let gone = sqlx::query!(
        "delete from chat_session
          where chat_id = any(array(select chat_id from chat_session
                                     where user_id is null and updated_at < $1 and chat_id <> all($2)
                                     limit $3 for update skip locked))",
        before,
        known,
        i64::from(most)
    )
    .execute(connection)
    .await?;
    Ok(gone.rows_affected())
}

/// Deletes at most `most` rows of screens whose chats have no session any more and are not among the `known`.
pub async fn purge_screens_except(connection: &mut PgConnection, known: &[i64], most: i32) -> Result<u64, SystemError> {
    let gone = sqlx::query!(
        "delete from chat_screen
          where chat_id = any(array(select chat_id from chat_screen screen
                                     where chat_id <> all($1)
                                       and not exists (select from chat_session where chat_id = screen.chat_id) limit $2))",
        known,
        i64::from(most)
    )
    .execute(connection)
    .await?;
    Ok(gone.rows_affected())
}

/// The technical tables from whose rows a person is erased: they are rewritten afterwards.
pub const PERSONAL_TABLES: [&str; 8] =
    ["amendment", "chat_screen", "chat_session", "file_job", "inbound_update", "outbox", "parked_update", "sent_about"];

/// Sessions that are locked at once.
const PAGE: i64 = 100;

/// How often a session is tried whose turn does not end.
const TRIES: u32 = 60;

const PAUSE: Duration = Duration::from_millis(200);

/// Empties the dialogues and deletes the messages in which `quoted` finds the person, deletes what amends messages about
/// these `clients`, and every encrypted payload. A user whose dialogue was emptied starts over: their buttons are stale and
/// are answered with the menu.
///
/// Each page is a transaction of its own, and a session whose turn is running is left for later: no turn waits for a legal
/// request. When it returns, every turn that was running at the call has ended and was looked at.
pub async fn purge_person(
    connection: &mut PgConnection,
    quoted: impl Fn(&Value) -> bool,
    clients: &[i64],
) -> Result<(), SystemError> {
    sqlx::raw_sql("set lock_timeout = '500ms'").execute(&mut *connection).await?;
    purge_dialogues(&mut *connection, &quoted).await?;
    // After the sessions: what their turns have written is visible by now.
    let messages = sqlx::query!("select id, payload from outbox").fetch_all(&mut *connection).await?;
    let ids: Vec<i64> = messages.iter().filter(|row| quoted(&row.payload)).map(|row| row.id).collect();
    sqlx::query!("delete from outbox where id = any($1)", &ids).execute(&mut *connection).await?;
    let amendments =
        sqlx::query!("select outbox_id, client_id, markup from amendment").fetch_all(&mut *connection).await?;
    let about = amendments.iter().filter(|row| clients.contains(&row.client_id) || quoted(&row.markup));
    let ids: Vec<i64> = about.map(|row| row.outbox_id).collect();
    sqlx::query!("delete from amendment where outbox_id = any($1)", &ids).execute(&mut *connection).await?;
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
    Ok(())
}

/// How many rows hold something of these chats.
pub async fn rows_of_chats(connection: &mut PgConnection, chats: &[i64]) -> Result<i64, SystemError> {
    Ok(sqlx::query_scalar!(
        r#"select (select count(*) from chat_session where chat_id = any($1))
                + (select count(*) from chat_screen where chat_id = any($1))
                + (select count(*) from outbox where chat_id = any($1))
                + (select count(*) from parked_update where chat_id = any($1))
                + (select count(*) from inbound_update where lane = any($1)) as "rows!""#,
        chats
    )
    .fetch_one(connection)
    .await?)
}

/// Deletes everything that is kept of these chats, and what of their updates waits: the people were erased.
pub async fn purge_chats(connection: &mut PgConnection, chats: &[i64]) -> Result<(), SystemError> {
    let mut transaction = connection.begin().await?;
    sqlx::query!("delete from chat_session where chat_id = any($1)", chats).execute(&mut *transaction).await?;
    sqlx::query!("delete from chat_screen where chat_id = any($1)", chats).execute(&mut *transaction).await?;
    sqlx::query!("delete from outbox where chat_id = any($1)", chats).execute(&mut *transaction).await?;
    sqlx::query!("delete from amendment where chat_id = any($1)", chats).execute(&mut *transaction).await?;
    sqlx::query!("delete from sent_about where chat_id = any($1)", chats).execute(&mut *transaction).await?;
    sqlx::query!("delete from parked_update where chat_id = any($1)", chats).execute(&mut *transaction).await?;
    sqlx::query!("delete from inbound_update where lane = any($1)", chats).execute(&mut *transaction).await?;
    sqlx::query!("delete from file_job where chat_id = any($1)", chats).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(())
}

async fn purge_dialogues(connection: &mut PgConnection, quoted: &impl Fn(&Value) -> bool) -> Result<(), SystemError> {
    let mut after = i64::MIN;
    loop {
        let query = sqlx::query_scalar!(
            "select chat_id from chat_session where chat_id > $1 order by chat_id limit $2",
            after,
            PAGE
        );
        let page = query.fetch_all(&mut *connection).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = *last;
        let seen = purge_page(&mut *connection, &page, quoted).await?;
        for chat in page.iter().filter(|chat| !seen.contains(chat)) {
            purge_busy(&mut *connection, *chat, quoted).await?;
        }
    }
}

/// Empties the dialogues among these that quote the person; gives the chats whose turn was not running.
async fn purge_page(
    connection: &mut PgConnection,
    page: &[i64],
    quoted: &impl Fn(&Value) -> bool,
) -> Result<Vec<i64>, SystemError> {
    let mut transaction = connection.begin().await?;
    let rows = sqlx::query!(
        "select chat_id, dialogue from chat_session where chat_id = any($1) order by chat_id for update skip locked",
        page
    )
    .fetch_all(&mut *transaction)
    .await?;
    let chats: Vec<i64> = rows.iter().filter(|row| quoted(&row.dialogue)).map(|row| row.chat_id).collect();
    empty(&mut transaction, &chats).await?;
    transaction.commit().await?;
    Ok(rows.into_iter().map(|row| row.chat_id).collect())
}

/// Waits for the chat's turn, with no other session locked.
async fn purge_busy(
    connection: &mut PgConnection,
    chat: i64,
    quoted: &impl Fn(&Value) -> bool,
) -> Result<(), SystemError> {
    for _ in 0..TRIES {
        let mut transaction = connection.begin().await?;
        let query = sqlx::query_scalar!("select dialogue from chat_session where chat_id = $1 for update", chat);
        match query.fetch_optional(&mut *transaction).await.map_err(SystemError::from) {
            Ok(dialogue) => {
                if dialogue.is_some_and(|dialogue| quoted(&dialogue)) {
                    empty(&mut transaction, &[chat]).await?;
                }
                transaction.commit().await?;
                return Ok(());
            }
            Err(error) if error.kind() == SystemErrorKind::Transient => {
                transaction.rollback().await?;
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => return Err(error),
        }
    }
    Err(SystemError::transient("a chat's session stays locked"))
}

async fn empty(connection: &mut PgConnection, chats: &[i64]) -> Result<(), SystemError> {
    sqlx::query!("update chat_session set dialogue = '{}', version = version + 1 where chat_id = any($1)", chats)
        .execute(connection)
        .await?;
    Ok(())
}
