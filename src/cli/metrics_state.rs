//! Metrics state: what `/readyz` and `/metrics` report.

use sqlx::PgPool;
use tokio::sync::watch;

use crate::telegram::{Failures, IntakeMetrics};
use crate::turn::Liveness;

/// The shared state behind the pages.
#[derive(Clone)]
pub(super) struct MetricsState {
    pub pool: PgPool,
    pub intake: IntakeMetrics,
    pub failures: Failures,
    pub liveness: Liveness,
    /// Whether the program makes backups itself.
    pub backed_up: bool,
    pub ending: watch::Receiver<bool>,
}
