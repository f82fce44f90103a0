//! Changes of a live contract (K11); another one is corrected by an administrator with a reason (X10).

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{check_terms, read};
use crate::crm::{AuditAction, Crm, Refusal, Result, StaffId, client_state, clients, contracts, documents, services};
use crate::domain::contract::ContractTerms;
use crate::domain::{ContractDates, ContractStatus, Permission, PositiveMoney, Reason, Remark, Title};

/// What can be changed of a contract: neither its client nor its touch (K11). The log keeps it, so that it can come back.
#[derive(Debug, Clone, Deserialize)]
pub struct ContractEdit {
    pub title: Title,
    /// What is sold; an archived one only when it is the present one (P4).
    pub service: i64,
    /// What the client pays in all.
    pub amount: PositiveMoney,
    /// Not later than today.
    pub signed_on: NaiveDate,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    /// What goes with it.
    pub note: Remark,
    /// Its file: the present one, another, or none.
    pub document: Option<i64>,
}

/// A contract as it stands, locked until the end of the turn.
pub(in crate::crm) struct Standing {
    pub client: i64,
    pub version: i32,
    pub service: i64,
    pub document: Option<i64>,
    pub own_today: bool,
    pub dates: ContractDates,
    pub signed_on: NaiveDate,
    pub status: ContractStatus,
    pub shown: Value,
}

/// Locks a contract as it stood at `version`, unless it is void.
pub(super) async fn standing(crm: &mut Crm<'_>, id: i64, version: i32) -> Result<Standing> {
    let standing = lock(crm, id).await?;
    if standing.version != version {
        return Err(Refusal::Changed.into());
    }
    if standing.dates.voided {
        return Err(Refusal::ContractNotLive.into());
    }
    Ok(standing)
}

/// Locks a contract: its client first, as everywhere, so that use cases do not wait in a circle. A merge that was waited for
/// has moved the contract: its client is read after the lock.
pub(in crate::crm) async fn lock(crm: &mut Crm<'_>, id: i64) -> Result<Standing> {
    let client = sqlx::query_scalar!("select client_id from contract where id = $1", id)
        .fetch_optional(&mut *crm.connection)
        .await?
        .ok_or(Refusal::Gone)?;
    clients::lock(crm, client).await?;
    let row = sqlx::query!(
        "select client_id, touch_id, service_id, title, amount, signed_on, starts_on, ends_on, note, document_id,
                    terminated_on, termination_reason, voided_at, version, created_at, created_by
               from contract where id = $1 for update",
        id
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    let dates = ContractDates {
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        terminated_on: row.terminated_on,
        voided: row.voided_at.is_some(),
    };
    let shown = json!({
        "touch": row.touch_id, "service": row.service_id, "title": row.title, "amount": row.amount,
        "signed_on": row.signed_on, "starts_on": row.starts_on, "ends_on": row.ends_on, "note": row.note,
        "document": row.document_id, "terminated_on": row.terminated_on,
        "termination_reason": row.termination_reason,
    });
    let created_by = StaffId(row.created_by);
    Ok(Standing {
        client: row.client_id,
        version: row.version,
        service: row.service_id,
        document: row.document_id,
        own_today: read::is_own_of_today(crm, created_by, row.created_at),
        dates,
        signed_on: row.signed_on,
        status: ContractStatus::on(crm.today(), &dates),
        shown,
    })
}

/// Demands the right for a change: `right` while the contract is live, and a correction with a reason otherwise.
pub(super) async fn require_for(
    crm: &mut Crm<'_>,
    right: Permission,
    status: ContractStatus,
    reason: bool,
) -> Result<()> {
    if status.is_live() && crm.may(right) || reason && crm.may(Permission::ContractCorrect) {
        return Ok(());
    }
    if crm.may(right) {
        return Err(Refusal::ContractNotLive.into());
    }
    crm.require(Permission::ContractCorrect).await?;
    Err(Refusal::Invalid(crate::crm::Field::Reason).into())
}

/// Changes a contract as it stood at `version` (E1, K11).
///
/// # Errors
/// [`Refusal::Terms`], [`Refusal::ServiceArchived`], [`Refusal::Changed`], [`Refusal::ContractNotLive`],
/// [`Refusal::Gone`], [`Refusal::Denied`].
pub async fn edit(
    crm: &mut Crm<'_>,
    id: i64,
    version: i32,
    edit: &ContractEdit,
    reason: Option<&Reason>,
) -> Result<()> {
    require_any_of(crm, [Permission::ContractEdit, Permission::ContractCorrect]).await?;
    crm.atomically(async |crm| {
        let before = standing(crm, id, version).await?;
        require_for(crm, Permission::ContractEdit, before.status, reason.is_some()).await?;
        let terms = ContractTerms {
            amount: edit.amount.money(),
            signed_on: edit.signed_on,
            starts_on: edit.starts_on,
            ends_on: edit.ends_on,
        };
        check_terms(&terms, crm.today())?;
        if edit.service != before.service {
            services::hold_live(crm, edit.service).await?;
        }
        if let Some(document) = edit.document.filter(|_| edit.document != before.document) {
            documents::require_own(crm, document).await?;
        }
        put_terms(crm, id, edit).await?;
        client_state::refresh(crm, before.client).await?;
        let after = json!({
            "service": edit.service, "title": edit.title, "amount": terms.amount, "signed_on": edit.signed_on,
            "starts_on": edit.starts_on, "ends_on": edit.ends_on, "note": edit.note, "document": edit.document,
        });
        contracts::audit(
            crm,
            AuditAction::ContractEdit,
            id,
            Some(before.shown),
            Some(after),
            reason.map(Reason::as_str),
        )
        .await?;
        Ok(())
    })
    .await
}

pub(in crate::crm) async fn put_terms(crm: &mut Crm<'_>, id: i64, edit: &ContractEdit) -> Result<()> {
    sqlx::query!(
        "update contract set title = $2, service_id = $3, amount = $4, signed_on = $5, starts_on = $6, ends_on = $7,
                                 note = $8, document_id = $9, version = version + 1
              where id = $1",
        id,
        edit.title.as_str(),
        edit.service,
        edit.amount.money().decimal(),
        edit.signed_on,
        edit.starts_on,
        edit.ends_on,
        edit.note.as_str(),
        edit.document
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}

/// Moves the last day, with a reason; an ended contract runs again, which only a correction may do (X10).
///
/// # Errors
/// [`Refusal::Terms`] when the day is before the first, [`Refusal::Changed`], [`Refusal::ContractNotLive`],
/// [`Refusal::Gone`], [`Refusal::Denied`].
pub async fn prolong(crm: &mut Crm<'_>, id: i64, version: i32, ends_on: NaiveDate, reason: &Reason) -> Result<()> {
    require_any_of(crm, [Permission::ContractEdit, Permission::ContractCorrect]).await?;
    crm.atomically(async |crm| {
        let before = standing(crm, id, version).await?;
        require_for(crm, Permission::ContractEdit, before.status, true).await?;
        if ends_on < before.dates.starts_on {
            return Err(Refusal::Terms(crate::crm::Field::EndsOn).into());
        }
        // Moving the end of a terminated contract takes the termination back.
        sqlx::query!(
            "update contract set ends_on = $2, terminated_on = null, termination_reason = null, version = version + 1
              where id = $1",
            id,
            ends_on
        )
        .execute(&mut *crm.connection)
        .await?;
        client_state::refresh(crm, before.client).await?;
        let after = json!({ "ends_on": ends_on, "terminated_on": null });
        contracts::audit(crm, AuditAction::ContractProlong, id, Some(before.shown), Some(after), Some(reason.as_str()))
            .await?;
        Ok(())
    })
    .await
}

/// Demands one of the rights; a denial names the first.
pub(super) async fn require_any_of<const N: usize>(crm: &mut Crm<'_>, rights: [Permission; N]) -> Result<StaffId> {
    let held = rights.iter().copied().find(|&right| crm.may(right));
    crm.require(held.or_else(|| rights.first().copied()).unwrap_or(Permission::ContractCorrect)).await
}
