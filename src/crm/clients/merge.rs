//! Merge of two rows of one person: everything moves to the older one, and no figure but distinct leads changes (C10).

use serde_json::json;

use super::ClientLine;
use crate::crm::audit::{AuditAction, Event};
use crate::crm::notice::Resolution;
use crate::crm::{Crm, Refusal, Result, StaffId, client_state, clients, consents, handover, touches, undo};
use crate::domain::{Permission, Reason};
use crate::error::SystemError;

/// What a merge of two clients would come to.
#[derive(Debug, Clone)]
pub struct MergePlan {
    /// The older one, the surviving record.
    pub stays: ClientLine,
    /// The younger one, whose phone will find the older.
    pub goes: ClientLine,
    /// How many touches the younger one has.
    pub touches: i64,
    /// How many contracts the younger one has.
    pub contracts: i64,
}

/// Which of two clients would be the surviving record, and what would move.
///
/// # Errors
/// `Denied`; `Gone` for forged ids, undone leads, and one client twice.
pub async fn merge_plan(crm: &mut Crm<'_>, one: i64, other: i64) -> Result<MergePlan> {
    crm.require(Permission::ClientMerge).await?;
    let [stays, goes] = older_first(crm, one, other).await?;
    let counts = sqlx::query!(
        r#"select (select count(*) from touch where client_id = $1 and voided_at is null) as "touches!",
                      (select count(*) from contract where client_id = $1 and voided_at is null) as "contracts!""#,
        goes
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    let mut lines = clients::lines(crm, &[stays, goes]).await?.into_iter();
    let (Some(stays), Some(goes)) = (lines.next(), lines.next()) else { return Err(Refusal::Gone.into()) };
    Ok(MergePlan { stays, goes, touches: counts.touches, contracts: counts.contracts })
}

/// Merges two clients into the older one and gives its id (C10).
///
/// # Errors
/// As [`merge_plan`].
pub async fn merge(crm: &mut Crm<'_>, one: i64, other: i64, reason: &Reason) -> Result<i64> {
    crm.use_case(Permission::ClientMerge, async |crm, _| {
        // Always in the order of ids: two merges of the same clients do not wait in a circle. What another merge has taken
        // away meanwhile is the record that survived it: both are the same person as before.
        let one_locked = clients::lock_live(crm, one.min(other)).await?.id;
        let other_locked = clients::lock_live(crm, one.max(other)).await?.id;
        let [stays, goes] = older_first(crm, one_locked, other_locked).await?;
        unite_touches(crm, stays, goes, reason).await?;
        // The contracts follow their touches by the foreign key.
        let touches = sqlx::query!("update touch set client_id = $1 where client_id = $2", stays, goes)
            .execute(&mut *crm.connection)
            .await?;
        sqlx::query!("update note set client_id = $1 where client_id = $2", stays, goes)
            .execute(&mut *crm.connection)
            .await?;
        unite_handovers(crm, stays, goes).await?;
        unite_follow_ups(crm, stays, goes).await?;
        consents::unite(crm, stays, goes).await?;
        unite_cards(crm, stays, goes).await?;
        client_state::refresh(crm, stays).await?;
        client_state::refresh(crm, goes).await?;
        let moved = i64::try_from(touches.rows_affected()).unwrap_or_default();
        audit_merge(crm, stays, json!({ "merged": goes, "touches": moved }), reason).await?;
        audit_merge(crm, goes, json!({ "merged_into": stays }), reason).await?;
        Ok(stays)
    })
    .await
}

/// The older of two different clients who are in the lists, then the younger.
async fn older_first(crm: &mut Crm<'_>, one: i64, other: i64) -> Result<[i64; 2]> {
    let ids = sqlx::query_scalar!(
        "select id from client where id in ($1, $2) and voided_at is null and merged_into is null
              order by created_at, id",
        one,
        other
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok(ids.try_into().map_err(|_| Refusal::Gone)?)
}

/// Of two touches of one ad on one local day the younger is voided, after its contracts have moved to the other.
async fn unite_touches(crm: &mut Crm<'_>, stays: i64, goes: i64, reason: &Reason) -> Result<(), SystemError> {
    let pairs = sqlx::query!(
            r#"select case when (a.happened_at, a.id) <= (b.happened_at, b.id) then a.id else b.id end as "older!",
                      case when (a.happened_at, a.id) <= (b.happened_at, b.id) then b.id else a.id end as "younger!",
                      case when (a.happened_at, a.id) <= (b.happened_at, b.id) then a.client_id else b.client_id end as "client!",
                      a.ad_id as ad, a.local_day as day
                 from touch a join touch b on b.ad_id = a.ad_id and b.local_day = a.local_day
                where a.client_id = $1 and b.client_id = $2 and a.voided_at is null and b.voided_at is null
                order by 1"#,
            stays,
            goes
        )
        .fetch_all(&mut *crm.connection)
        .await?;
    for pair in pairs {
        let moved = sqlx::query_scalar!(
            "update contract set touch_id = $2, client_id = $3, version = version + 1 where touch_id = $1 returning id",
            pair.younger,
            pair.older,
            pair.client
        )
        .fetch_all(&mut *crm.connection)
        .await?;
        for contract in moved {
            crm.audit(Event {
                action: AuditAction::ContractRelink,
                entity_id: Some(contract),
                before: Some(json!({ "touch": pair.younger })),
                after: Some(json!({ "touch": pair.older })),
                reason: Some(reason.as_str()),
            })
            .await?;
        }
        touches::end(crm, pair.younger, pair.client, pair.ad, pair.day, reason).await?;
    }
    Ok(())
}

/// Withdraws the waiting handovers of the younger one: the card has one owner, the older's.
async fn unite_handovers(crm: &mut Crm<'_>, stays: i64, goes: i64) -> Result<(), SystemError> {
    let by = crm.actor.staff().map_or(StaffId::SYSTEM, |staff| staff.id);
    handover::withdraw_waiting(crm, goes, by).await?;
    sqlx::query!("update client_handover set client_id = $1 where client_id = $2", stays, goes)
        .execute(&mut *crm.connection)
        .await?;
    if let Some(line) = clients::lines(crm, &[goes]).await?.pop() {
        undo::close_lead(crm, goes, Resolution::Over { who: line.who });
    }
    Ok(())
}

/// One next step at most: the earlier of two stays open.
async fn unite_follow_ups(crm: &mut Crm<'_>, stays: i64, goes: i64) -> Result<(), SystemError> {
    sqlx::query!(
        "update follow_up set done_at = $3, version = version + 1
              where id in (select id from follow_up where client_id in ($1, $2) and done_at is null
                            order by due_at, id offset 1)",
        stays,
        goes,
        crm.now
    )
    .execute(&mut *crm.connection)
    .await?;
    sqlx::query!("update follow_up set client_id = $1 where client_id = $2", stays, goes)
        .execute(&mut *crm.connection)
        .await?;
    Ok(())
}

/// What the older card lacks it gets from the younger; the younger one, and records merged into it, lead to the older.
async fn unite_cards(crm: &mut Crm<'_>, stays: i64, goes: i64) -> Result<(), SystemError> {
    sqlx::query!(
            "update client stays set
                 last_name = case when nameless then goes.last_name else stays.last_name end,
                 first_name = case when nameless then goes.first_name else stays.first_name end,
                 middle_name = case when nameless then goes.middle_name else stays.middle_name end,
                 email = coalesce(stays.email, goes.email),
                 responsible_id = coalesce(stays.responsible_id, goes.responsible_id),
                 taken_at = case when stays.responsible_id is null then goes.taken_at else stays.taken_at end,
                 version = stays.version + 1
               from client goes,
                    (select num_nonnulls(last_name, first_name, middle_name) = 0 as nameless from client where id = $1) name
              where stays.id = $1 and goes.id = $2",
            stays,
            goes
        )
        .execute(&mut *crm.connection)
        .await?;
    sqlx::query!(
        "update client set merged_into = $1, version = version + 1 where id = $2 or merged_into = $2",
        stays,
        goes
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}

async fn audit_merge(
    crm: &mut Crm<'_>,
    client: i64,
    after: serde_json::Value,
    reason: &Reason,
) -> Result<(), SystemError> {
    crm.audit(Event {
        action: AuditAction::ClientMerge,
        entity_id: Some(client),
        before: None,
        after: Some(after),
        reason: Some(reason.as_str()),
    })
    .await
}
