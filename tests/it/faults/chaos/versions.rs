//! Releases side by side: turns of the release before by its recorded statements, and messages of a newer one (R13, R20).

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::postgres::PgConnection;
use sqlx::postgres::types::Oid;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _};

use super::Chaos;
use crate::support::server::PATIENCE;

/// Statements of the release before, as `script/statements` has kept them: its schema, then one JSON text a line.
const BEFORE: &str = include_str!("../../../corpus/statements.jsonl");

/// The class of the advisory locks by which processes show that they live, in every release.
const ALIVE: i32 = 0x63_72_6d_31;

/// The bot of the run, by its token.
const BOT: i64 = 4_200_000_077;

/// Update ids of the older process: of another time than the stand-in's.
const UPDATES: i64 = 900_000_000;

/// The recorded statement that begins and goes on like this.
fn recorded(begin: &str, further: &str) -> AssertSqlSafe<String> {
    let mut all = BEFORE.lines().skip(1).map(|line| serde_json::from_str::<String>(line).unwrap());
    AssertSqlSafe(all.find(|statement| statement.starts_with(begin) && statement.contains(further)).unwrap())
}

impl Chaos<'_> {
    pub(super) async fn versions(&mut self) {
        let began = Instant::now();
        let number = self.played.turns_of_before + 1;
        let update = UPDATES + i64::from(number);
        let process = i32::try_from(1 + self.dice.below(1 << 30)).unwrap();
        // What another fault cuts off is tried again, as that process would: the mark of the update tells what is done.
        while let Err(error) = self.turn_of_before(process, update, number).await {
            assert!(began.elapsed() < PATIENCE, "a turn of the release before: {error}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.played.turns_of_before = number;
        while self.message_of_later(process).await.is_err() {
            assert!(began.elapsed() < PATIENCE, "no message of a newer release");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.played.messages_of_later += 1;
    }

    /// Comes to life, takes a turn in the veteran's chat, takes over what dead processes have left, and dies with all of it.
    async fn turn_of_before(&mut self, process: i32, update: i64, number: u32) -> Result<(), sqlx::Error> {
        let chat = self.environment.veteran;
        let mut connection = self.environment.direct("crm").connect().await?;
        let connection = &mut connection;
        sqlx::raw_sql("set role crmbot_app; set lock_timeout = '3s'").execute(&mut *connection).await?;
        let alive = sqlx::query("select pg_advisory_lock_shared($1, $2)").bind(ALIVE).bind(process);
        alive.execute(&mut *connection).await?;
        heartbeat_of_before(connection, process).await?;
        let now = Utc::now();
        let mut transaction = connection.begin().await?;
        let claim = sqlx::query(recorded("with seen as (", "insert into seen_update"))
            .bind(BOT)
            .bind(update)
            .bind(chat)
            .bind(now)
            .fetch_optional(&mut *transaction)
            .await?;
        if let Some(session) = claim {
            let (user, menu): (Option<i64>, Option<String>) = (session.get("user_id"), session.get("menu"));
            let screen = json!({ "Screen": { "markup": { "text": said(number), "rows": [] }, "below": true } });
            sqlx::query(recorded("with kept as (", "insert into outbox"))
                .bind(chat)
                .bind(session.get::<i64, _>("version") + 1)
                .bind(session.get::<Value, _>("dialogue"))
                .bind(user)
                .bind(menu)
                .bind(vec![chat])
                .bind(vec![false])
                .bind(vec![screen])
                .bind(vec![user])
                .bind(process)
                .bind(now)
                .bind(vec![None::<DateTime<Utc>>])
                .bind(-1)
                .fetch_all(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        sqlx::query(recorded("with orphan as (", "update outbox set claimed_by"))
            .bind(process)
            .bind(Oid(u32::try_from(ALIVE).unwrap()))
            .bind(Vec::<i64>::new())
            .bind(now)
            .bind(true)
            .fetch_all(&mut *connection)
            .await?;
        tokio::time::sleep(self.dice.pause(50, 500)).await;
        Ok(())
    }

    /// A newer process has written what no process of today can read, and is gone.
    async fn message_of_later(&mut self, process: i32) -> Result<(), sqlx::Error> {
        sqlx::query(
            "insert into outbox (chat_id, bulk, payload, claimed_by, created_at) values ($1, false, $2, $3, now())",
        )
        .bind(self.environment.veteran)
        .bind(json!({ "Hologram": { "depth": 3 } }))
        .bind(process)
        .execute(&self.environment.pool)
        .await?;
        Ok(())
    }
}

/// What the older process shows in the veteran's chat.
pub fn said(number: u32) -> String {
    format!("The release before says {number}.")
}

async fn heartbeat_of_before(connection: &mut PgConnection, process: i32) -> Result<(), sqlx::Error> {
    let beat = sqlx::query(recorded("with alive as (", "insert into heartbeat"));
    let beat = beat.bind(process).bind(BOT).bind(false).bind(Oid(u32::try_from(ALIVE).unwrap()));
    beat.fetch_optional(connection).await?;
    Ok(())
}
