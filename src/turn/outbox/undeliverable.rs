//! Undeliverable messages: refused by Telegram (R17), to an unreachable chat (R8), or under rights that have changed
//! (G5). Each leaves the outbox in the transaction that writes what follows from it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::{Connection as _, PgConnection};

use super::reach::{Reach, person};
use super::refused::RefusedMessage;
use super::rows::{self, Draft, Row};
use crate::crm::{Actor, Company, StaffId};
use crate::db::{Pool, lease};
use crate::error::SystemError;
use crate::text::Say;
use crate::turn::cluster::redraw;
use crate::turn::dead_letters::parking;
use crate::turn::pipeline::guard::isolated;
use crate::turn::{Cipher, Markup, Outgoing};

/// What the courier hands over that it cannot deliver.
pub struct Undeliverable {
    pub pool: Pool,
    /// The process that sends what follows.
    pub process: i32,
    pub bot_id: i64,
    pub company: Arc<Company>,
    /// Encrypts what is kept of refused messages (G9).
    pub cipher: Cipher,
}

/// Why a message cannot be delivered.
#[derive(Clone)]
pub enum Why {
    /// Telegram refuses it, in these words.
    Refused(String),
    /// The chat cannot be reached.
    Unreachable,
    /// The rights of its person are not those any more under which it was written.
    Outdated,
}

impl Undeliverable {
    /// Takes a message out of the outbox and gives what is to be sent instead; nothing when it is not this process's to send
    /// any more.
    ///
    /// # Errors
    /// A system error when the database fails; the message is in the outbox then.
    pub async fn take(self: &Arc<Self>, row: &Row, why: Why, now: DateTime<Utc>) -> Result<Vec<Row>, SystemError> {
        let (this, row) = (self.clone(), row.clone());
        // In a task of its own: a screen is drawn here, and its panic must not end the lane of the chat.
        isolated(async move {
            lease::with(&this.pool, async |connection| this.take_on(connection, &row, why, now).await).await
        })
        .await
    }

    async fn take_on(
        &self,
        connection: &mut PgConnection,
        row: &Row,
        why: Why,
        now: DateTime<Utc>,
    ) -> Result<Vec<Row>, SystemError> {
        let mut transaction = connection.begin().await?;
        let done = match why {
            Why::Refused(words) => self.refused(&mut transaction, row, &words, now).await?,
            Why::Unreachable => self.unreachable(&mut transaction, row, now).await?,
            Why::Outdated => self.outdated(&mut transaction, row, now).await?,
        };
        match done {
            Some(rows) => {
                transaction.commit().await?;
                Ok(rows)
            }
            None => {
                transaction.rollback().await?;
                Ok(Vec::new())
            }
        }
    }

    /// Keeps it encrypted for the administrator, tells its recipient in plain text, and closes the conversation whose
    /// screen cannot be shown: the next tap or command leads to the menu (R17).
    async fn refused(
        &self,
        connection: &mut PgConnection,
        row: &Row,
        words: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Vec<Row>>, SystemError> {
        let chat_id = row.chat_id;
        let screen = matches!(row.outgoing, Outgoing::Screen { .. } | Outgoing::Redraw { .. });
        // The session before the row, in the order of every turn. The rows that later turns of the same user have
        // written are visible then.
        let dialogue = match screen {
            true => {
                sqlx::query_scalar!("select dialogue from chat_session where chat_id = $1 for update", chat_id)
                    .fetch_optional(&mut *connection)
                    .await?
            }
            false => None,
        };
        let Some(staff) = take_out(&mut *connection, row.id, self.process).await? else { return Ok(None) };
        if matches!(&row.outgoing, Outgoing::Notice(Markup { plain: true, .. })) {
            tracing::error!(message = row.id, why = words, "the word about a refused message was refused and dropped");
            return Ok(Some(Vec::new()));
        }
        let (code, kind) = (parking::code()?, row.outgoing.kind());
        let closed = match screen {
            true => close_dialogue(&mut *connection, row).await?,
            false => false,
        };
        let kept = RefusedMessage::of(row, staff, dialogue.filter(|_| closed));
        let message = kept.encrypt(&self.cipher, self.bot_id, &code)?;
        sqlx::query!(
            "insert into parked_update (bot_id, update_id, chat_id, kind, code, fault, parked_at, message)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            self.bot_id,
            -row.id,
            chat_id,
            kind,
            code,
            words,
            now,
            message
        )
        .execute(&mut *connection)
        .await?;
        tracing::error!(message = row.id, kind, code, why = words, "a message was refused");
        if matches!(row.outgoing, Outgoing::Commands(_)) {
            return Ok(Some(Vec::new()));
        }
        let language = Actor::read(&mut *connection, person(chat_id), &self.company).await?.language;
        let told = Outgoing::Notice(Markup::plain(Say(language).message_refused(code).plain()));
        let drafts = vec![Draft { chat_id, bulk: false, outgoing: told, staff: None, due_at: None }];
        rows::close(connection, None, drafts, self.process, now).await.map(Some)
    }

    async fn unreachable(
        &self,
        connection: &mut PgConnection,
        row: &Row,
        now: DateTime<Utc>,
    ) -> Result<Option<Vec<Row>>, SystemError> {
        // The session before the row, in the order of every turn.
        let rows = self.reach(row.chat_id, now).lost(&mut *connection).await?;
        let taken = take_out(connection, row.id, self.process).await?;
        Ok(taken.map(|_| rows))
    }

    /// A reply to a user who is still linked and active becomes the screen under their present rights; a notice that
    /// asks for an action is sent again. Everything else is dropped (G5).
    async fn outdated(
        &self,
        connection: &mut PgConnection,
        row: &Row,
        now: DateTime<Utc>,
    ) -> Result<Option<Vec<Row>>, SystemError> {
        let chat_id = row.chat_id;
        let redrawn = match row.outgoing {
            Outgoing::Screen { .. } | Outgoing::Redraw { .. } => {
                redraw::redraw(&mut *connection, &self.company, chat_id, now).await?
            }
            _ => None,
        };
        let Some(staff) = take_out(&mut *connection, row.id, self.process).await? else { return Ok(None) };
        let rows = match (&row.outgoing, redrawn.filter(|redrawn| Some(redrawn.staff) == staff)) {
            (Outgoing::Screen { below, .. }, Some(redrawn)) => {
                let outgoing = Outgoing::Screen { markup: redrawn.markup, below: *below, answer: None };
                let drafts = vec![Draft { chat_id, bulk: false, outgoing, staff, due_at: None }];
                rows::close(connection, None, drafts, self.process, now).await?
            }
            (_, Some(redrawn)) => {
                let outgoing = Outgoing::Redraw { markup: redrawn.markup, version: redrawn.version };
                let drafts = vec![Draft { chat_id, bulk: false, outgoing, staff, due_at: None }];
                rows::close(connection, None, drafts, self.process, now).await?
            }
            (Outgoing::Notice(Markup { about: Some(about), .. }), None) if about.kind.asks() => {
                self.reach(chat_id, now).ask_again(connection, Some(about.client)).await?
            }
            _ => Vec::new(),
        };
        Ok(Some(rows))
    }

    fn reach(&self, chat_id: i64, now: DateTime<Utc>) -> Reach<'_> {
        Reach { process: self.process, company: &self.company, chat_id, now }
    }
}

/// Closes the conversation whose screen cannot be shown, unless the user has sent further inputs since.
async fn close_dialogue(connection: &mut PgConnection, row: &Row) -> Result<bool, SystemError> {
    let closed = sqlx::query!(
        "update chat_session set dialogue = '{}', version = version + 1
          where chat_id = $1 and not exists (
                select from outbox later
                 where later.chat_id = $1 and not later.bulk and later.id > $2
                   and (later.payload ? 'Screen' or later.payload ? 'Again'))",
        row.chat_id,
        row.id
    )
    .execute(connection)
    .await?;
    Ok(closed.rows_affected() > 0)
}

/// Takes a message out of the outbox; gives the user whose rights allow it, and none when it is not for `process` to
/// send.
async fn take_out(
    connection: &mut PgConnection,
    id: i64,
    process: i32,
) -> Result<Option<Option<StaffId>>, SystemError> {
    let user =
        sqlx::query_scalar!("delete from outbox where id = $1 and claimed_by = $2 returning user_id", id, process)
            .fetch_optional(connection)
            .await?;
    Ok(user.map(|user| user.map(StaffId)))
}
