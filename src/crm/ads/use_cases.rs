//! Use cases of ads: create, edit, finish, restart.

use serde_json::{Value, json};

use super::AdDraft;
use crate::crm::audit::{AuditAction, Event};
use crate::crm::code::Code;
use crate::crm::{Crm, Refusal, Result, StaffId, services};
use crate::domain::{Money, Permission};
use crate::error::SystemError;

/// Letters of an ad's code: few enough to be copied by hand, enough never to meet another.
const CODE_LETTERS: usize = 10;

/// An ad as it stands, locked until the end of the turn.
struct Standing {
    service: Option<i64>,
    budget: rust_decimal::Decimal,
    built_in: bool,
    finished: bool,
    version: i32,
    shown: Value,
}

/// Creates an ad (P6).
///
/// # Errors
/// [`Refusal::ServiceArchived`], [`Refusal::Gone`] for a forged service (P3); [`Refusal::Denied`] without the right.
pub async fn create(crm: &mut Crm<'_>, draft: &AdDraft) -> Result<i64> {
    crm.use_case(Permission::AdEdit, async |crm, by| {
        services::hold_live(crm, draft.service.ok_or(Refusal::Gone)?).await?;
        let code: String = Code::fresh()?.as_str().chars().take(CODE_LETTERS).collect();
        let aliases = aliases(draft);
        let id = sqlx::query_scalar!(
            "insert into ad (title, service_id, channel, budget, description, aliases, code, created_at, created_by)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id",
            draft.title.as_str(),
            draft.service,
            draft.channel.code(),
            draft.budget.decimal(),
            draft.description.as_str(),
            &aliases,
            code,
            crm.now,
            by.0
        )
        .fetch_one(&mut *crm.connection)
        .await?;
        keep_budget(crm, id, draft.budget, by).await?;
        crm.audit(Event::of(AuditAction::AdCreate, id, None, Some(drafted(draft)))).await?;
        Ok(id)
    })
    .await
}

/// Changes an ad as it stood at `version` (E1). A service that was archived later may stay (P4); old contracts keep
/// their own service (P13).
///
/// # Errors
/// [`Refusal::Changed`] when another user was quicker, [`Refusal::ServiceArchived`], [`Refusal::AdBuiltIn`] for a budget
/// of "no ad", [`Refusal::Gone`], [`Refusal::Denied`].
pub async fn edit(crm: &mut Crm<'_>, id: i64, version: i32, draft: &AdDraft) -> Result<()> {
    crm.use_case(Permission::AdEdit, async |crm, by| {
        let before = standing(crm, id).await?;
        if before.version != version {
            return Err(Refusal::Changed.into());
        }
        put(crm, id, draft, by).await?;
        crm.audit(Event::of(AuditAction::AdEdit, id, Some(before.shown), Some(drafted(draft)))).await?;
        Ok(())
    })
    .await
}

/// Writes an ad's fields, and its budget to the history when it has changed (P12). A newly chosen service has to be a
/// live one (P3).
pub(in crate::crm) async fn put(crm: &mut Crm<'_>, id: i64, draft: &AdDraft, by: StaffId) -> Result<()> {
    let before = standing(crm, id).await?;
    match draft.service {
        chosen if chosen == before.service => {}
        Some(chosen) => services::hold_live(crm, chosen).await?,
        None => return Err(Refusal::Gone.into()),
    }
    let aliases = aliases(draft);
    sqlx::query!(
        "update ad set title = $2, service_id = $3, channel = $4, budget = $5, description = $6, aliases = $7,
                           version = version + 1
              where id = $1",
        id,
        draft.title.as_str(),
        draft.service,
        draft.channel.code(),
        draft.budget.decimal(),
        draft.description.as_str(),
        &aliases
    )
    .execute(&mut *crm.connection)
    .await?;
    if before.budget != draft.budget.decimal() {
        keep_budget(crm, id, draft.budget, by).await?;
    }
    Ok(())
}

/// Finishes an ad: it is not offered any more and keeps its figures (P8, P9).
///
/// # Errors
/// [`Refusal::AdBuiltIn`], [`Refusal::Changed`] when it is finished already, [`Refusal::Gone`], [`Refusal::Denied`].
pub async fn finish(crm: &mut Crm<'_>, id: i64) -> Result<()> {
    crm.use_case(Permission::AdEdit, async |crm, _| switch(crm, id, true).await).await
}

/// Starts a finished ad again; its history stays (P11, E3).
///
/// # Errors
/// [`Refusal::Changed`] when it is running, [`Refusal::Gone`], [`Refusal::Denied`].
pub async fn restart(crm: &mut Crm<'_>, id: i64) -> Result<()> {
    crm.use_case(Permission::AdEdit, async |crm, _| switch(crm, id, false).await).await
}

async fn switch(crm: &mut Crm<'_>, id: i64, finished: bool) -> Result<()> {
    let before = standing(crm, id).await?;
    if before.built_in {
        return Err(Refusal::AdBuiltIn.into());
    }
    if before.finished == finished {
        return Err(Refusal::Changed.into());
    }
    put_finished(crm, id, finished).await?;
    let (before, after) = (json!({ "finished": !finished }), json!({ "finished": finished }));
    crm.audit(Event::of(
        if finished { AuditAction::AdFinish } else { AuditAction::AdRestart },
        id,
        Some(before),
        Some(after),
    ))
    .await?;
    Ok(())
}

pub(in crate::crm) async fn put_finished(crm: &mut Crm<'_>, id: i64, finished: bool) -> Result<()> {
    sqlx::query!(
        "update ad set archived_at = case when $2 then $3::timestamptz end, version = version + 1 where id = $1",
        id,
        finished,
        crm.now
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}

/// Locks an ad: waits for another user's change of it.
///
/// # Errors
/// [`Refusal::Gone`] for a forged id and for one whose entry was undone.
pub(in crate::crm) async fn lock(crm: &mut Crm<'_>, id: i64) -> Result<()> {
    standing(crm, id).await.map(|_| ())
}

async fn standing(crm: &mut Crm<'_>, id: i64) -> Result<Standing> {
    let row = sqlx::query!(
        "select title, service_id, channel, budget, description, aliases, built_in, version,
                    archived_at is not null as \"finished!\"
               from ad where id = $1 and voided_at is null for update",
        id
    )
    .fetch_optional(&mut *crm.connection)
    .await?
    .ok_or(Refusal::Gone)?;
    let shown = json!({
        "title": row.title, "service": row.service_id, "channel": row.channel, "budget": row.budget,
        "description": row.description, "aliases": row.aliases,
    });
    Ok(Standing {
        service: row.service_id,
        budget: row.budget,
        built_in: row.built_in,
        finished: row.finished,
        version: row.version,
        shown,
    })
}

async fn keep_budget(crm: &mut Crm<'_>, id: i64, budget: Money, by: StaffId) -> Result<(), SystemError> {
    sqlx::query!(
        "insert into ad_budget (ad_id, budget, changed_at, changed_by) values ($1, $2, $3, $4)",
        id,
        budget.decimal(),
        crm.now,
        by.0
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}

fn aliases(draft: &AdDraft) -> Vec<String> {
    draft.aliases.iter().map(|alias| alias.as_str().to_owned()).collect()
}

fn drafted(draft: &AdDraft) -> Value {
    json!({
        "title": draft.title, "service": draft.service, "channel": draft.channel, "budget": draft.budget,
        "description": draft.description, "aliases": draft.aliases,
    })
}
