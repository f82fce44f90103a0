//! Scheduled work: what happens because time passes, not because somebody wrote.

mod backups;
mod retention;

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use backups::{BackupHealth, Backups};
pub use retention::tidy;

use crate::crm::Fault;
use crate::turn::Turns;

/// How often rows that have served are looked for.
const TIDY: Duration = Duration::from_secs(3600);

/// How often it is looked whether screens have to be shown anew after a long silence.
const OFFER: Duration = Duration::from_secs(1);

/// How often it is looked whether a backup is due.
const BACK_UP: Duration = Duration::from_secs(20);

/// How often it is looked whether a client waits too long.
const WATCH: Duration = Duration::from_secs(30);

/// Starts the scheduled work; it ends with the program. Replicas may all do it: each job harms nothing when done twice.
pub fn start(turns: &Arc<Turns>, backups: Option<Backups>) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    let pool = turns.pool.clone();
    jobs.spawn(each(TIDY, turns.ending.clone(), move || {
        let pool = pool.clone();
        async move {
            let rows = tidy(&pool, Utc::now()).await?;
            if rows > 0 {
                tracing::info!(rows, "rows that have served were deleted");
            }
            Ok(())
        }
    }));
    let again = turns.clone();
    jobs.spawn(each(OFFER, turns.ending.clone(), move || {
        let turns = again.clone();
        async move {
            let screens = turns.offer_again().await?;
            if screens > 0 {
                tracing::info!(screens, "after a long silence screens were shown anew");
            }
            Ok(())
        }
    }));
    let watching = turns.clone();
    jobs.spawn(each(WATCH, turns.ending.clone(), move || {
        let turns = watching.clone();
        async move { turns.tell_of_waiting().await }
    }));
    if let Some(backups) = backups {
        let (turns, backups) = (turns.clone(), Arc::new(backups));
        jobs.spawn(each(BACK_UP, turns.ending.clone(), move || {
            let (turns, backups) = (turns.clone(), backups.clone());
            async move { backups.keep_up(&turns, Utc::now()).await }
        }));
    }
    jobs
}

/// Does a piece of work again and again, until the program is asked to end.
async fn each<W: Future<Output = Result<(), Fault>>>(
    pause: Duration,
    mut ending: watch::Receiver<bool>,
    work: impl Fn() -> W,
) {
    let mut tick = tokio::time::interval(pause);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            _ = ending.changed() => return,
        }
        if let Err(fault) = work().await {
            tracing::warn!(%fault, "scheduled work has to wait");
        }
    }
}
