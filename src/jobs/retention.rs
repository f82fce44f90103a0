//! Technical rows are kept as long as they can serve, and no longer (G14).

use chrono::{DateTime, Duration, Utc};
use sqlx::PgPool;

use crate::crm::Fault;

/// R2: Telegram keeps updates for a day; three leave room for an outage.
const SEEN_HOURS: i64 = 72;

/// Dead letters that nobody has looked at for so long are not looked at any more.
const PARKED_DAYS: i64 = 14;

/// Rows at once: a long statement would hold the turns up.
const BATCH: i64 = 10_000;

/// Deletes what has served; how many rows that were.
///
/// # Errors
/// A fault when the database fails.
pub async fn tidy(pool: &PgPool, now: DateTime<Utc>) -> Result<u64, Fault> {
    let mut deleted = 0;
    loop {
        let seen = sqlx::query!(
            "delete from seen_update where ctid = any(array(
                 select ctid from seen_update where seen_at < $1 limit $2))",
            now - Duration::hours(SEEN_HOURS),
            BATCH
        )
        .execute(pool)
        .await?
        .rows_affected();
        deleted += seen;
        if seen == 0 {
            break;
        }
    }
    let parked = sqlx::query!("delete from parked_update where parked_at < $1", now - Duration::days(PARKED_DAYS))
        .execute(pool)
        .await?;
    Ok(deleted + parked.rows_affected())
}
