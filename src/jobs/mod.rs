//! Scheduled work: what happens because time passes, not because somebody wrote.

mod retention;

use std::time::Duration;

use chrono::Utc;
use sqlx::PgPool;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How often rows that have served are looked for.
const TIDY: Duration = Duration::from_secs(3600);

/// Starts the scheduled work; it ends with the program. Replicas may all do it: each job harms nothing when done twice.
pub fn start(pool: PgPool, mut ending: watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut tick = tokio::time::interval(TIDY);
        loop {
            tokio::select! {
                _ = tick.tick() => {}
                _ = ending.changed() => return,
            }
            match retention::tidy(&pool, Utc::now()).await {
                Ok(0) => {}
                Ok(rows) => tracing::info!(rows, "rows that have served were deleted"),
                Err(fault) => tracing::warn!(%fault, "tidying has to wait"),
            }
        }
    })
}

pub use retention::tidy;
