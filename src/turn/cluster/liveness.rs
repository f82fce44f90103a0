//! Process liveness: claims of a dead or stalled process are released automatically (R13).

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt as _;
use sqlx::PgConnection;
use tokio::sync::watch;
use tokio::time::timeout;

use super::telegram_route::TelegramRoute;
use super::watermark::Progress;
use crate::db::Pool;
use crate::db::lease::{self, patiently};
use crate::error::SystemError;
use crate::flows::dialogue::RELEASE;
use crate::turn::Watermark;

/// The class of the advisory locks by which processes show that they live.
pub(in crate::turn) const ALIVE: i32 = 0x63_72_6d_31;

/// The interval of heartbeats.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// A server that does not answer for so long is asked over another connection: before the other processes regard this
/// one as dead.
const SILENCE: Duration = Duration::from_secs(2);

/// A difference of clocks of which the log warns.
const SKEW: TimeDelta = TimeDelta::seconds(5);

/// How long the end of the process may wait for the database.
const FAREWELL: Duration = Duration::from_millis(500);

/// This process's liveness, as the other processes see it.
#[derive(Clone)]
pub struct Liveness {
    /// The number under which messages are claimed.
    pub process: i32,
    /// The update watermark; the intake reports its progress here.
    pub watermark: Watermark,
    /// How this process finds Telegram.
    pub route: TelegramRoute,
    clock: Clock,
    skew: Skew,
    polls: watch::Receiver<bool>,
}

/// This process's clock; a test may have another.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The database server's clock less this process's, in milliseconds; clones share it.
#[derive(Clone, Default)]
struct Skew(Arc<AtomicI64>);

impl Skew {
    fn get(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.0.load(Ordering::Relaxed))
    }

    /// Keeps what the server's clock showed between two moments of this process's; warns once when they differ.
    fn measure(&self, server: DateTime<Utc>, before: DateTime<Utc>, after: DateTime<Utc>) {
        let skew = server - (before + (after - before) / 2);
        let was = TimeDelta::milliseconds(self.0.swap(skew.num_milliseconds(), Ordering::Relaxed));
        if skew.abs() > SKEW && was.abs() <= SKEW {
            tracing::warn!(
                seconds = skew.num_seconds(),
                "the clocks of this machine and of the database server differ"
            );
        }
    }
}

/// What a process learns with each heartbeat.
struct Heartbeat {
    /// Whether it is the leader: the process that polls.
    polls: bool,
    /// The watermark of all processes, by the server's clock.
    heard_at: Option<DateTime<Utc>>,
    /// The server's clock.
    server: DateTime<Utc>,
}

impl Liveness {
    /// Takes a process id and sends heartbeats until the process ends; tries to become the leader if `wants_to_poll`.
    ///
    /// # Errors
    /// A system error when the database cannot be reached now.
    pub async fn start(
        pool: &Pool,
        bot_id: i64,
        wants_to_poll: bool,
        route: TelegramRoute,
        clock: Clock,
    ) -> Result<Self, SystemError> {
        let process = i32::from_ne_bytes(random()?) & i32::MAX;
        let skew = Skew::default();
        let own =
            Own { process, bot_id, wants_to_poll, route: route.clone(), clock: clock.clone(), skew: skew.clone() };
        let begun = patiently(async {
            let mut connection = liveness_lock(pool, process).await?;
            let first = own.heartbeat(&mut connection, None).await?;
            Ok((connection, first))
        });
        let (mut connection, first) =
            begun.await.unwrap_or_else(|_| Err(SystemError::transient("the database does not answer")))?;
        let (tell, polls) = watch::channel(first.polls);
        let watermark = Watermark::default();
        watermark.learn(own.local(first.heard_at));
        let liveness = Self { process, watermark: watermark.clone(), route, clock, skew, polls };
        let pool = pool.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(HEARTBEAT).await;
                if tell.is_closed() {
                    return;
                }
                let progress = watermark.take();
                let done = timeout(SILENCE, own.heartbeat(&mut connection, progress)).await;
                match done.unwrap_or_else(|_| Err(SystemError::transient("the database does not answer"))) {
                    Ok(Heartbeat { polls, heard_at, .. }) => {
                        watermark.learn(own.local(heard_at));
                        tell.send_if_modified(|was| std::mem::replace(was, polls) != polls);
                    }
                    Err(fault) => {
                        tracing::warn!(%fault, "this process cannot show that it lives");
                        progress.into_iter().for_each(|progress| watermark.put_back(progress));
                        tell.send_replace(false);
                        if fault.is_stale() {
                            lease::close_idle(&pool);
                        }
                        if let Ok(Ok(anew)) = timeout(SILENCE * 3, liveness_lock(&pool, process)).await {
                            connection = anew;
                        }
                    }
                }
            }
        });
        Ok(liveness)
    }

    /// Waits until this process is the leader.
    pub async fn until_leader(&mut self) {
        // An error means that the heartbeat's task has ended, which happens only at the end of the process.
        if self.polls.wait_for(|polls| *polls).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Waits until the heartbeat's task has ended, which before the end of the program means that it has crashed (R19).
    pub async fn ended(&self) {
        let mut polls = self.polls.clone();
        while polls.changed().await.is_ok() {}
    }

    /// Deletes this process's row, so that the updates it had taken are not under suspicion (R16). Best effort.
    pub async fn leave(&self, pool: &Pool) {
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

    /// The clock of all processes: the database server's, by this process's and their difference. What one process has
    /// dated is as old for every other one, however far their own clocks are off (R18).
    #[must_use]
    pub fn clock(&self) -> Clock {
        let (local, skew) = (self.clock.clone(), self.skew.clone());
        Arc::new(move || local() + skew.get())
    }

    /// The database server's clock less this process's.
    #[must_use]
    pub fn skew(&self) -> TimeDelta {
        self.skew.get()
    }

    /// Whether this process's calls to Telegram have had no answer for a while.
    #[must_use]
    pub fn is_deaf(&self) -> bool {
        self.route.is_deaf(Instant::now())
    }

    /// Whether this process is the leader: the one that polls.
    #[must_use]
    pub fn is_leader(&self) -> bool {
        *self.polls.borrow()
    }
}

/// A connection of its own that holds the advisory lock of a live process.
async fn liveness_lock(pool: &Pool, process: i32) -> Result<PgConnection, SystemError> {
    let mut connection = lease::detached(pool).await?;
    // No other process has this id. The lock is a shared one: the server may keep that of a half-open connection for
    // hours, and this process could not take an exclusive one again.
    sqlx::query!("select pg_advisory_lock_shared($1, $2)", ALIVE, process).execute(&mut connection).await?;
    Ok(connection)
}

/// What a process says of itself with each heartbeat.
struct Own {
    process: i32,
    bot_id: i64,
    wants_to_poll: bool,
    route: TelegramRoute,
    clock: Clock,
    skew: Skew,
}

impl Own {
    /// A moment of the server's clock by this process's.
    fn local(&self, server: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
        server.map(|moment| moment - self.skew.get())
    }

    /// One heartbeat. A panic is a fault of this one: the process lives on, and one that starts ends with a line of
    /// its own (R19).
    async fn heartbeat(
        &self,
        connection: &mut PgConnection,
        progress: Option<Progress>,
    ) -> Result<Heartbeat, SystemError> {
        let beat = AssertUnwindSafe(self.write_heartbeat(connection, progress)).catch_unwind().await;
        beat.unwrap_or_else(|_| Err(SystemError::permanent("a heartbeat panicked")))
    }

    /// Writes the heartbeat and the progress of the watermark, deletes rows of long dead processes, and tells whether this
    /// process is the leader. A leader that is deaf gives way to a process that is not (R18). When no update was received
    /// for 150 s, taps were lost (R9). Once no more updates wait at Telegram the outage is over: it ended when updates came
    /// again, or 150 s ago for taps that waited behind the backlog.
    async fn write_heartbeat(
        &self,
        connection: &mut PgConnection,
        progress: Option<Progress>,
    ) -> Result<Heartbeat, SystemError> {
        let before = (self.clock)();
        // Moments of this process's clock by the server's; the skew is measured with each beat.
        let server = |moment: DateTime<Utc>| moment + self.skew.get();
        let beat = sqlx::query_as!(
            Heartbeat,
            r#"with alive as (
                   insert into process (id, beat_at, deaf, release) values ($1, now(), $8, $9)
                   on conflict (id) do update set beat_at = excluded.beat_at, deaf = excluded.deaf
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
                          or not $8 and process_is_deaf(poller.process_id)
                          or not exists (
                             select from pg_locks
                              where locktype = 'advisory' and classid = $4 and objsubid = 2 and granted
                                and objid::bigint = poller.process_id
                                and database = (select oid from pg_database where datname = current_database()))
                   returning true as polls
               )
               select exists (select from seat) as "polls!", (select heard_at from heard) as heard_at,
                      clock_timestamp() as "server!""#,
            self.process,
            self.bot_id,
            self.wants_to_poll,
            sqlx::postgres::types::Oid(ALIVE as u32) as _,
            progress.map(|progress| server(progress.up_to)),
            progress.is_some_and(|progress| progress.all),
            progress.map(|progress| server(progress.since)),
            self.route.is_deaf(Instant::now()),
            RELEASE
        )
        .fetch_one(connection)
        .await?;
        self.skew.measure(beat.server, before, (self.clock)());
        Ok(beat)
    }
}

fn random() -> Result<[u8; 4], SystemError> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_err(|_| SystemError::permanent("the system gives no random numbers"))?;
    Ok(bytes)
}
