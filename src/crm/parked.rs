//! Dead letters for administrators: parked updates and refused messages, listed, retried, dropped with a reason (R10, R17).

use chrono::{DateTime, Utc};
use serde_json::json;

use super::audit::{AuditAction, Event};
use super::{Crm, Refusal, Rest, Result};
use crate::domain::{Permission, Reason};

/// An update that could not be handled. What was typed is never shown (G9).
#[derive(Debug, Clone)]
pub struct Parked {
    pub id: i64,
    /// The code that its sender was given.
    pub code: String,
    /// The kind of update.
    pub kind: String,
    /// The colleague whose chat it is, if any.
    pub who: Option<String>,
    /// What went wrong, the last time.
    pub fault: String,
    /// When it was parked.
    pub at: DateTime<Utc>,
    /// How often it was tried again and failed.
    pub retries: i64,
    /// Whether enough of it is kept to try it again.
    pub kept: bool,
    /// Whether it is a message of the bot's that Telegram has refused (R17).
    pub refused: bool,
}

/// The sealed letter of a parked update: only the turn can open it.
#[derive(Clone)]
pub struct Sealed {
    /// The bot that it was sent to.
    pub bot_id: i64,
    /// Telegram's id of the update.
    pub update_id: i64,
    /// The code that its sender was given.
    pub code: String,
    /// When it was parked.
    pub at: DateTime<Utc>,
    /// None when nothing was kept.
    pub letter: Option<Vec<u8>>,
    /// The sealed message, of one that Telegram has refused.
    pub message: Option<Vec<u8>>,
}

/// Parked updates that are not settled, before the one of id `before`, the newest first; and how many from there on.
///
/// # Errors
/// [`Refusal::Denied`] without the right.
pub async fn list(crm: &mut Crm<'_>, before: Option<i64>, limit: i64) -> Result<Rest<Parked>> {
    crm.require(Permission::SystemCheck).await?;
    let rows = sqlx::query!(
        r#"select p.id, p.code, p.kind, p.fault, p.parked_at, p.retries,
                      p.letter is not null or p.message is not null as "kept!", p.update_id < 0 as "refused!",
                      u.full_name as "who?", count(*) over () as "rest!"
                 from parked_update p
                 left join telegram_link l on l.chat_id = p.chat_id and l.unlinked_at is null
                 left join staff_user u on u.id = l.user_id
                where p.settled_at is null and ($1::bigint is null or p.id < $1)
                order by p.id desc limit $2"#,
        before,
        limit
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let rest = rows.first().map_or(0, |row| row.rest);
    let parked = rows.into_iter().map(|row| Parked {
        id: row.id,
        code: row.code,
        kind: row.kind,
        who: row.who,
        fault: row.fault,
        at: row.parked_at,
        retries: row.retries.into(),
        kept: row.kept,
        refused: row.refused,
    });
    Ok(Rest { rows: parked.collect(), rest })
}

/// One parked update that is not settled.
///
/// # Errors
/// [`Refusal::Denied`] without the right, [`Refusal::Gone`] for a forged id, [`Refusal::AlreadyDone`] by an administrator
/// who was quicker.
pub async fn card(crm: &mut Crm<'_>, id: i64) -> Result<Parked> {
    let Rest { rows, .. } = list(crm, id.checked_add(1), 1).await?;
    match rows.into_iter().find(|parked| parked.id == id) {
        Some(parked) => Ok(parked),
        None => Err(settled_by(crm, id).await?.into()),
    }
}

/// What is kept of a parked update, for the turn that tries it again.
///
/// # Errors
/// As [`card`].
pub async fn letter(crm: &mut Crm<'_>, id: i64) -> Result<Sealed> {
    crm.require(Permission::SystemCheck).await?;
    let row = sqlx::query!(
        "select bot_id, update_id, code, parked_at, letter, message from parked_update
              where id = $1 and settled_at is null",
        id
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    let Some(row) = row else { return Err(settled_by(crm, id).await?.into()) };
    Ok(Sealed {
        bot_id: row.bot_id,
        update_id: row.update_id,
        code: row.code,
        at: row.parked_at,
        letter: row.letter,
        message: row.message,
    })
}

/// Settles a parked update that takes effect in this very transaction: of several retries at once one succeeds (R2).
///
/// # Errors
/// As [`card`].
pub async fn retry(crm: &mut Crm<'_>, id: i64) -> Result<()> {
    settle(crm, id, AuditAction::ParkedRetry, None).await
}

/// Drops a parked update for good.
///
/// # Errors
/// As [`card`].
pub async fn discard(crm: &mut Crm<'_>, id: i64, reason: &Reason) -> Result<()> {
    settle(crm, id, AuditAction::ParkedDrop, Some(reason)).await
}

/// Counts a retry that has failed. Without `keep` what was sealed goes: it can never be opened.
///
/// # Errors
/// As [`card`].
pub async fn failed(crm: &mut Crm<'_>, id: i64, fault: Option<&str>, keep: bool) -> Result<()> {
    crm.require(Permission::SystemCheck).await?;
    let parked = sqlx::query!(
        "update parked_update set retries = retries + 1, fault = coalesce($2, fault),
                                      letter = case when $3 then letter end, message = case when $3 then message end
              where id = $1 and settled_at is null returning code, kind",
        id,
        fault,
        keep
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    let Some(parked) = parked else { return Err(settled_by(crm, id).await?.into()) };
    audit(crm, AuditAction::ParkedRetryFailed, id, &parked.code, &parked.kind, None).await
}

async fn settle(crm: &mut Crm<'_>, id: i64, action: AuditAction, reason: Option<&Reason>) -> Result<()> {
    let by = crm.require(Permission::SystemCheck).await?;
    let settled = sqlx::query!(
        "update parked_update set settled_at = $2, settled_by = $3, letter = null, message = null
              where id = $1 and settled_at is null returning code, kind",
        id,
        crm.now,
        by.0
    )
    .fetch_optional(crm.writing().await?)
    .await?;
    let Some(parked) = settled else { return Err(settled_by(crm, id).await?.into()) };
    audit(crm, action, id, &parked.code, &parked.kind, reason).await
}

async fn audit(
    crm: &mut Crm<'_>,
    action: AuditAction,
    id: i64,
    code: &str,
    kind: &str,
    reason: Option<&Reason>,
) -> Result<()> {
    crm.audit(Event {
        action,
        entity_id: Some(id),
        before: Some(json!({ "code": code, "kind": kind })),
        after: None,
        reason: reason.map(Reason::as_str),
    })
    .await?;
    Ok(())
}

/// The administrator who was quicker; a forged id looks like one that is gone.
async fn settled_by(crm: &mut Crm<'_>, id: i64) -> Result<Refusal> {
    let done = sqlx::query!(
        r#"select p.settled_at as "at!", u.full_name from parked_update p join staff_user u on u.id = p.settled_by
                where p.id = $1"#,
        id
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    Ok(done.map_or(Refusal::Gone, |done| Refusal::AlreadyDone { by: done.full_name, at: done.at }))
}
