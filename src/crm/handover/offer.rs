//! The offer of a client to a colleague.

use serde_json::json;

use crate::crm::audit::{AuditAction, Event};
use crate::crm::clients::Locked;
use crate::crm::{Audience, ClientLine, Crm, Handover, Notice, Refusal, Result, StaffId, clients, handover};
use crate::domain::{Permission, Remark};
use crate::error::SystemError;

/// A client that the actor may offer now.
///
/// # Errors
/// As [`offer`] before an assignee is chosen.
pub async fn client_to_hand_over(crm: &mut Crm<'_>, client: i64) -> Result<ClientLine> {
    require_right(crm).await?;
    let client = clients::lock_live(crm, client).await?;
    previous_owner_of(crm, client.id).await?;
    if let Some(waiting) = handover::waiting(crm, client.id).await? {
        return Err(Refusal::HandoverWaits { to: waiting.to.1 }.into());
    }
    Ok(clients::lines(crm, &[client.id]).await?.pop().ok_or(Refusal::Gone)?)
}

/// Offers a client to a colleague, who is notified and answers. The client's owner may, and users who manage people.
///
/// # Errors
/// `Denied`; `Gone`; `Untaken` for a client without an owner; `TakenBy` when another user is the owner; `HandoverWaits`
/// while one waits; `NoAssignee` for a colleague who may not take clients.
pub async fn offer(crm: &mut Crm<'_>, client: i64, to: StaffId, note: &Remark) -> Result<i64> {
    let by = require_right(crm).await?;
    crm.atomically(async |crm| {
        let client = clients::lock_live(crm, client).await?;
        let from = previous_owner_of(crm, client.id).await?;
        if let Some(waiting) = handover::waiting(crm, client.id).await? {
            return Err(Refusal::HandoverWaits { to: waiting.to.1 }.into());
        }
        handover::assignee(crm, client.id, to).await?;
        let id = sqlx::query_scalar!(
            "insert into client_handover (client_id, from_id, to_id, note, created_at, created_by)
             values ($1, $2, $3, $4, $5, $6) returning id",
            client.id,
            from.0,
            to.0,
            note.as_str(),
            crm.now,
            by.0
        )
        .fetch_one(&mut *crm.connection)
        .await?;
        crm.audit(Event {
            action: AuditAction::ClientOffer,
            entity_id: Some(client.id),
            before: None,
            after: Some(json!({ "handover": id, "from": from.0, "to": to.0, "note": note.as_str() })),
            reason: None,
        })
        .await?;
        if let Some(waiting) = handover::waiting(crm, client.id).await? {
            tell_of_offer(crm, &client, &waiting).await?;
        }
        Ok(id)
    })
    .await
}

/// Demands the right to hand over one's own clients, or those of any user.
pub(super) async fn require_right(crm: &mut Crm<'_>) -> Result<StaffId> {
    match crm.may(Permission::StaffManage) {
        true => crm.require(Permission::StaffManage).await,
        false => crm.require(Permission::ClientTake).await,
    }
}

/// The owner of the client, who hands it over. Demands the right to do so in their place.
pub(super) async fn previous_owner_of(crm: &mut Crm<'_>, client: i64) -> Result<StaffId> {
    let me = require_right(crm).await?;
    let row = sqlx::query!(
        "select manager.id, manager.full_name, client.taken_at
               from client join staff_user manager on manager.id = client.responsible_id
              where client.id = $1 and client.voided_at is null and client.merged_into is null",
        client
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    match row {
        None if clients::lock_live(crm, client).await?.responsible.is_none() => Err(Refusal::Untaken.into()),
        None => Err(Refusal::Changed.into()),
        Some(row) if row.id != me.0 && !crm.may(Permission::StaffManage) => {
            Err(Refusal::TakenBy { by: row.full_name, at: row.taken_at.unwrap_or(crm.now) }.into())
        }
        Some(row) => Ok(StaffId(row.id)),
    }
}

/// Notifies the assignee, and the client's owner when another user offers the client.
pub(super) async fn tell_of_offer(crm: &mut Crm<'_>, client: &Locked, offer: &Handover) -> Result<(), SystemError> {
    let masked = clients::lines(crm, &[client.id]).await?.pop().map(|line| line.masked).unwrap_or_default();
    let by = crm.actor.staff().map(|staff| (staff.id, staff.full_name.clone()));
    let notice = Notice::Offered {
        handover: offer.id,
        client: client.id,
        who: client.who.clone(),
        phone: masked,
        from: offer.from.1.clone(),
        note: offer.note.clone(),
    };
    crm.notify(Audience::One(offer.to.0), notice);
    if let Some((id, name)) = by
        && id != offer.from.0
        && id != offer.to.0
    {
        let notice =
            Notice::OfferedForYou { client: client.id, who: client.who.clone(), to: offer.to.1.clone(), by: name };
        crm.notify(Audience::One(offer.from.0), notice);
    }
    Ok(())
}
