//! Who is at work: what a process had claimed is free when it has died or fallen silent, without anybody's help (R13).

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::FutureExt as _;
use sqlx::{PgConnection, PgPool};
use tokio::sync::watch;
use tokio::time::timeout;

use super::lease::{self, patiently};
use super::watermark::SplitRefusal;
use crate::error::SystemError;
use crate::turn::Hearing;

/// The class of the advisory locks by which processes show that they live.
pub(in crate::turn) const ALIVE: i32 = 0x63_72_6d_31;

/// How often a process is heard of.
const BEAT: Duration = Duration::from_secs(1);

/// A server that does not answer for so long is asked over another connection: before the others give this process up.
const SILENCE: Duration = Duration::from_secs(2);

/// How long the end of the process may wait for the database.
const FAREWELL: Duration = Duration::from_millis(500);

/// This process in the eyes of the others.
#[derive(Clone)]
pub struct Presence {
    /// The number under which messages are claimed.
    pub process: i32,
    /// How far it has heard Telegram: whoever takes updates says so here.
    pub hearing: Hearing,
    polls: watch::Receiver<bool>,
}

/// What a process learns with each beat.
struct Beat {
    /// Whether it is the bot's poller.
    polls: bool,
    /// How far Telegram is heard, by all processes.
    heard_at: Option<DateTime<Utc>>,
}

impl Presence {
    /// Takes a number and shows that it lives until the process ends; tries to be the bot's poller if `wants_to_poll`.
    ///
    /// # Errors
    /// A system error when the database cannot be reached now.
    pub async fn start(pool: &PgPool, bot_id: i64, wants_to_poll: bool) -> Result<Self, SystemError> {
        let process = i32::from_ne_bytes(random()?) & i32::MAX;
        let begun = patiently(async {
            let mut connection = hold(pool, process).await?;
            let first = beat(&mut connection, process, bot_id, wants_to_poll, None).await?;
            Ok((connection, first))
        });
        let (mut connection, first) =
            begun.await.unwrap_or_else(|_| Err(SystemError::transient("the database does not answer")))?;
        let (tell, polls) = watch::channel(first.polls);
        let hearing = Hearing::default();
        hearing.learn(first.heard_at);
        let presence = Self { process, hearing: hearing.clone(), polls };
        let pool = pool.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(BEAT).await;
                if tell.is_closed() {
                    return;
                }
                let news = hearing.take();
                let beat = timeout(SILENCE, beat(&mut connection, process, bot_id, wants_to_poll, news));
                // R19: a panic of one beat must not leave a process that lives without a heartbeat.
                let done = AssertUnwindSafe(beat).catch_unwind().await;
                let done = done.unwrap_or_else(|_| Ok(Err(SystemError::permanent("a heartbeat panicked"))));
                match done.unwrap_or_else(|_| Err(SystemError::transient("the database does not answer"))) {
                    Ok(Beat { polls, heard_at }) => {
                        hearing.learn(heard_at);
                        tell.send_if_modified(|was| std::mem::replace(was, polls) != polls);
                    }
                    Err(fault) => {
                        tracing::warn!(%fault, "this process cannot show that it lives");
                        news.into_iter().for_each(|news| hearing.put_back(news));
                        tell.send_replace(false);
                        if let Ok(Ok(anew)) = timeout(SILENCE * 3, hold(&pool, process)).await {
                            connection = anew;
                        }
                    }
                }
            }
        });
        Ok(presence)
    }

    /// Waits until this process is the one that polls.
    pub async fn until_polling(&mut self) {
        // An error means that the keeper is gone, which happens only at the end of the process.
        if self.polls.wait_for(|polls| *polls).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Waits until this process has no heartbeat any more, which happens unasked only when its task has died (R19).
    pub async fn ended(&self) {
        let mut polls = self.polls.clone();
        while polls.changed().await.is_ok() {}
    }

    /// Says that this process ends by itself: what it had taken needs no suspicion (R16). Best effort.
    pub async fn leave(&self, pool: &PgPool) {
        let query = sqlx::query!(
            "with unmarked as (update update_attempt set trying = false where process_id = $1 and trying)
                 delete from process where id = $1",
            self.process
        );
        let left = lease::with(pool, async |connection| query.execute(connection).await);
        match timeout(FAREWELL, left).await {
            Ok(Ok(_)) => {}
            Ok(Err(fault)) => tracing::warn!(%fault, "this process could not say that it ends"),
            Err(_) => tracing::warn!("this process could not say that it ends: the database does not answer"),
        }
    }

    /// Whether this process is the one that polls.
    #[must_use]
    pub fn polls(&self) -> bool {
        *self.polls.borrow()
    }
}

/// A connection of its own that holds the lock of life.
async fn hold(pool: &PgPool, process: i32) -> Result<PgConnection, SystemError> {
    let mut connection = pool.acquire().await?.detach();
    // Nobody else has this number. The lock is shared with ourselves: the server may keep the one of a connection that is
    // half open for hours, and whoever waited for it would never be alive again.
    sqlx::query!("select pg_advisory_lock_shared($1, $2)", ALIVE, process).execute(&mut connection).await?;
    Ok(connection)
}

/// Says that the process lives and what it has heard of Telegram; forgets those long silent, and says whether it is the
/// bot's poller. Where Telegram was not heard for 150 s, taps were lost (R9). Once nothing waits there any more the silence is
/// over: since it was heard again, but for those who have waited as long behind the backlog.
async fn beat(
    connection: &mut PgConnection,
    process: i32,
    bot_id: i64,
    wants_to_poll: bool,
    news: Option<SplitRefusal>,
) -> Result<Beat, SystemError> {
    Ok(sqlx::query_as!(
        Beat,
        r#"with alive as (
               insert into process (id, beat_at) values ($1, now())
               on conflict (id) do update set beat_at = excluded.beat_at
           ), heard as (
               insert into heartbeat (bot_id, beat_at, heard_at) values ($2, now(), $5)
               on conflict (bot_id) do update set beat_at = excluded.beat_at,
                   heard_at = greatest(heartbeat.heard_at, excluded.heard_at),
                   missed_at = case when not $6 then coalesce(heartbeat.missed_at,
                       case when heartbeat.heard_at < now() - interval '150 seconds' then $7::timestamptz end) end,
                   resumed_at = case
                       when $6 and (heartbeat.missed_at is not null or heartbeat.heard_at < now() - interval '150 seconds')
                       then greatest(coalesce(heartbeat.missed_at, $7), now() - interval '150 seconds')
                       else heartbeat.resumed_at end
               returning heard_at
           ), forgotten as (
               delete from process where beat_at < now() - interval '1 hour'
           ), seat as (
               insert into poller (bot_id, process_id, beat_at) select $2, $1, now() where $3
               on conflict (bot_id) do update set process_id = excluded.process_id, beat_at = excluded.beat_at
                   where poller.process_id = excluded.process_id
                      or poller.beat_at < now() - interval '3 seconds'
                      or not exists (
                         select from pg_locks
                          where locktype = 'advisory' and classid = $4 and objsubid = 2 and granted
                            and objid::bigint = poller.process_id
                            and database = (select oid from pg_database where datname = current_database()))
               returning true as polls
           )
           select exists (select from seat) as "polls!", (select heard_at from heard) as heard_at"#,
        process,
        bot_id,
        wants_to_poll,
        sqlx::postgres::types::Oid(ALIVE as u32) as _,
        news.map(|news| news.up_to),
        news.is_some_and(|news| news.all),
        news.map(|news| news.since)
    )
    .fetch_one(connection)
    .await?)
}

fn random() -> Result<[u8; 4], SystemError> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_err(|_| SystemError::permanent("the system gives no random numbers"))?;
    Ok(bytes)
}
