//! Sent messages, as the courier keeps them: a chat's living screen, and the messages about a client.
//!
//! Only the courier writes here, so that sending never waits for a turn and a turn never for sending.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::error::SystemError;
use crate::flows::about::{About, Kind};
use crate::turn::cluster::lease;
use crate::turn::{Markup, Outbox, Row};

/// The living screen of a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Living {
    pub message_id: i64,
    /// The client it was about when it was drawn last.
    pub about: Option<About>,
    /// Whether it is known to have no buttons.
    pub bare: bool,
    /// Whether it can be neither forwarded nor copied: as it was sent, for good.
    pub protected: bool,
}

/// What is kept of a message; none for a kind that a newer version wrote.
pub(in crate::turn) fn kept(kind: Option<String>, client: Option<i64>) -> Option<About> {
    Some(About { kind: Kind::from_code(&kind?)?, client: client? })
}

/// What message a reply is an answer to.
pub(in crate::turn) enum RepliedTo {
    /// One that is about a client.
    About(About),
    /// The living screen: the reply is an answer to what it asks.
    Screen,
    /// One that is too old to be known, or about no client.
    Unknown,
}

/// What message of a chat a reply is an answer to.
pub(in crate::turn) async fn replied_to(
    connection: &mut PgConnection,
    chat_id: i64,
    message_id: i64,
) -> Result<RepliedTo, SystemError> {
    let row = sqlx::query!(
        r#"select about.kind as "kind?", about.client_id as "client?",
                  exists (select from chat_screen where chat_id = $1 and message_id = $2) as "living!"
             from (values (1)) as one left join sent_about about on about.chat_id = $1 and about.message_id = $2"#,
        chat_id,
        message_id
    )
    .fetch_one(connection)
    .await?;
    Ok(match kept(row.kind, row.client) {
        Some(about) => RepliedTo::About(about),
        None if row.living => RepliedTo::Screen,
        None => RepliedTo::Unknown,
    })
}

impl Outbox {
    /// Whether the chat's screen still is of this version.
    pub async fn is_current(&self, chat_id: i64, version: i64) -> Result<bool, SystemError> {
        let query = sqlx::query_scalar!("select version from chat_session where chat_id = $1", chat_id);
        let current = lease::with(&self.pool, async |connection| query.fetch_optional(connection).await).await?;
        Ok(current == Some(version))
    }

    /// The message that is the chat's living screen.
    pub async fn living(&self, chat_id: i64) -> Result<Option<Living>, SystemError> {
        let query = sqlx::query!(
            r#"select screen.message_id, coalesce(screen.bare_message_id = screen.message_id, false) as "bare!",
                      coalesce(screen.protected_message_id = screen.message_id, false) as "protected!",
                      about.kind as "kind?", about.client_id as "client?"
                 from chat_screen screen left join sent_about about using (chat_id, message_id)
                where screen.chat_id = $1"#,
            chat_id
        );
        let row = lease::with(&self.pool, async |connection| query.fetch_optional(connection).await).await?;
        Ok(row.map(|row| Living {
            message_id: row.message_id,
            about: kept(row.kind, row.client),
            bare: row.bare,
            protected: row.protected,
        }))
    }

    /// Keeps which message is the living screen, the client it is about, whether it has buttons and is protected, and deletes
    /// the row `sent` that showed it, in one statement; false when that row is not this process's to send any more: another one
    /// has shown the screen.
    pub async fn keep_living(
        &self,
        chat_id: i64,
        message_id: i64,
        markup: &Markup,
        sent: i64,
        now: DateTime<Utc>,
    ) -> Result<bool, SystemError> {
        let about = markup.about;
        let query = sqlx::query!(
            r#"with sent as (delete from outbox where id = $3 and claimed_by = $7 returning 1),
                    noted as (
                        insert into sent_about (chat_id, message_id, kind, client_id, sent_at)
                        select $1, $2, $4, $5, $6 where $4::text is not null and exists (select from sent)
                        on conflict (chat_id, message_id) do update
                            set kind = excluded.kind, client_id = excluded.client_id, sent_at = excluded.sent_at)
               insert into chat_screen (chat_id, message_id, bare_message_id, protected_message_id)
               select $1, $2, case when $8 then $2 end, case when $9 then $2 end where exists (select from sent)
               on conflict (chat_id) do update
                   set message_id = excluded.message_id, bare_message_id = excluded.bare_message_id,
                       protected_message_id = excluded.protected_message_id"#,
            chat_id,
            message_id,
            sent,
            about.map(|about| about.kind.code()),
            about.map(|about| about.client),
            now,
            self.process,
            markup.rows.is_empty(),
            markup.protected
        );
        let kept = lease::with(&self.pool, async |connection| query.execute(connection).await).await?;
        Ok(kept.rows_affected() > 0)
    }

    /// Keeps what the living screen shows after it was edited in place; writes nothing when that is as it was.
    pub async fn keep_edited(
        &self,
        chat_id: i64,
        living: &Living,
        markup: &Markup,
        now: DateTime<Utc>,
    ) -> Result<(), SystemError> {
        if living.about != markup.about {
            self.keep_about(chat_id, living.message_id, markup.about, now).await?;
        }
        let bare = markup.rows.is_empty();
        if living.bare != bare { self.keep_bare(chat_id, living.message_id, bare).await } else { Ok(()) }
    }

    /// Keeps a notice that was sent, if it is about a client.
    pub async fn keep_notice(
        &self,
        chat_id: i64,
        message_id: i64,
        markup: &Markup,
        now: DateTime<Utc>,
    ) -> Result<(), SystemError> {
        match markup.about {
            Some(about) => self.keep_about(chat_id, message_id, Some(about), now).await,
            None => Ok(()),
        }
    }

    /// What the messages of a notice show instead once what it asks for is done; none for a notice that asks for nothing
    /// or is still open.
    pub async fn resolved(&self, row: &Row, markup: &Markup) -> Result<Option<(About, Markup)>, SystemError> {
        let Some(asked) = markup.about.filter(|about| about.kind.asks()) else { return Ok(None) };
        Ok(self.amendment(row.chat_id, asked, row.id).await?.map(|markup| (asked, markup)))
    }

    /// Keeps whether the living screen has buttons after it was changed in place.
    async fn keep_bare(&self, chat_id: i64, message_id: i64, bare: bool) -> Result<(), SystemError> {
        let query = sqlx::query!(
            "update chat_screen set bare_message_id = case when $3 then message_id end
              where chat_id = $1 and message_id = $2",
            chat_id,
            message_id,
            bare
        );
        lease::with(&self.pool, async |connection| query.execute(connection).await).await?;
        Ok(())
    }

    /// Keeps which client a message is about from now on; none when it is about no client any more.
    pub async fn keep_about(
        &self,
        chat_id: i64,
        message_id: i64,
        about: Option<About>,
        now: DateTime<Utc>,
    ) -> Result<(), SystemError> {
        let query = match about {
            Some(About { kind, client }) => sqlx::query!(
                "insert into sent_about (chat_id, message_id, kind, client_id, sent_at) values ($1, $2, $3, $4, $5)
                 on conflict (chat_id, message_id) do update
                     set kind = excluded.kind, client_id = excluded.client_id, sent_at = excluded.sent_at",
                chat_id,
                message_id,
                kind.code(),
                client,
                now
            ),
            None => sqlx::query!("delete from sent_about where chat_id = $1 and message_id = $2", chat_id, message_id),
        };
        lease::with(&self.pool, async |connection| query.execute(connection).await).await?;
        Ok(())
    }

    /// The messages of a chat that are of this kind about this client, the oldest first.
    pub async fn sent_about(&self, chat_id: i64, about: About) -> Result<Vec<i64>, SystemError> {
        let query = sqlx::query_scalar!(
            "select message_id from sent_about where chat_id = $1 and client_id = $2 and kind = $3 order by message_id",
            chat_id,
            about.client,
            about.kind.code()
        );
        lease::with(&self.pool, async |connection| query.fetch_all(connection).await).await
    }

    /// A stored document: its name and bytes.
    pub async fn document(&self, id: i64) -> Result<Option<(String, Vec<u8>)>, SystemError> {
        let query = sqlx::query!(r#"select file_name, bytes from document where id = $1"#, id);
        let row = lease::with(&self.pool, async |connection| query.fetch_optional(connection).await).await?;
        Ok(row.and_then(|row| row.bytes.map(|bytes| (row.file_name, bytes))))
    }
}
