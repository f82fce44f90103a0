//! Limits of attempts at an update: their count over restarts, and updates that end processes (R16).
//!
//! The first try writes nothing. Each failed try is counted by a statement that writes: it is the probe, too, that
//! tells a failing update from a database that is away. After an unclean end the updates that are delivered again are
//! marked before their try, one at a time, so that a second crash tells which of them was the cause.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::db::{Pool, lease};
use crate::error::SystemError;

/// Tries that wait for their turn at the same time, beyond the first of each update: what fails again and again must not
/// take all connections of the pool.
const RETRIES_AT_ONCE: usize = 4;

/// How long one update under suspicion keeps the next one waiting: what ends a process does so at once, as a rule.
const ALONE: Duration = Duration::from_secs(1);

/// How often and how long an update is tried before it is parked.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Failed tries while the database took writes.
    pub tries: i32,
    /// All tries and the pauses between them, without the time in which the database was away.
    pub time: Duration,
    /// Pauses after the first, second … failed try; the last one repeats.
    pub pauses: [Duration; 7],
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tries: 8,
            time: Duration::from_secs(120),
            // A row that is locked for 100 s is met by the eighth try.
            pauses: [20, 100, 1_000, 5_000, 15_000, 30_000, 40_000].map(Duration::from_millis),
        }
    }
}

impl Limits {
    /// The pause after so many failed tries.
    pub(in crate::turn) fn pause(&self, tries: i32) -> Duration {
        let last = self.pauses.len() - 1;
        self.pauses[usize::try_from(tries - 1).unwrap_or_default().min(last)]
    }
}

/// The places of tries that are more than a first one.
pub struct Attempts {
    retries: Semaphore,
    suspects: Semaphore,
}

impl Default for Attempts {
    fn default() -> Self {
        Self { retries: Semaphore::new(RETRIES_AT_ONCE), suspects: Semaphore::new(1) }
    }
}

/// What the mark of an update under suspicion says.
pub(in crate::turn) struct Marked<'a> {
    /// A process ended while it tried this update alone, or two processes while they tried it among others.
    pub fatal: bool,
    /// A process ended while it tried this update: nothing else is tried beside it.
    suspicious: bool,
    place: SemaphorePermit<'a>,
}

impl Attempts {
    /// Waits for a place of a repeated try.
    pub(in crate::turn) async fn retry_place(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed.
        self.retries.acquire().await.ok()
    }

    /// Marks an update before its try, once no other one is under suspicion.
    ///
    /// # Errors
    /// A system error when the database fails: then the update must not be tried yet.
    pub(in crate::turn) async fn mark(
        &self,
        pool: &Pool,
        bot_id: i64,
        update_id: i64,
        process: i32,
    ) -> Result<Marked<'_>, SystemError> {
        let place = self.suspects.acquire().await.map_err(|_| SystemError::transient("the program is ending"))?;
        let query = sqlx::query_scalar!(
            "insert into update_attempt (bot_id, update_id, process_id, trying, first_at) values ($1, $2, $3, true, now())
             on conflict (bot_id, update_id) do update set process_id = excluded.process_id, trying = true
             returning suspicion",
            bot_id,
            update_id,
            process
        );
        let suspicion = lease::with(pool, async |connection| query.fetch_one(connection).await).await?;
        Ok(Marked { fatal: suspicion >= FATAL, suspicious: suspicion > 0, place })
    }
}

/// The suspicion from which on an update is not tried any more.
const FATAL: i32 = 2;

impl Marked<'_> {
    /// Waits for the try of the marked update, and lets the next one begin beside it when it takes long.
    pub async fn watch<T>(self, attempt: impl Future<Output = T>) -> T {
        let mut attempt = std::pin::pin!(attempt);
        if !self.suspicious
            && let Ok(done) = tokio::time::timeout(ALONE, attempt.as_mut()).await
        {
            return done;
        }
        let _alone = self.suspicious.then_some(self.place);
        attempt.await
    }
}

/// Counts a failed try; how many there are now, or none while the database takes no writes: then it does not count.
pub(in crate::turn) async fn count(pool: &Pool, bot_id: i64, update_id: i64, process: i32) -> Option<i32> {
    let query = sqlx::query_scalar!(
        "insert into update_attempt (bot_id, update_id, tries, process_id, trying, first_at)
             values ($1, $2, 1, $3, false, now())
             on conflict (bot_id, update_id) do update
                 set tries = update_attempt.tries + 1, process_id = excluded.process_id
             returning tries",
        bot_id,
        update_id,
        process
    );
    let counted = lease::with(pool, async |connection| query.fetch_one(connection).await).await;
    counted.inspect_err(|fault| tracing::warn!(%fault, "a failed try is not counted")).ok()
}

/// Deletes the count of attempts at an update that is settled. Best effort: retention deletes what is left.
pub(in crate::turn) async fn clear(pool: &Pool, bot_id: i64, update_id: i64) {
    let query = sqlx::query!("delete from update_attempt where bot_id = $1 and update_id = $2", bot_id, update_id);
    if let Err(fault) = lease::with(pool, async |connection| query.execute(connection).await).await {
        tracing::debug!(%fault, "the attempts at a settled update were not forgotten");
    }
}

/// Looks for processes that crashed: raises the suspicion on the updates that they had marked, and deletes their rows.
/// True when there were any: what Telegram delivers again may have been the cause.
pub(in crate::turn) async fn inspect_ends(pool: &Pool, process: i32) -> Result<bool, SystemError> {
    let query = sqlx::query_scalar!(
        r#"with ended as (
               delete from process where id <> $1 and process_has_ended(id) returning id
           ), cause as (
               select bot_id, update_id, count(*) over (partition by process_id) as company
                 from update_attempt where trying and process_id <> $1 and process_has_ended(process_id)
           ), suspected as (
               update update_attempt a
                  set trying = false, suspicion = a.suspicion + case when c.company = 1 then 2 else 1 end
                 from cause c where a.bot_id = c.bot_id and a.update_id = c.update_id
           )
           select exists (select from ended) or exists (select from cause) as "ended!""#,
        process
    );
    lease::with(pool, async |connection| query.fetch_one(connection).await).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r16_eight_tries_and_their_pauses_end_within_two_minutes() {
        let limits = Limits::default();
        let pauses: Duration = (1..limits.tries).map(|tries| limits.pause(tries)).sum();
        assert!(pauses < limits.time, "{pauses:?}");
        assert_eq!(limits.pause(100), limits.pauses[6]);
    }
}
