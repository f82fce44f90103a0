//! Timeout of database steps at the start: a silent server must not block it.

use std::time::Duration;

use tokio::time;

use super::{DbError, Target};

/// How long a step may take; applying migrations is none, that takes as long as it takes.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

/// Waits for a step with the database, with a timeout: a start that fails is tried again by the service manager.
///
/// # Errors
/// The step's own, and [`DbError::Unreachable`] when no answer comes.
pub async fn with_timeout<T>(target: &Target, step: impl Future<Output = Result<T, DbError>>) -> Result<T, DbError> {
    time::timeout(ANSWERS_WITHIN, step).await.unwrap_or_else(|_| {
        Err(DbError::Unreachable {
            variable: target.variable(),
            place: target.place(),
            reason: format!("no answer within {} s", ANSWERS_WITHIN.as_secs()),
        })
    })
}
