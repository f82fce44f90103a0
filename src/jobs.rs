//! Scheduled jobs: neither a system error nor a panic ends one (R19).

mod backups;
mod retention;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use backups::{BackupHealth, Backups};
pub use retention::{RETAINED, tidy};

use crate::crm::{ads, stats};
use crate::db::lease;
use crate::error::SystemError;
use crate::turn::UpdateProcessor;

/// How often outdated rows are deleted.
const TIDY: Duration = Duration::from_secs(3600);

/// How often the job looks for screens to redraw after an outage.
const REDRAW: Duration = Duration::from_secs(1);

/// How often the work of dead processes is taken over.
pub const ADOPT: Duration = Duration::from_secs(3);

/// How often a process that gets no answers from Telegram asks whether it is there again.
pub const PROBE: Duration = Duration::from_secs(3);

/// How often the job checks whether a backup is due.
const BACK_UP: Duration = Duration::from_secs(20);

/// How often the ads' deltas are folded into their figures, and read how much each ad was used lately: readers add up what is
/// not folded, and a picker's order may be a minute old.
const COUNT_ADS: Duration = Duration::from_secs(30);

/// How often the job checks whether a client has waited too long.
const WATCH: Duration = Duration::from_secs(30);

/// Starts the scheduled work; it ends with the program. Every replica may do it: the jobs are idempotent.
pub fn start(turns: &Arc<UpdateProcessor>, backups: Option<Arc<Backups>>) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    let tidied = turns.clone();
    jobs.spawn(each(TIDY, turns.settings.ending.clone(), move || {
        let turns = tidied.clone();
        async move {
            let rows = tidy(&turns.settings.pool, (turns.settings.clock)()).await?;
            if rows > 0 {
                tracing::info!(rows, "rows that have served were deleted");
            }
            Ok(())
        }
    }));
    let files = turns.clone();
    jobs.spawn(each(ADOPT, turns.settings.ending.clone(), move || {
        let turns = files.clone();
        async move { turns.adopt_file_jobs().await.map(drop) }
    }));
    let again = turns.clone();
    jobs.spawn(each(REDRAW, turns.settings.ending.clone(), move || {
        let turns = again.clone();
        async move {
            let screens = turns.redraw_after_outage().await?;
            if screens > 0 {
                tracing::info!(screens, "after a long silence screens were shown anew");
            }
            Ok(())
        }
    }));
    let watching = turns.clone();
    jobs.spawn(each(WATCH, turns.settings.ending.clone(), move || {
        let turns = watching.clone();
        async move { turns.tell_of_waiting().await }
    }));
    let counting = turns.clone();
    jobs.spawn(each(COUNT_ADS, turns.settings.ending.clone(), move || {
        let turns = counting.clone();
        async move {
            let mut connection = lease::detached(&turns.settings.pool).await?;
            while stats::fold(&mut connection).await? {}
            ads::count_recent(&mut connection, &turns.settings.company, (turns.settings.clock)()).await
        }
    }));
    if let Some(backups) = backups {
        let turns = turns.clone();
        jobs.spawn(each(BACK_UP, turns.settings.ending.clone(), move || {
            let (turns, backups) = (turns.clone(), backups.clone());
            async move { backups.keep_up(&turns, (turns.settings.clock)()).await }
        }));
    }
    jobs
}

/// Does a piece of work again and again, until the program is asked to end. A system error or a panic is logged, and the work is
/// done again when its time has come (R19).
pub async fn each<W: Future<Output = Result<(), SystemError>>>(
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
        let done = AssertUnwindSafe(async { work().await }).catch_unwind().await;
        match done {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => tracing::warn!(%fault, "scheduled work has to wait"),
            // The panic's text may quote data: the hook has logged where it happened.
            Err(_) => tracing::error!("scheduled work panicked and will be tried again"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn r19_work_that_panics_is_done_again_at_its_time() {
        let (end, ending) = watch::channel(false);
        let runs = Arc::new(AtomicU32::new(0));
        let counted = runs.clone();
        let job = tokio::spawn(each(Duration::from_millis(1), ending, move || {
            let run = counted.fetch_add(1, Ordering::Relaxed);
            async move {
                match run {
                    0 => panic!("the first run"),
                    1 => Err(SystemError::permanent("the second run")),
                    _ => Ok(()),
                }
            }
        }));
        while runs.load(Ordering::Relaxed) < 3 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        end.send(true).unwrap();
        // R19: neither the panic nor the system error has ended it; the program's end has.
        assert!(job.await.is_ok());
    }
}
