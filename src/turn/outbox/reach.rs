//! Reachability of chats (R8). Users who manage people are told once that a colleague cannot be reached; notices that
//! still ask for an action are sent again when the colleague is back.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::notifications;
use super::rows::{self, Row};
use crate::crm::{Actor, Company, Crm, Visitor, reach};
use crate::error::SystemError;

/// What a change of reach is noted with.
pub(in crate::turn) struct Reach<'a> {
    /// The process that sends what is told.
    pub process: i32,
    pub company: &'a Company,
    pub chat_id: i64,
    pub now: DateTime<Utc>,
}

impl Reach<'_> {
    /// Notes that the chat cannot be reached. Of several processes that notice it one sends the notice: the others find
    /// the mark.
    pub async fn lost(&self, connection: &mut PgConnection) -> Result<Vec<Row>, SystemError> {
        let marked = sqlx::query!(
            "insert into chat_session (chat_id, unreachable_at, updated_at) values ($1, $2, $2)
             on conflict (chat_id) do update set unreachable_at = excluded.unreachable_at
              where chat_session.unreachable_at is null",
            self.chat_id,
            self.now
        )
        .execute(&mut *connection)
        .await?;
        if marked.rows_affected() == 0 {
            return Ok(Vec::new());
        }
        let mut crm = self.system(&mut *connection);
        reach::tell_of_unreachable(&mut crm, self.chat_id).await?;
        self.tell(crm).await
    }

    /// Notes that the chat can be reached again.
    pub async fn regained(&self, connection: &mut PgConnection) -> Result<Vec<Row>, SystemError> {
        let marked = sqlx::query!(
            "update chat_session set unreachable_at = null where chat_id = $1 and unreachable_at is not null",
            self.chat_id
        )
        .execute(&mut *connection)
        .await?;
        match marked.rows_affected() {
            0 => Ok(Vec::new()),
            _ => self.ask_again(connection, None).await,
        }
    }

    /// Sends the chat's user the notices again that ask for an action which is not done yet; those about one client, or
    /// all.
    pub async fn ask_again(&self, connection: &mut PgConnection, client: Option<i64>) -> Result<Vec<Row>, SystemError> {
        let person = Actor::read(&mut *connection, person(self.chat_id), self.company).await?;
        let mut crm = self.system(&mut *connection);
        reach::ask_again(&mut crm, &person, client).await?;
        self.tell(crm).await
    }

    fn system<'c>(&'c self, connection: &'c mut PgConnection) -> Crm<'c> {
        Crm::new(connection, Actor::system(self.company), self.now, self.company)
    }

    async fn tell(&self, mut crm: Crm<'_>) -> Result<Vec<Row>, SystemError> {
        let drafts = notifications::drafts(&mut crm).await?;
        rows::close(crm.connection(), None, drafts, self.process, self.now).await
    }
}

/// The person of a private chat: it has the id of its person.
pub(in crate::turn) fn person(chat_id: i64) -> Visitor {
    Visitor { telegram_id: chat_id, chat_id, language_code: None }
}
