//! Who is at work: what a process had claimed is free when it has died or fallen silent, without anybody's help (R13).

use std::time::Duration;

use sqlx::{PgConnection, PgPool};
use tokio::sync::watch;
use tokio::time::timeout;

use super::lease::patiently;
use crate::crm::Fault;

/// The class of the advisory locks by which processes show that they live.
pub(super) const ALIVE: i32 = 0x63_72_6d_31;

/// How often a process is heard of.
const BEAT: Duration = Duration::from_secs(1);

/// A server that does not answer for so long is asked over another connection: before the others give this process up.
const SILENCE: Duration = Duration::from_secs(2);

/// This process in the eyes of the others.
#[derive(Clone)]
pub struct Presence {
    /// The number under which messages are claimed.
    pub process: i32,
    polls: watch::Receiver<bool>,
}

impl Presence {
    /// Takes a number and shows that it lives until the process ends; tries to be the bot's poller if `wants_to_poll`.
    ///
    /// # Errors
    /// A fault when the database cannot be reached now.
    pub async fn start(pool: &PgPool, bot_id: i64, wants_to_poll: bool) -> Result<Self, Fault> {
        let process = i32::from_ne_bytes(random()?) & i32::MAX;
        let begun = patiently(async {
            let mut connection = hold(pool, process).await?;
            let polls = beat(&mut connection, process, bot_id, wants_to_poll).await?;
            Ok((connection, polls))
        });
        let (mut connection, polls) =
            begun.await.unwrap_or_else(|_| Err(Fault::transient("the database does not answer")))?;
        let (tell, polls) = watch::channel(polls);
        let pool = pool.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(BEAT).await;
                if tell.is_closed() {
                    return;
                }
                let heard = timeout(SILENCE, beat(&mut connection, process, bot_id, wants_to_poll)).await;
                match heard.unwrap_or_else(|_| Err(Fault::transient("the database does not answer"))) {
                    Ok(polls) => drop(tell.send_if_modified(|was| std::mem::replace(was, polls) != polls)),
                    Err(fault) => {
                        tracing::warn!(%fault, "this process cannot show that it lives");
                        tell.send_replace(false);
                        if let Ok(Ok(anew)) = timeout(SILENCE * 3, hold(&pool, process)).await {
                            connection = anew;
                        }
                    }
                }
            }
        });
        Ok(Self { process, polls })
    }

    /// Waits until this process is the one that polls.
    pub async fn until_polling(&mut self) {
        // An error means that the keeper is gone, which happens only at the end of the process.
        if self.polls.wait_for(|polls| *polls).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Whether this process is the one that polls.
    #[must_use]
    pub fn polls(&self) -> bool {
        *self.polls.borrow()
    }
}

/// A connection of its own that holds the lock of life.
async fn hold(pool: &PgPool, process: i32) -> Result<PgConnection, Fault> {
    let mut connection = pool.acquire().await?.detach();
    // Nobody else has this number. The lock is shared with ourselves: the server may keep the one of a connection that is
    // half open for hours, and whoever waited for it would never be alive again.
    sqlx::query!("select pg_advisory_lock_shared($1, $2)", ALIVE, process).execute(&mut connection).await?;
    Ok(connection)
}

/// Says that the process lives, and after 150 s in which none did when that silence ended (R9); forgets those long silent,
/// and says whether it is the bot's poller.
async fn beat(connection: &mut PgConnection, process: i32, bot_id: i64, wants_to_poll: bool) -> Result<bool, Fault> {
    let polls = sqlx::query_scalar!(
        r#"with alive as (
               insert into process (id, beat_at) values ($1, now())
               on conflict (id) do update set beat_at = excluded.beat_at
           ), heard as (
               insert into heartbeat (bot_id, beat_at) values ($2, now())
               on conflict (bot_id) do update set beat_at = excluded.beat_at,
                   resumed_at = case when heartbeat.beat_at < now() - interval '150 seconds' then now()
                                     else heartbeat.resumed_at end
           ), forgotten as (
               delete from process where beat_at < now() - interval '1 hour'
           )
           insert into poller (bot_id, process_id, beat_at) select $2, $1, now() where $3
           on conflict (bot_id) do update set process_id = excluded.process_id, beat_at = excluded.beat_at
               where poller.process_id = excluded.process_id
                  or poller.beat_at < now() - interval '3 seconds'
                  or not exists (
                     select from pg_locks
                      where locktype = 'advisory' and classid = $4 and objsubid = 2 and granted
                        and objid::bigint = poller.process_id
                        and database = (select oid from pg_database where datname = current_database()))
           returning true as "polls!""#,
        process,
        bot_id,
        wants_to_poll,
        sqlx::postgres::types::Oid(ALIVE as u32) as _
    )
    .fetch_optional(connection)
    .await?;
    Ok(polls.unwrap_or(false))
}

fn random() -> Result<[u8; 4], Fault> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_err(|_| Fault::lasting("the system gives no random numbers"))?;
    Ok(bytes)
}
