//! The assignee's answer: accepted, the client and the open next step are theirs; declined, nothing moves.

use serde_json::json;

use crate::crm::audit::{AuditAction, Event};
use crate::crm::notice::{PendingAction, Resolution};
use crate::crm::{Audience, Crm, Handover, HandoverEnd, Notice, Refusal, Result, StaffId, clients, handover};
use crate::domain::{Permission, Reason};
use crate::error::SystemError;

/// Accepts a handover: the client and the previous owner's open next step are the actor's. Gives the client.
///
/// # Errors
/// `Denied`; `Gone` for a forged id and for another user's handover; `HandoverEnded` when it waits no more.
pub async fn accept(crm: &mut Crm<'_>, id: i64) -> Result<i64> {
    crm.use_case(Permission::ClientTake, async |crm, _| {
        let (me, offer) = asked(crm, id).await?;
        let before = sqlx::query!("select responsible_id, taken_at from client where id = $1", offer.client)
            .fetch_one(&mut *crm.connection)
            .await?;
        if before.responsible_id != Some(offer.from.0.0) {
            return Err(Refusal::Changed.into());
        }
        let done = sqlx::query!(
            "update client_handover set accepted_at = $2
              where id = $1 and num_nonnulls(accepted_at, declined_at, withdrawn_at) = 0",
            id,
            crm.now
        )
        .execute(&mut *crm.connection)
        .await?;
        // Blocking the assignee withdraws their waiting handovers without a lock on the client.
        if done.rows_affected() == 0 {
            return Err(handover::how_it_ended(crm, id).await?.into());
        }
        sqlx::query!(
            "update client set responsible_id = $2, taken_at = $3, version = version + 1 where id = $1",
            offer.client,
            me.0,
            crm.now
        )
        .execute(&mut *crm.connection)
        .await?;
        let follow_up = pass_follow_up(crm, offer.client, offer.from.0, me, None).await?;
        crm.audit(Event {
        action: AuditAction::ClientAccept,
        entity_id: Some(offer.client),
        before: Some(
            json!({ "responsible": offer.from.0, "taken_at": before.taken_at, "handover": id, "next_step": follow_up }),
        ),
        after: Some(json!({ "responsible": me.0 })),
        reason: None,
    })
    .await?;
        tell_of_answer(crm, &offer, HandoverEnd::Accepted, None).await?;
        Ok(offer.client)
    })
    .await
}

/// Declines a handover: the client stays with the previous owner, who is told why. Gives the client.
///
/// # Errors
/// As [`accept`].
pub async fn decline(crm: &mut Crm<'_>, id: i64, reason: Option<&Reason>) -> Result<i64> {
    crm.use_case(Permission::ClientTake, async |crm, _| {
        let (_, offer) = asked(crm, id).await?;
        let done = sqlx::query!(
            "update client_handover set declined_at = $2, decline_reason = $3
              where id = $1 and num_nonnulls(accepted_at, declined_at, withdrawn_at) = 0",
            id,
            crm.now,
            reason.map(Reason::as_str)
        )
        .execute(&mut *crm.connection)
        .await?;
        if done.rows_affected() == 0 {
            return Err(handover::how_it_ended(crm, id).await?.into());
        }
        crm.audit(Event {
            action: AuditAction::ClientDecline,
            entity_id: Some(offer.client),
            before: Some(json!({ "handover": id, "from": offer.from.0, "to": offer.to.0 })),
            after: None,
            reason: reason.map(Reason::as_str),
        })
        .await?;
        tell_of_answer(crm, &offer, HandoverEnd::Declined, reason).await?;
        Ok(offer.client)
    })
    .await
}

/// A handover that waits for the actor's own answer, and the client's name or masked phone.
///
/// # Errors
/// As [`accept`].
pub async fn offer_to_me(crm: &mut Crm<'_>, id: i64) -> Result<(Handover, String)> {
    let (_, offer) = asked(crm, id).await?;
    let who = clients::lines(crm, &[offer.client]).await?.pop().map(|line| line.who).unwrap_or_default();
    Ok((offer, who))
}

async fn asked(crm: &mut Crm<'_>, id: i64) -> Result<(StaffId, Handover)> {
    let me = crm.require(Permission::ClientTake).await?;
    let mine = sqlx::query_scalar!(
        r#"select exists (select from client_handover where id = $1 and to_id = $2) as "mine!""#,
        id,
        me.0
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    if !mine {
        return Err(Refusal::Gone.into());
    }
    Ok((me, handover::lock(crm, id).await?))
}

/// Moves the previous owner's open next step along, if it is `only` this one; another user's next step stays.
pub(in crate::crm) async fn pass_follow_up(
    crm: &mut Crm<'_>,
    client: i64,
    from: StaffId,
    to: StaffId,
    only: Option<i64>,
) -> Result<Option<i64>, SystemError> {
    let passed = sqlx::query_scalar!(
            "update follow_up set owner_id = $3, version = version + 1
              where client_id = $1 and owner_id = $2 and done_at is null and ($4::bigint is null or id = $4) returning id",
            client,
            from.0,
            to.0,
            only
        )
        .fetch_optional(&mut *crm.connection)
        .await?;
    if let Some(id) = passed {
        crm.audit(Event {
            action: AuditAction::FollowUpHandOver,
            entity_id: Some(id),
            before: Some(json!({ "owner": from.0 })),
            after: Some(json!({ "owner": to.0 })),
            reason: None,
        })
        .await?;
    }
    Ok(passed)
}

/// Notifies the previous owner of the answer, and the administrator who offered the client in their place.
async fn tell_of_answer(
    crm: &mut Crm<'_>,
    offer: &Handover,
    how: HandoverEnd,
    why: Option<&Reason>,
) -> Result<(), SystemError> {
    let who = clients::lines(crm, &[offer.client]).await?.pop().map(|line| line.who).unwrap_or_default();
    let resolution = Resolution::HandoverEnded { who: who.clone(), how, by: offer.to.1.clone(), at: crm.now };
    crm.resolve_notices(PendingAction::Handover(offer.client), resolution);
    let author = sqlx::query_scalar!("select created_by from client_handover where id = $1", offer.id)
        .fetch_one(&mut *crm.connection)
        .await?;
    let notice = Notice::Answered {
        client: offer.client,
        who,
        to: offer.to.1.clone(),
        accepted: how == HandoverEnd::Accepted,
        reason: why.map(|why| why.as_str().to_owned()),
    };
    crm.notify(Audience::One(offer.from.0), notice.clone());
    if StaffId(author) != offer.from.0 {
        crm.notify(Audience::One(StaffId(author)), notice);
    }
    Ok(())
}
