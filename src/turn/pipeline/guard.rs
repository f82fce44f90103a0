//! Isolation of a unit of work: a task of its own, whose panic becomes a system error (R10).

use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;
use tracing::Instrument as _;

use crate::error::SystemError;

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
