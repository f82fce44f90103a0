//! Invalidation of buttons that were drawn before a restore (R3, R20). Versions and ids are not given again, and
//! pending messages are not sent.

use sqlx::AssertSqlSafe;
use sqlx::postgres::PgConnection;

use crate::db::DbError;

/// Messages, screens, updates and processes of the backup's time. The heartbeat stays: it tells the program for how
/// long taps were lost, and so that open dialogues are redrawn (R9).
const GONE: [(&str, &str); 8] = [
    ("outbox", "delete from outbox"),
    ("inbound_update", "delete from inbound_update"),
    ("file_job", "delete from file_job"),
    ("update_attempt", "delete from update_attempt"),
    ("chat_screen", "delete from chat_screen"),
    ("amendment", "delete from amendment"),
    ("process", "delete from process"),
    ("poller", "delete from poller"),
];

/// Versions and ids that a database has given out, read before it is replaced.
pub(super) struct Before {
    /// No screen has had this version.
    version: i64,
    /// The last value of each sequence.
    ids: Vec<(String, i64)>,
}

impl Before {
    /// Reads it; an empty database has given nothing, and a version that follows the clock is new all the same.
    pub async fn read(connection: &mut PgConnection) -> Result<Self, DbError> {
        let given: Option<i64> = match has(connection, "chat_session").await? {
            true => sqlx::query_scalar("select max(version) + 1 from chat_session").fetch_one(&mut *connection).await?,
            false => None,
        };
        // A chat has fewer screens than seconds, so that no two restores of one backup meet in a version.
        let version = sqlx::query_scalar("select greatest(extract(epoch from clock_timestamp())::bigint, $1)")
            .bind(given)
            .fetch_one(&mut *connection)
            .await?;
        let ids = sqlx::query_as(
            "select sequencename::text, last_value from pg_sequences where schemaname = 'public' and last_value is not null",
        )
        .fetch_all(connection)
        .await?;
        Ok(Self { version, ids })
    }

    /// Outdates what was drawn: every screen gets a later version, also in chats that the backup does not know; each record
    /// an id after those that are in use, and after `unknown` more. An older backup lacks some of the tables.
    pub async fn outdate(&self, connection: &mut PgConnection, unknown: i64) -> Result<(), DbError> {
        // The script has emptied it.
        sqlx::raw_sql("set search_path to public").execute(&mut *connection).await?;
        for (table, delete) in GONE {
            if has(connection, table).await? {
                sqlx::raw_sql(delete).execute(&mut *connection).await?;
            }
        }
        if has(connection, "chat_session").await? {
            let begins = format!("alter table chat_session alter column version set default {}", self.version);
            sqlx::raw_sql(AssertSqlSafe(begins)).execute(&mut *connection).await?;
            // The command menus of the backup's time may not be those that Telegram shows.
            sqlx::query("update chat_session set version = greatest(version + 1, $1), menu = null")
                .bind(self.version)
                .execute(&mut *connection)
                .await?;
        }
        let (names, values): (Vec<&str>, Vec<i64>) = self.ids.iter().map(|(name, id)| (name.as_str(), *id)).unzip();
        sqlx::query(
            "select setval(format('public.%I', s.sequencename)::regclass, greatest(s.last_value, given.value) + $3)
               from pg_sequences s left join unnest($1::text[], $2::bigint[]) given (name, value) on given.name = s.sequencename
              where s.schemaname = 'public' and greatest(s.last_value, given.value) is not null",
        )
        .bind(names)
        .bind(values)
        .bind(unknown)
        .execute(connection)
        .await?;
        Ok(())
    }
}

async fn has(connection: &mut PgConnection, table: &str) -> Result<bool, DbError> {
    let there = sqlx::query_scalar("select to_regclass('public.' || $1) is not null").bind(table);
    Ok(there.fetch_one(connection).await?)
}
