//! Coordination of processes over the database: liveness, the update watermark, redraws after an outage, in-doubt commits, leases.

pub(super) mod backlog;
pub(super) mod in_doubt;
pub mod lease;
pub(super) mod liveness;
pub(super) mod redraw;
pub(super) mod watermark;
