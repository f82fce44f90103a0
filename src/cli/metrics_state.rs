//! Metrics state: what `/readyz` and `/metrics` report.

use std::sync::Arc;

use tokio::sync::watch;

use crate::db::Pool;
use crate::jobs::Backups;
use crate::telegram::{Failures, IntakeMetrics};
use crate::turn::{Liveness, UpdateProcessor};

/// The shared state behind the pages.
#[derive(Clone)]
pub(super) struct MetricsState {
    pub pool: Pool,
    pub intake: IntakeMetrics,
    pub failures: Failures,
    pub turns: Arc<UpdateProcessor>,
    pub liveness: Liveness,
    /// The backups that the program makes itself; none where it makes none.
    pub backups: Option<Arc<Backups>>,
    pub ending: watch::Receiver<bool>,
}
