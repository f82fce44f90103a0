//! The pipeline of one update, from its arrival to COMMIT: retries, isolation, work outside the transaction.

pub(super) mod attempt;
pub(super) mod attempt_limits;
pub(super) mod closer;
pub(super) mod compute;
pub(super) mod file_job;
pub(super) mod guard;
pub(super) mod inbound;
pub(super) mod incoming;
pub(super) mod known;
pub(super) mod retry_boundary;
pub(super) mod session;
pub(super) mod think_first;
