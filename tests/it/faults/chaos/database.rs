//! Faults within a database that is there: slow statements, no writes, no room, rows that break jobs.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::time::{Duration, Instant};

use sqlx::Connection as _;

use super::Chaos;
use crate::faults::injection;
use crate::support::server::PATIENCE;

/// The line that a scheduled job's panic leaves in the log.
const PANICKED: &str = "scheduled work panicked";

impl Chaos<'_> {
    pub(super) async fn slow(&mut self) {
        // One in five takes longer than the server lets a statement run.
        let longest = if self.hurried || self.dice.percent(80) { 2_500 } else { 9_000 };
        let seconds = self.dice.pause(300, longest).as_secs_f64();
        let window = if self.hurried { Duration::from_millis(1_500) } else { self.dice.pause(2_000, 5_000) };
        self.inject("slow", window, seconds).await;
        if self.dice.percent(50) {
            self.lock_a_table(window).await;
        } else if !self.hurried {
            tokio::time::sleep(window).await;
        }
    }

    /// Holds a table that every lead writes, as a careless report or a migration does.
    async fn lock_a_table(&mut self, time: Duration) {
        let lock = async {
            let mut connection = self.environment.pool.acquire().await?;
            let mut holder = connection.begin().await?;
            sqlx::raw_sql("set local lock_timeout = '2s'; lock table touch in access exclusive mode")
                .execute(&mut *holder)
                .await?;
            tokio::time::sleep(time).await;
            holder.rollback().await
        };
        // Not to be had among so many turns: then they were slow only.
        let _busy: Result<(), sqlx::Error> = lock.await;
    }

    pub(super) async fn read_only(&mut self) {
        self.environment.sql(injection::READ_ONLY).await;
        self.environment.sql(injection::CUT).await;
        let time = if self.hurried { 1_000 } else { 4_000 };
        let pause = self.dice.pause(700, time);
        tokio::time::sleep(pause).await;
        self.environment.sql(injection::WRITABLE).await;
        self.writes_again("a primary without writes").await;
    }

    pub(super) async fn full_disk(&mut self) {
        let window = if self.hurried { Duration::from_millis(1_200) } else { self.dice.pause(1_000, 4_000) };
        self.inject("full", window, 0.0).await;
        let began = Instant::now();
        self.backup_without_room().await;
        tokio::time::sleep(window.saturating_sub(began.elapsed())).await;
        self.writes_again("a full disk").await;
    }

    /// Waits for the first answer now that there can be one.
    async fn writes_again(&mut self, after: &str) {
        if !self.hurried {
            let word = self.plain_word(after, Instant::now()).await;
            self.played.writings.extend(word);
        }
    }

    async fn inject(&mut self, kind: &'static str, window: Duration, seconds: f64) {
        let began = Instant::now();
        loop {
            let switch = sqlx::query(
                "update injected_fault set until = clock_timestamp() + make_interval(secs => $2), seconds = $3 where kind = $1",
            );
            let switched = switch.bind(kind).bind(window.as_secs_f64()).bind(seconds);
            match switched.execute(&self.environment.pool).await {
                Ok(_) => return,
                Err(error) => assert!(began.elapsed() < PATIENCE, "{kind}: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A row breaks the heartbeats and the job that redraws screens, which comes each second.
    pub(super) async fn job(&mut self) {
        // One that starts meanwhile ends at its first heartbeat, before it has jobs.
        self.environment.ready(PATIENCE).await;
        let from = std::fs::metadata(&self.environment.log).unwrap().len();
        self.environment.sql(injection::BREAK_JOBS).await;
        let began = Instant::now();
        while !self.has_panicked(from) {
            if began.elapsed() > Duration::from_secs(20) {
                self.played.failures.push("no job has panicked".to_owned());
                break;
            }
            self.environment.ready(Duration::ZERO).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let pause = self.dice.pause(100, if self.hurried { 500 } else { 3_000 });
        tokio::time::sleep(pause).await;
        self.environment.sql(injection::MEND_JOBS).await;
        if !self.hurried {
            let _word = self.first_word("panics of jobs", Instant::now()).await;
        }
    }

    /// Whether a job has panicked since the log was so long.
    fn has_panicked(&self, from: u64) -> bool {
        let mut log = File::open(&self.environment.log).unwrap();
        log.seek(SeekFrom::Start(from)).unwrap();
        let mut news = Vec::new();
        log.read_to_end(&mut news).unwrap();
        String::from_utf8_lossy(&news).contains(PANICKED)
    }
}
