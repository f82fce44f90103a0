//! The backlog: how much waits in the turn's tables, for the metrics (G13).

use crate::db::{Pool, lease};
use crate::error::SystemError;

/// How much there is to do, over all processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// Messages that are not with Telegram yet.
    pub messages: i64,
    /// How long the oldest of them has waited, in seconds.
    pub oldest: i64,
    /// Dead letters that are not settled.
    pub parked: i64,
}

impl Backlog {
    pub async fn read(pool: &Pool) -> Result<Self, SystemError> {
        // The clocks of program and server may differ a little: nothing is younger than now.
        let query = sqlx::query_as!(
            Self,
            r#"select (select count(*) from outbox where due_at is null or due_at <= now()) as "messages!",
                      coalesce((select greatest(0, extract(epoch from now() - min(coalesce(due_at, created_at)))::bigint)
                                  from outbox where due_at is null or due_at <= now()), 0) as "oldest!",
                      (select count(*) from parked_update where settled_at is null) as "parked!""#
        );
        lease::with(pool, async |connection| query.fetch_one(connection).await).await
    }
}
