//! Retention: technical rows are deleted when they are of no use any more (G14).

use chrono::{DateTime, Duration, Utc};
use sqlx::PgPool;

use crate::crm::{self};
use crate::error::SystemError;
use crate::turn;

/// R2: Telegram keeps updates for a day; three leave room for an outage.
const SEEN_HOURS: i64 = 72;

/// Dead letters that were not settled for so long are deleted.
const PARKED_DAYS: i64 = 14;

/// So long a reply to a message finds the client it is about; what stands on an older message is out of date anyway.
const ABOUT_DAYS: i64 = 30;

/// A notice waits a day at most for the end of quiet hours; amendments are purged after a week.
const AMENDMENT_DAYS: i64 = 7;

/// Bodies of updates are kept no longer, whatever has become of their turns.
const INBOUND_DAYS: i32 = 7;

/// Counters of wrong passwords hold the Telegram ids of strangers; they have faded long before.
const GUESS_DAYS: i64 = 30;

/// Rows at once: a long statement would hold the turns up.
const BATCH: i64 = 10_000;

/// Deletes outdated rows; how many.
pub async fn tidy(pool: &PgPool, now: DateTime<Utc>) -> Result<u64, SystemError> {
    let mut deleted = tidy_sent(pool, now).await? + tidy_ways_in(pool, now).await?;
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
    deleted += tidy_inbound(pool).await?;
    let parked = sqlx::query!("delete from parked_update where parked_at < $1", now - Duration::days(PARKED_DAYS))
        .execute(pool)
        .await?;
    Ok(deleted + parked.rows_affected())
}

/// Updates that were set aside, files that were waited for, and counted attempts. All go when their turn is over; what is
/// left belongs to a bot whose token has changed, or to an update that came again and was done by then.
async fn tidy_inbound(pool: &PgPool) -> Result<u64, SystemError> {
    let inbound =
        sqlx::query!("delete from inbound_update where received_at < now() - make_interval(days => $1)", INBOUND_DAYS)
            .execute(pool)
            .await?;
    let files = sqlx::query!("delete from file_job where created_at < now() - make_interval(days => $1)", INBOUND_DAYS)
        .execute(pool)
        .await?;
    let attempts =
        sqlx::query!("delete from update_attempt where first_at < now() - make_interval(days => $1)", INBOUND_DAYS)
            .execute(pool)
            .await?;
    Ok(inbound.rows_affected() + files.rows_affected() + attempts.rows_affected())
}

/// Deletes old counters of wrong passwords, and drafts of users who have no access any more.
async fn tidy_ways_in(pool: &PgPool, now: DateTime<Utc>) -> Result<u64, SystemError> {
    let mut connection = pool.acquire().await?;
    let guesses = crm::forget_guesses(&mut connection, now - Duration::days(GUESS_DAYS)).await?;
    let linked = crm::linked_chats(&mut connection).await?;
    Ok(guesses + turn::purge_drafts_except(&mut connection, &linked, now - Duration::minutes(1)).await?)
}

/// Deletes which clients old messages were about, and old amendments. A living screen keeps its client however old it
/// is: it may be redrawn at any time.
async fn tidy_sent(pool: &PgPool, now: DateTime<Utc>) -> Result<u64, SystemError> {
    let sent = sqlx::query!(
        "delete from sent_about where sent_at < $1
            and not exists (select from chat_screen screen
                             where screen.chat_id = sent_about.chat_id and screen.message_id = sent_about.message_id)",
        now - Duration::days(ABOUT_DAYS)
    )
    .execute(pool)
    .await?;
    let amendments = sqlx::query!("delete from amendment where made_at < $1", now - Duration::days(AMENDMENT_DAYS))
        .execute(pool)
        .await?;
    Ok(sent.rows_affected() + amendments.rows_affected())
}
