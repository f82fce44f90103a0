//! Withdrawal of a handover before its answer, and reopening of an ended one by an undo.

use super::offer;
use serde_json::json;

use crate::crm::audit::{AuditAction, Event};
use crate::crm::notice::{PendingAction, Resolution};
use crate::crm::{Audience, Crm, Handover, HandoverEnd, Notice, Refusal, Result, StaffId, clients, handover};
use crate::domain::Permission;
use crate::error::SystemError;

/// Withdraws the waiting handover of a client: the previous owner may, and users who manage people.
///
/// # Errors
/// `Denied`; `Gone` for a forged id; `HandoverEnded` when it waits no more.
pub async fn withdraw(crm: &mut Crm<'_>, id: i64) -> Result<i64> {
    let me = offer::require_right(crm).await?;
    crm.atomically(async |crm| {
        let manages = crm.may(Permission::StaffManage);
        let own = sqlx::query_scalar!(
            r#"select exists (select from client_handover where id = $1 and ($3 or from_id = $2)) as "own!""#,
            id,
            me.0,
            manages
        )
        .fetch_one(&mut *crm.connection)
        .await?;
        if !own {
            return Err(Refusal::Gone.into());
        }
        let offer = handover::lock(crm, id).await?;
        match end_offer(crm, &offer, me).await? {
            true => Ok(offer.client),
            false => Err(handover::how_it_ended(crm, id).await?.into()),
        }
    })
    .await
}

/// Withdraws the waiting handover of a client that cannot be accepted any more, if there is one.
pub(in crate::crm) async fn withdraw_waiting(crm: &mut Crm<'_>, client: i64, by: StaffId) -> Result<(), SystemError> {
    if let Some(offer) = handover::waiting(crm, client).await? {
        end_offer(crm, &offer, by).await?;
    }
    Ok(())
}

/// The same for many clients at once.
pub(super) async fn withdraw_all_waiting(crm: &mut Crm<'_>, clients: &[i64], by: StaffId) -> Result<(), SystemError> {
    let ended = sqlx::query_scalar!(
        r#"with ended as (
                   update client_handover set withdrawn_at = $2, withdrawn_by = $3
                    where client_id = any($1) and accepted_at is null and declined_at is null and withdrawn_at is null
                   returning id, client_id, from_id, to_id
               ), logged as (
                   insert into audit_event (at, actor_id, action, entity, entity_id, before)
                   select $2, $3, 'withdraw', 'client', client_id,
                          jsonb_build_object('handover', id, 'from', from_id, 'to', to_id)
                     from ended order by client_id
               )
               select client_id from ended order by client_id"#,
        clients,
        crm.now,
        by.0
    )
    .fetch_all(crm.logging().await?)
    .await?;
    let by = crm.actor.staff().map(|staff| staff.full_name.clone()).unwrap_or_default();
    for line in clients::lines(crm, &ended).await? {
        let how = HandoverEnd::Withdrawn;
        let resolution = Resolution::HandoverEnded { who: line.who, how, by: by.clone(), at: crm.now };
        crm.resolve_notices(PendingAction::Handover(line.id), resolution);
    }
    Ok(())
}

/// Withdraws the handovers that wait for a user who cannot answer any more: the clients stay with their owners, who are
/// notified. A handover that is answered at this moment keeps its answer.
pub(in crate::crm) async fn return_offers_to(crm: &mut Crm<'_>, staff: StaffId) -> Result<(), SystemError> {
    let by = crm.actor.staff().map_or(StaffId::SYSTEM, |staff| staff.id);
    let clients = sqlx::query_scalar!(
            "select client_id from client_handover
              where to_id = $1 and accepted_at is null and declined_at is null and withdrawn_at is null order by client_id",
            staff.0
        )
        .fetch_all(&mut *crm.connection)
        .await?;
    for client in clients {
        let Some(offer) = handover::waiting(crm, client).await? else { continue };
        if !end_offer(crm, &offer, by).await? {
            continue;
        }
        let who = clients::lines(crm, &[client]).await?.pop().map(|line| line.who).unwrap_or_default();
        let notice = Notice::OfferReturned { client, who, to: offer.to.1.clone() };
        crm.notify(Audience::One(offer.from.0), notice);
    }
    Ok(())
}

/// Tells whether it still waited: read without a lock on its client, it may have been answered since.
async fn end_offer(crm: &mut Crm<'_>, offer: &Handover, by: StaffId) -> Result<bool, SystemError> {
    let done = sqlx::query!(
        "update client_handover set withdrawn_at = $2, withdrawn_by = $3
              where id = $1 and num_nonnulls(accepted_at, declined_at, withdrawn_at) = 0",
        offer.id,
        crm.now,
        by.0
    )
    .execute(&mut *crm.connection)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    crm.audit(Event {
        action: AuditAction::ClientWithdraw,
        entity_id: Some(offer.client),
        before: Some(json!({ "handover": offer.id, "from": offer.from.0, "to": offer.to.0 })),
        after: None,
        reason: None,
    })
    .await?;
    let by = crm.actor.staff().map(|staff| staff.full_name.clone()).unwrap_or_default();
    let who = clients::lines(crm, &[offer.client]).await?.pop().map(|line| line.who).unwrap_or_default();
    let resolution = Resolution::HandoverEnded { who, how: HandoverEnd::Withdrawn, by, at: crm.now };
    crm.resolve_notices(PendingAction::Handover(offer.client), resolution);
    Ok(true)
}

/// Reopens an ended handover: its answer or its withdrawal is undone. Both sides are notified. It is not reopened for
/// an assignee who cannot answer.
pub(in crate::crm) async fn reopen(crm: &mut Crm<'_>, id: i64) -> Result<()> {
    let row = sqlx::query!("select client_id, from_id, to_id from client_handover where id = $1", id)
        .fetch_one(&mut *crm.connection)
        .await?;
    let client = clients::lock_live(crm, row.client_id).await?;
    let same = client.responsible.map(|id| id.0) == row.from_id;
    let able = handover::takes_clients(crm, StaffId(row.to_id)).await?;
    if !same || !able || handover::waiting(crm, client.id).await?.is_some() {
        return Err(Refusal::HasDependents.into());
    }
    sqlx::query!(
        "update client_handover set accepted_at = null, declined_at = null, decline_reason = null,
                                        withdrawn_at = null, withdrawn_by = null where id = $1",
        id
    )
    .execute(&mut *crm.connection)
    .await?;
    let Some(offer) = handover::waiting(crm, client.id).await? else { return Err(Refusal::Changed.into()) };
    let me = crm.actor.staff().map(|staff| staff.id);
    if me == Some(offer.to.0) {
        let notice = Notice::AnswerUndone { client: client.id, who: client.who.clone(), to: offer.to.1.clone() };
        crm.notify(Audience::One(offer.from.0), notice);
    }
    offer::tell_of_offer(crm, &client, &offer).await?;
    Ok(())
}
