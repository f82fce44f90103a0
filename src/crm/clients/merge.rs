//! Merge of two rows of one person: everything moves to the older one, and no figure but distinct leads changes (C10).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

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

/// What a merge has moved and ended, by id. The log keeps it, so that an undo puts it back.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::crm) struct Moved {
    pub touches: Vec<i64>,
    /// The younger of two touches of one ad on one day.
    pub voided: Vec<i64>,
    /// Contracts of such touches, with the touch that each was on.
    pub relinked: Vec<(i64, i64)>,
    pub notes: Vec<i64>,
    pub handovers: Vec<i64>,
    /// The handover that waited for an answer.
    pub withdrawn: Option<i64>,
    pub steps: Vec<i64>,
    /// The later of two next steps.
    pub finished: Vec<i64>,
    pub consents: Vec<i64>,
    pub ended_consents: Vec<i64>,
    /// Records that had been merged into the younger one.
    pub merged: Vec<i64>,
    /// The merge's other events.
    pub events: Vec<i64>,
}

/// Merges two clients into the older one and gives its id (C10).
///
/// # Errors
/// As [`merge_plan`].
pub async fn merge(crm: &mut Crm<'_>, one: i64, other: i64, reason: &Reason) -> Result<i64> {
    crm.use_case(Permission::ClientMerge, async |crm, by| {
        // Always in the order of ids: two merges of the same clients do not wait in a circle. What another merge has taken
        // away meanwhile is the record that survived it: both are the same person as before.
        let one_locked = clients::lock_live(crm, one.min(other)).await?.id;
        let other_locked = clients::lock_live(crm, one.max(other)).await?.id;
        let [stays, goes] = older_first(crm, one_locked, other_locked).await?;
        let last_event = last_event(crm).await?;
        let mut moved = unite_touches(crm, stays, goes, reason).await?;
        // The contracts follow their touches by the foreign key.
        moved.touches =
            sqlx::query_scalar!("update touch set client_id = $1 where client_id = $2 returning id", stays, goes)
                .fetch_all(&mut *crm.connection)
                .await?;
        moved.notes =
            sqlx::query_scalar!("update note set client_id = $1 where client_id = $2 returning id", stays, goes)
                .fetch_all(&mut *crm.connection)
                .await?;
        unite_handovers(crm, stays, goes, &mut moved).await?;
        unite_follow_ups(crm, stays, goes, reason, &mut moved).await?;
        let consents = consents::unite(crm, stays, goes, reason).await?;
        (moved.consents, moved.ended_consents) = (consents.moved, consents.ended);
        let (mut before, mut after) = unite_cards(crm, stays, goes, &mut moved).await?;
        client_state::refresh(crm, stays).await?;
        client_state::refresh(crm, goes).await?;
        audit_merge(crm, goes, json!({ "merged_into": null }), json!({ "merged_into": stays }), reason).await?;
        moved.events = events_since(crm, last_event, by).await?;
        before.insert("merged".to_owned(), Value::Null);
        after.insert("merged".to_owned(), json!(goes));
        after.insert("touches".to_owned(), json!(moved.touches.len()));
        after.insert("moved".to_owned(), json!(moved));
        audit_merge(crm, stays, before.into(), after.into(), reason).await?;
        Ok(stays)
    })
    .await
}

async fn last_event(crm: &mut Crm<'_>) -> Result<i64, SystemError> {
    Ok(sqlx::query_scalar!(r#"select coalesce(max(id), 0) as "id!" from audit_event"#)
        .fetch_one(crm.logging().await?)
        .await?)
}

/// The actor's events after that one: an actor does one thing at a time.
async fn events_since(crm: &mut Crm<'_>, last: i64, by: StaffId) -> Result<Vec<i64>, SystemError> {
    Ok(sqlx::query_scalar!(
        "select id from audit_event where id > $1 and actor_id = $2 and at = $3 order by id",
        last,
        by.0,
        crm.now
    )
    .fetch_all(crm.logging().await?)
    .await?)
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
async fn unite_touches(crm: &mut Crm<'_>, stays: i64, goes: i64, reason: &Reason) -> Result<Moved, SystemError> {
    let mut moved = Moved::default();
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
        let contracts = sqlx::query_scalar!(
            "update contract set touch_id = $2, client_id = $3, version = version + 1 where touch_id = $1 returning id",
            pair.younger,
            pair.older,
            pair.client
        )
        .fetch_all(&mut *crm.connection)
        .await?;
        for contract in contracts {
            moved.relinked.push((contract, pair.younger));
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
        moved.voided.push(pair.younger);
    }
    Ok(moved)
}

/// Withdraws the waiting handovers of the younger one: the card has one owner, the older's.
async fn unite_handovers(crm: &mut Crm<'_>, stays: i64, goes: i64, moved: &mut Moved) -> Result<(), SystemError> {
    moved.withdrawn = handover::waiting(crm, goes).await?.map(|waiting| waiting.id);
    let by = crm.actor.staff().map_or(StaffId::SYSTEM, |staff| staff.id);
    handover::withdraw_waiting(crm, goes, by).await?;
    moved.handovers =
        sqlx::query_scalar!("update client_handover set client_id = $1 where client_id = $2 returning id", stays, goes)
            .fetch_all(&mut *crm.connection)
            .await?;
    if let Some(line) = clients::lines(crm, &[goes]).await?.pop() {
        undo::close_lead(crm, goes, Resolution::Over { who: line.who });
    }
    Ok(())
}

/// One next step at most: the earlier of two stays open.
async fn unite_follow_ups(
    crm: &mut Crm<'_>,
    stays: i64,
    goes: i64,
    reason: &Reason,
    moved: &mut Moved,
) -> Result<(), SystemError> {
    let finished = sqlx::query!(
        "update follow_up set done_at = $3, version = version + 1
              where id in (select id from follow_up where client_id in ($1, $2) and done_at is null
                            order by due_at, id offset 1)
             returning id, client_id, owner_id, due_at",
        stays,
        goes,
        crm.now
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    for step in finished {
        crm.audit(Event {
            action: AuditAction::FollowUpFinish,
            entity_id: Some(step.id),
            before: Some(json!({ "client": step.client_id, "owner": step.owner_id, "due_at": step.due_at })),
            after: None,
            reason: Some(reason.as_str()),
        })
        .await?;
        moved.finished.push(step.id);
    }
    moved.steps =
        sqlx::query_scalar!("update follow_up set client_id = $1 where client_id = $2 returning id", stays, goes)
            .fetch_all(&mut *crm.connection)
            .await?;
    Ok(())
}

/// What the older card lacks it gets from the younger; the younger one, and records merged into it, lead to the older.
/// Gives the two sides of what the older card has taken over.
async fn unite_cards(
    crm: &mut Crm<'_>,
    stays: i64,
    goes: i64,
    moved: &mut Moved,
) -> Result<(Map<String, Value>, Map<String, Value>), SystemError> {
    let taken = sqlx::query!(
        r#"update client stays set
                 last_name = case when lacks.name then goes.last_name else stays.last_name end,
                 first_name = case when lacks.name then goes.first_name else stays.first_name end,
                 middle_name = case when lacks.name then goes.middle_name else stays.middle_name end,
                 email = coalesce(stays.email, goes.email),
                 responsible_id = coalesce(stays.responsible_id, goes.responsible_id),
                 taken_at = case when lacks.owner then goes.taken_at else stays.taken_at end,
                 version = stays.version + 1
               from client goes,
                    (select num_nonnulls(last_name, first_name, middle_name) = 0 as name, email is null as email,
                            responsible_id is null as owner
                       from client where id = $1) lacks
              where stays.id = $1 and goes.id = $2
             returning lacks.name and num_nonnulls(goes.last_name, goes.first_name, goes.middle_name) > 0 as "name!",
                       lacks.email and goes.email is not null as "email!",
                       lacks.owner and goes.responsible_id is not null as "owner!",
                       json_build_object('last', goes.last_name, 'first', goes.first_name,
                                         'middle', goes.middle_name) as "goes_name!",
                       goes.email as goes_email, goes.responsible_id, goes.taken_at"#,
        stays,
        goes
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    moved.merged = sqlx::query_scalar!(
        "update client set merged_into = $1, version = version + 1 where merged_into = $2 returning id",
        stays,
        goes
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    sqlx::query!("update client set merged_into = $1, version = version + 1 where id = $2", stays, goes)
        .execute(&mut *crm.connection)
        .await?;
    let values = [
        ("name", taken.name, taken.goes_name),
        ("email", taken.email, json!(taken.goes_email)),
        ("responsible", taken.owner, json!(taken.responsible_id)),
        ("taken_at", taken.owner, json!(taken.taken_at)),
    ];
    let taken = values.into_iter().filter(|(_, taken, _)| *taken);
    let after: Map<String, Value> = taken.map(|(field, _, value)| (field.to_owned(), value)).collect();
    Ok((after.keys().map(|field| (field.clone(), Value::Null)).collect(), after))
}

async fn audit_merge(
    crm: &mut Crm<'_>,
    client: i64,
    before: Value,
    after: Value,
    reason: &Reason,
) -> Result<(), SystemError> {
    crm.audit(Event {
        action: AuditAction::ClientMerge,
        entity_id: Some(client),
        before: Some(before),
        after: Some(after),
        reason: Some(reason.as_str()),
    })
    .await
}
