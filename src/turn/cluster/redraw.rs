//! Redraws open dialogues after an outage longer than a callback lives (150 s, R9).
//!
//! Telegram keeps a tap for 150 s. When no process has received updates for longer, taps were lost, and it is unknown
//! whose. The first heartbeat after the outage records it in the database; each chat gets its screen once, from any
//! process.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{Connection as _, PgConnection};

use crate::crm::{Actor, Company, Crm, StaffId};
use crate::db::lease;
use crate::error::SystemError;
use crate::flows::Cx;
use crate::flows::dialogue::Dialogue;
use crate::text::Say;
use crate::turn::outbox::reach::person;
use crate::turn::outbox::rows::{self, Draft};
use crate::turn::pipeline::guard::isolated;
use crate::turn::{Markup, Outgoing, Row, UpdateProcessor};

/// The pace of bulk notices: screens are not written to the outbox earlier than they can be sent.
const GAP: Duration = Duration::from_millis(40);

/// Chats that are read at once.
const PAGE: i64 = 100;

impl UpdateProcessor {
    /// Redraws the screen of every chat that had a dialogue open before the last outage; how many. None when there was
    /// no outage, or when all are done.
    ///
    /// # Errors
    /// A system error when the database fails; what is left is done by the next call.
    pub async fn redraw_after_outage(self: &Arc<Self>) -> Result<usize, SystemError> {
        let Some(resumed) = self.resumed().await? else { return Ok(0) };
        let (mut redrawn, mut after) = (0, i64::MIN);
        loop {
            let chats = self.chats_before(resumed, after).await?;
            let Some(last) = chats.last() else { break };
            after = last.0;
            // Most of them have nothing open: they cost no transaction.
            for (chat, _) in chats.into_iter().filter(|(_, dialogue)| dialogue.is_open()) {
                if *self.settings.ending.borrow() {
                    return Ok(redrawn);
                }
                let redraw_chat = self.clone().redraw_chat(chat, resumed);
                match isolated(redraw_chat).await {
                    Ok(None) => {}
                    Ok(Some(row)) => {
                        self.send(vec![row]);
                        redrawn += 1;
                        tokio::time::sleep(GAP).await;
                    }
                    // One screen that cannot be drawn does not stop the others.
                    Err(fault) => tracing::warn!(%fault, "a screen was not shown anew"),
                }
            }
        }
        self.redraws_done(resumed).await?;
        Ok(redrawn)
    }

    /// When the last outage ended, while there are screens to redraw.
    async fn resumed(&self) -> Result<Option<DateTime<Utc>>, SystemError> {
        let query = sqlx::query_scalar!("select resumed_at from heartbeat where bot_id = $1", self.settings.bot_id);
        let resumed =
            lease::with(&self.settings.pool, async |connection| query.fetch_optional(connection).await).await?;
        Ok(resumed.flatten())
    }

    /// Chats of linked users that were used within the day before the outage's end and not since, with their dialogues.
    async fn chats_before(&self, resumed: DateTime<Utc>, after: i64) -> Result<Vec<(i64, Dialogue)>, SystemError> {
        let query = sqlx::query!(
            "select chat_id, dialogue from chat_session
              where updated_at < $1 and updated_at > $1 - interval '1 day' and user_id is not null
                and unreachable_at is null and dialogue -> 'stack' <> '[]' and chat_id > $2
              order by chat_id limit $3",
            resumed,
            after,
            PAGE
        );
        let chats = lease::with(&self.settings.pool, async |connection| query.fetch_all(connection).await).await?;
        Ok(chats.into_iter().map(|chat| (chat.chat_id, read(chat.dialogue))).collect())
    }

    async fn redraws_done(&self, resumed: DateTime<Utc>) -> Result<(), SystemError> {
        // Another outage may have happened meanwhile.
        let query = sqlx::query!(
            "update heartbeat set resumed_at = null where bot_id = $1 and resumed_at = $2",
            self.settings.bot_id,
            resumed
        );
        lease::with(&self.settings.pool, async |connection| query.execute(connection).await).await?;
        Ok(())
    }

    async fn redraw_chat(self: Arc<Self>, chat_id: i64, resumed: DateTime<Utc>) -> Result<Option<Row>, SystemError> {
        lease::with(&self.settings.pool, async |connection| self.redraw_chat_on(connection, chat_id, resumed).await)
            .await
    }

    async fn redraw_chat_on(
        &self,
        connection: &mut PgConnection,
        chat_id: i64,
        resumed: DateTime<Utc>,
    ) -> Result<Option<Row>, SystemError> {
        if self.known.is_thinking(chat_id) {
            // It is used again, as the lock of a turn would tell.
            return Ok(None);
        }
        let now = (self.settings.clock)();
        let mut transaction = connection.begin().await?;
        // A chat that was used since then is skipped: so each is redrawn once, even if a process dies in between.
        let session = sqlx::query!(
            "update chat_session set updated_at = greatest($2, $3) where chat_id = $1 and updated_at < $2
             returning version, dialogue, user_id",
            chat_id,
            resumed,
            now
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(session) = session else { return Ok(None) };
        let actor = Actor::read(&mut transaction, person(chat_id), &self.settings.company).await?;
        let staff = actor.staff().map(|staff| staff.id);
        if staff != session.user_id.map(StaffId) {
            return Ok(None);
        }
        let dialogue = read(session.dialogue);
        let say = Say(actor.language);
        let crm = Crm::new(&mut transaction, actor, now, &self.settings.company);
        let mut cx = Cx { crm, say, extras: Vec::new() };
        let Some(screen) = dialogue.again(&mut cx).await? else { return Ok(None) };
        drop(cx);
        let version = session.version;
        let outgoing = Outgoing::Redraw { markup: Markup::of(screen, version), version };
        let drafts = vec![Draft { chat_id, bulk: true, outgoing, staff, due_at: None }];
        let mut rows = rows::close(&mut transaction, None, drafts, self.settings.liveness.process, now).await?;
        transaction.commit().await?;
        Ok(rows.pop())
    }
}

/// A user's screen under their present rights.
pub(in crate::turn) struct Redrawn {
    /// The user whose screen it is.
    pub staff: StaffId,
    pub markup: Markup,
    /// The version that it shows.
    pub version: i64,
}

/// Whether a person has a conversation open in a chat, whose session is locked until the end of the transaction; none when it is
/// not this person's session.
pub(in crate::turn) async fn is_open(
    connection: &mut PgConnection,
    chat_id: i64,
    staff: Option<StaffId>,
) -> Result<Option<bool>, SystemError> {
    let session = sqlx::query!("select dialogue, user_id from chat_session where chat_id = $1 for update", chat_id)
        .fetch_optional(connection)
        .await?;
    let session = session.filter(|session| session.user_id.map(StaffId) == staff);
    Ok(session.map(|session| read(session.dialogue).is_open()))
}

/// Opens a conversation again that was closed because its screen could not be shown.
pub(in crate::turn) async fn reopen(
    connection: &mut PgConnection,
    chat_id: i64,
    dialogue: serde_json::Value,
) -> Result<(), SystemError> {
    sqlx::query!("update chat_session set dialogue = $2, version = version + 1 where chat_id = $1", chat_id, dialogue)
        .execute(connection)
        .await?;
    Ok(())
}

/// Draws the screen of a chat with nothing done, under the lock of its session: whatever a turn writes later has a greater id
/// in the outbox. None for the chat of a person who is not linked or not active any more.
pub(in crate::turn) async fn redraw(
    connection: &mut PgConnection,
    company: &Company,
    chat_id: i64,
    now: DateTime<Utc>,
) -> Result<Option<Redrawn>, SystemError> {
    let session =
        sqlx::query!("select version, dialogue, user_id from chat_session where chat_id = $1 for update", chat_id)
            .fetch_optional(&mut *connection)
            .await?;
    let Some(session) = session else { return Ok(None) };
    let actor = Actor::read(&mut *connection, person(chat_id), company).await?;
    let staff = actor.staff().map(|staff| staff.id);
    let Some(staff) = staff.filter(|staff| session.user_id == Some(staff.0)) else { return Ok(None) };
    let mut dialogue = read(session.dialogue);
    if dialogue.newer_release().is_some() {
        // A process that can read it draws it with the next input (R20).
        return Ok(None);
    }
    let say = Say(actor.language);
    let mut cx = Cx { crm: Crm::new(&mut *connection, actor, now, company), say, extras: Vec::new() };
    let screen = dialogue.redraw(&mut cx).await?;
    drop(cx);
    // A conversation that is closed to its person by now has been left.
    let dialogue =
        serde_json::to_value(&dialogue).map_err(|_| SystemError::permanent("a dialogue cannot be written"))?;
    sqlx::query!("update chat_session set dialogue = $2 where chat_id = $1", chat_id, dialogue)
        .execute(connection)
        .await?;
    Ok(Some(Redrawn { staff, markup: Markup::of(screen, session.version), version: session.version }))
}

/// A dialogue that cannot be read any more has nothing open.
fn read(dialogue: serde_json::Value) -> Dialogue {
    serde_json::from_value(dialogue).unwrap_or_default()
}
