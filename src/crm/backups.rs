//! The last backups of the private cluster, as an administrator sees them; the jobs make them.

use chrono::{DateTime, Utc};

use super::{Crm, Result};
use crate::domain::Permission;

/// What is known of the program's own backups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupCard {
    /// Since when there is the newest whole one, and its size in bytes.
    pub whole: Option<(DateTime<Utc>, i64)>,
    /// When the last try failed, and why; none when it did not.
    pub failed: Option<(DateTime<Utc>, String)>,
}

/// The program's own backups; none where it makes none.
///
/// # Errors
/// [`Refusal::Denied`](super::Refusal::Denied) without the right.
pub async fn list(crm: &mut Crm<'_>) -> Result<Option<BackupCard>> {
    crm.require(Permission::SystemCheck).await?;
    let last = sqlx::query!("select began_at, fault from backup_run order by day desc limit 1")
        .fetch_optional(&mut *crm.connection)
        .await?;
    let Some(last) = last else { return Ok(None) };
    let whole = sqlx::query!(
        r#"select ended_at as "ended_at!", bytes as "bytes!" from backup_run
                where ended_at is not null order by day desc limit 1"#
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    Ok(Some(BackupCard {
        whole: whole.map(|run| (run.ended_at, run.bytes)),
        failed: last.fault.map(|fault| (last.began_at, fault)),
    }))
}
