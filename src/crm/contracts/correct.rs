//! Early ends and corrections, each with a reason: terminate, void, re-link.

use super::change;
use chrono::NaiveDate;
use serde_json::json;

use crate::crm::{AuditAction, Crm, Field, Refusal, Result, client_state, contracts};
use crate::domain::contract::ContractTerms;
use crate::domain::{Money, Permission, Reason};

/// Ends a contract early: TERMINATED from the day after `on`; its revenue stays (X11).
///
/// # Errors
/// [`Refusal::Day`] when `on` is before the signing or after the last day, [`Refusal::Changed`],
/// [`Refusal::ContractNotLive`], [`Refusal::Gone`], [`Refusal::Denied`].
pub async fn terminate(crm: &mut Crm<'_>, id: i64, version: i32, on: NaiveDate, reason: &Reason) -> Result<()> {
    change::require_any_of(crm, [Permission::ContractTerminate, Permission::ContractCorrect]).await?;
    crm.atomically(async |crm| {
        let before = change::standing(crm, id, version).await?;
        change::require_for(crm, Permission::ContractTerminate, before.status, true).await?;
        if on < before.signed_on || on > before.dates.ends_on {
            return Err(Refusal::Day(on).into());
        }
        sqlx::query!(
            "update contract set terminated_on = $2, termination_reason = $3, version = version + 1 where id = $1",
            id,
            on,
            reason.as_str()
        )
        .execute(&mut *crm.connection)
        .await?;
        client_state::refresh(crm, before.client).await?;
        let after = json!({ "terminated_on": on });
        contracts::audit(
            crm,
            AuditAction::ContractTerminate,
            id,
            Some(before.shown),
            Some(after),
            Some(reason.as_str()),
        )
        .await?;
        Ok(())
    })
    .await
}

/// Takes a contract that was entered by mistake out of every figure (K8, S7): the actor's own on the same day, or any by
/// an administrator.
///
/// # Errors
/// [`Refusal::NotOwnToday`], [`Refusal::Changed`], [`Refusal::ContractNotLive`] when it is void already,
/// [`Refusal::Gone`], [`Refusal::Denied`].
pub async fn void(crm: &mut Crm<'_>, id: i64, version: i32, reason: &Reason) -> Result<()> {
    change::require_any_of(crm, [Permission::ContractCorrect, Permission::ContractVoidOwn]).await?;
    crm.atomically(async |crm| {
        let before = change::standing(crm, id, version).await?;
        if !before.own_today && !crm.may(Permission::ContractCorrect) {
            return Err(Refusal::NotOwnToday.into());
        }
        sqlx::query!(
            "update contract set voided_at = $2, void_reason = $3, version = version + 1 where id = $1",
            id,
            crm.now,
            reason.as_str()
        )
        .execute(&mut *crm.connection)
        .await?;
        client_state::refresh(crm, before.client).await?;
        contracts::audit(crm, AuditAction::ContractVoid, id, Some(before.shown), None, Some(reason.as_str())).await?;
        Ok(())
    })
    .await
}

/// Brings a void contract back into the figures, with the checks of a new one, at any time; it takes the right to void
/// (K1–K5).
///
/// # Errors
/// [`Refusal::NotOwnToday`], [`Refusal::Changed`] for one that is not void, [`Refusal::TouchUnusable`] when its touch is
/// void (H9), [`Refusal::Terms`], [`Refusal::Gone`], [`Refusal::Denied`].
pub async fn bring_back(crm: &mut Crm<'_>, id: i64, version: i32) -> Result<()> {
    change::require_any_of(crm, [Permission::ContractCorrect, Permission::ContractVoidOwn]).await?;
    crm.atomically(async |crm| {
        let before = change::lock(crm, id).await?;
        if !before.own_today && !crm.may(Permission::ContractCorrect) {
            return Err(Refusal::NotOwnToday.into());
        }
        if before.version != version || !before.dates.voided {
            return Err(Refusal::Changed.into());
        }
        let terms = sqlx::query!("select amount, void_reason from contract where id = $1", id)
            .fetch_one(&mut *crm.connection)
            .await?;
        let amount = Money::new(terms.amount).map_err(|_| Refusal::Terms(Field::Amount))?;
        let (starts_on, ends_on) = (before.dates.starts_on, before.dates.ends_on);
        let signed_on = before.signed_on;
        contracts::check_terms(&ContractTerms { amount, signed_on, starts_on, ends_on }, crm.today())?;
        let touch = sqlx::query_scalar!(
            "update contract set voided_at = null, void_reason = null, version = version + 1 where id = $1
                 returning touch_id",
            id
        )
        .fetch_one(&mut *crm.connection)
        .await?;
        contracts::hold_usable_touch(crm, touch, before.client).await?;
        client_state::refresh(crm, before.client).await?;
        let was = json!({ "voided": true, "void_reason": terms.void_reason });
        let is = json!({ "voided": false, "void_reason": null });
        contracts::audit(crm, AuditAction::ContractBringBack, id, Some(was), Some(is), None).await?;
        Ok(())
    })
    .await
}

/// Moves a contract to another touch of its client; its revenue moves to that touch's ad (K12).
///
/// # Errors
/// [`Refusal::TouchUnusable`] for a void touch or one of another client (K3), [`Refusal::Changed`],
/// [`Refusal::ContractNotLive`] when it is void, [`Refusal::Gone`], [`Refusal::Denied`].
pub async fn relink(crm: &mut Crm<'_>, id: i64, version: i32, touch: i64, reason: &Reason) -> Result<()> {
    crm.use_case(Permission::ContractRelink, async |crm, _| {
        let before = change::standing(crm, id, version).await?;
        contracts::hold_usable_touch(crm, touch, before.client).await?;
        put_touch(crm, id, touch).await?;
        client_state::refresh(crm, before.client).await?;
        let after = json!({ "touch": touch });
        contracts::audit(crm, AuditAction::ContractRelink, id, Some(before.shown), Some(after), Some(reason.as_str()))
            .await?;
        Ok(())
    })
    .await
}

pub(in crate::crm) async fn put_touch(crm: &mut Crm<'_>, id: i64, touch: i64) -> Result<()> {
    sqlx::query!("update contract set touch_id = $2, version = version + 1 where id = $1", id, touch)
        .execute(&mut *crm.connection)
        .await?;
    Ok(())
}
