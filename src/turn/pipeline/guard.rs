//! Isolation of a unit of work: a task of its own, whose panic becomes a system error (R10).

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt as _;
use tracing::Instrument as _;

use crate::error::SystemError;

/// The pause before work that has panicked begins again.
const PAUSE: Duration = Duration::from_millis(500);

/// Does work that has to go on: after a panic it begins again (R19).
pub async fn restarted<W: Future<Output = ()>>(work: impl Fn() -> W) {
    // The panic's text may quote data: the hook has logged where it happened.
    while AssertUnwindSafe(async { work().await }).catch_unwind().await.is_err() {
        tracing::error!("work panicked and begins again");
        tokio::time::sleep(PAUSE).await;
    }
}

/// Runs a unit of work in a task of its own: it is never cancelled in the middle of `begin`, and its panic ends only
/// it.
pub(in crate::turn) async fn isolated<T: Send + 'static>(
    unit: impl Future<Output = Result<T, SystemError>> + Send + 'static,
) -> Result<T, SystemError> {
    let unit = AssertUnwindSafe(unit).catch_unwind();
    match tokio::spawn(unit.in_current_span()).await {
        Ok(Ok(result)) => result,
        // The panic's text may quote data: the hook has logged where it happened.
        Ok(Err(_)) => Err(SystemError::permanent("a handler panicked")),
        Err(_) => Err(SystemError::transient("the runtime is ending")),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn r19_work_that_panics_begins_again_until_it_ends_by_itself() {
        let runs = AtomicU32::new(0);
        restarted(|| async {
            assert!(runs.fetch_add(1, Ordering::Relaxed) >= 2, "the first and the second run");
        })
        .await;
        assert_eq!(runs.load(Ordering::Relaxed), 3);
    }
}
