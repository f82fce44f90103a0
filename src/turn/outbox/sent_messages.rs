//! Sent messages, as the courier keeps them: a chat's living screen, and the messages about a client.
//!
//! Only the courier writes here, so that sending never waits for a turn and a turn never for sending.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::db::{lease, pool};
use crate::error::SystemError;
use crate::flows::about::{About, Kind};
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

/// A message that needs its row no more: it is with Telegram, or never can be.
#[derive(Debug, Clone)]
pub struct Settled {
    /// Its row.
    pub id: i64,
    /// What its chat shows now; none when nothing of it is to be kept.
    pub shown: Option<Shown>,
}

/// What a chat shows now.
#[derive(Debug, Clone)]
pub struct Shown {
    pub chat_id: i64,
    pub living: Living,
    /// What becomes of the living screen before it, if another message shows it now.
    pub before: Option<Before>,
}

/// What becomes of a living screen when another message is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// This message loses its buttons.
    Strip(i64),
    /// This message goes.
    Delete(i64),
}

impl Before {
    /// The message.
    #[must_use]
    pub const fn message(self) -> i64 {
        match self {
            Self::Strip(message) | Self::Delete(message) => message,
        }
    }
}

/// What is kept of a message; none for a kind that a newer version wrote.
pub(in crate::turn) fn kept(kind: Option<String>, client: Option<i64>) -> Option<About> {
    Some(About { kind: Kind::from_code(&kind?)?, client: client? })
}

/// The living screen of a chat from the columns of `chat_screen` and `sent_about`.
pub(in crate::turn) fn screen(
    message_id: Option<i64>,
    bare: Option<i64>,
    protected: Option<i64>,
    kind: Option<String>,
    client: Option<i64>,
) -> Option<Living> {
    let about = kept(kind, client);
    message_id.map(|message_id| Living {
        message_id,
        about,
        bare: bare == Some(message_id),
        protected: protected == Some(message_id),
    })
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

/// What message of a chat a reply is an answer to. A screen that is not settled yet may have been read already: a reply to
/// the living screen, or to a message after it, is meant for that one.
pub(in crate::turn) async fn replied_to(
    connection: &mut PgConnection,
    chat_id: i64,
    message_id: i64,
) -> Result<RepliedTo, SystemError> {
    let row = sqlx::query!(
        r#"select about.kind as "kind?", about.client_id as "client?", screen.message_id as "living?",
                  (select coalesce(payload #> '{Screen,markup,about}', 'null')
                     from outbox
                    where chat_id = $1 and not bulk and due_at is null and payload ? 'Screen'
                    order by id desc limit 1) as "unsettled: Json<Option<About>>"
             from (values (1)) as one
             left join chat_screen screen on screen.chat_id = $1
             left join sent_about about on about.chat_id = $1 and about.message_id = $2"#,
        chat_id,
        message_id
    )
    .fetch_one(connection)
    .await?;
    let settled = kept(row.kind, row.client);
    let is_living = row.living == Some(message_id);
    let unsettled = row.unsettled.filter(|_| row.living.is_none_or(|living| living <= message_id));
    let is_screen = is_living || unsettled.is_some();
    let drawn = unsettled.and_then(|Json(about)| about);
    Ok(match if is_living { drawn.or(settled) } else { settled.or(drawn) } {
        Some(about) => RepliedTo::About(about),
        None if is_screen => RepliedTo::Screen,
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

    /// Keeps what became of messages that were sent, or never can be, in one statement: deletes their rows, and keeps what
    /// the chats show now. Gives those whose screen counts: the others are not this process's any more, and another one has
    /// shown theirs.
    ///
    /// # Errors
    /// A system error when the database cannot be reached now; nothing is kept then, or everything.
    pub async fn settle(&self, settled: &[Settled], now: DateTime<Utc>) -> Result<Vec<i64>, SystemError> {
        let ids: Vec<i64> = settled.iter().map(|settled| settled.id).collect();
        let screens: Vec<(i64, &Shown)> =
            settled.iter().filter_map(|settled| Some((settled.id, settled.shown.as_ref()?))).collect();
        let columns = |of: fn(&Shown) -> i64| screens.iter().map(|(_, shown)| of(shown)).collect::<Vec<i64>>();
        let kinds: Vec<Option<String>> =
            screens.iter().map(|(_, shown)| shown.living.about.map(|about| about.kind.code().to_owned())).collect();
        let clients: Vec<Option<i64>> =
            screens.iter().map(|(_, shown)| shown.living.about.map(|about| about.client)).collect();
        let query = sqlx::query_scalar!(
            r#"with sent as (
                   delete from outbox where id = any ($1) and (claimed_by = $2 or id <> all ($3)) returning id
               ), shown as (
                   select s.* from unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::boolean[], $7::text[], $8::bigint[], $10::boolean[])
                             with ordinality as s (id, chat_id, message_id, bare, kind, client_id, protected, place)
                     join sent using (id)
               ), latest as (
                   select distinct on (chat_id, message_id) * from shown order by chat_id, message_id, place desc
               ), noted as (
                   insert into sent_about (chat_id, message_id, kind, client_id, sent_at)
                   select chat_id, message_id, kind, client_id, $9 from latest where kind is not null
                   on conflict (chat_id, message_id) do update
                       set kind = excluded.kind, client_id = excluded.client_id, sent_at = excluded.sent_at
               ), unnoted as (
                   delete from sent_about about using latest
                    where about.chat_id = latest.chat_id and about.message_id = latest.message_id and latest.kind is null
               ), living as (
                   insert into chat_screen (chat_id, message_id, bare_message_id, protected_message_id)
                   select distinct on (chat_id) chat_id, message_id, case when bare then message_id end,
                          case when protected then message_id end
                     from shown order by chat_id, place desc
                   on conflict (chat_id) do update
                       set message_id = excluded.message_id, bare_message_id = excluded.bare_message_id,
                           protected_message_id = excluded.protected_message_id
               )
               select id from sent"#,
            &ids,
            self.process,
            &screens.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
            &columns(|shown| shown.chat_id),
            &columns(|shown| shown.living.message_id),
            &screens.iter().map(|(_, shown)| shown.living.bare).collect::<Vec<_>>(),
            &kinds as &[Option<String>],
            &clients as &[Option<i64>],
            now,
            &screens.iter().map(|(_, shown)| shown.living.protected).collect::<Vec<_>>()
        );
        lease::with(pool::queues(&self.pool), async |connection| query.fetch_all(connection).await).await
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
