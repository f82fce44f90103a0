//! The manual mark of a lost client (X12–X14).

use super::card;
use serde_json::json;

use crate::crm::audit::{AuditAction, Event};
use crate::crm::notice::Resolution;
use crate::crm::{Crm, Refusal, Result, client_state, clients, undo};
use crate::domain::{ClientState, Permission, Reason};

/// Marks a client lost.
///
/// # Errors
/// `Denied`; `Gone`; `HasLiveContracts` for an ACTIVE client (X12); `AlreadyDone` for a client who is lost already.
pub async fn mark_lost(crm: &mut Crm<'_>, client: i64, reason: &Reason) -> Result<()> {
    crm.require(Permission::ClientLose).await?;
    let client = clients::lock_live(crm, client).await?;
    if client.state == ClientState::Active {
        let live = card::contract_lines(crm, client.id, true).await?;
        return Err(Refusal::HasLiveContracts(live.map(|(_, lines)| lines).unwrap_or_default()).into());
    }
    let lost = sqlx::query!("select lost_at, lost_reason from client where id = $1", client.id)
        .fetch_one(&mut *crm.connection)
        .await?;
    if lost.lost_at.is_some() && client.state == ClientState::Inactive {
        return Err(already(crm, client.id, AuditAction::ClientLose).await?.into());
    }
    sqlx::query!(
        "update client set lost_at = $2, lost_reason = $3, version = version + 1 where id = $1",
        client.id,
        crm.now,
        reason.as_str()
    )
    .execute(&mut *crm.connection)
    .await?;
    client_state::refresh(crm, client.id).await?;
    undo::close_lead(crm, client.id, Resolution::Over { who: client.who });
    crm.audit(Event {
        action: AuditAction::ClientLose,
        entity_id: Some(client.id),
        before: Some(json!({ "lost_at": lost.lost_at, "lost_reason": lost.lost_reason })),
        after: Some(json!({ "lost_at": crm.now })),
        reason: Some(reason.as_str()),
    })
    .await?;
    Ok(())
}

/// Removes the mark, so that the client waits for an answer again (X14). Unless the client has an owner, all users who
/// may take clients are notified again.
///
/// # Errors
/// `Denied`; `Gone` for a forged id; `NeedsTouch` when no touch is unanswered, also for a client who is not marked: a new
/// touch brings the client back; `AlreadyDone` for one who waits for an answer.
pub async fn bring_back(crm: &mut Crm<'_>, client: i64) -> Result<()> {
    crm.use_case(Permission::ClientLose, async |crm, _| {
        let client = clients::lock_live(crm, client).await?;
        let before =
            sqlx::query!("select lost_at, lost_reason from client where id = $1 and lost_at is not null", client.id)
                .fetch_optional(&mut *crm.connection)
                .await?;
        let Some(before) = before else {
            return Err(match client.state {
                ClientState::Inactive => Refusal::NeedsTouch,
                _ => already(crm, client.id, AuditAction::ClientBringBack).await?,
            }
            .into());
        };
        sqlx::query!(
            "update client set lost_at = null, lost_reason = null, version = version + 1 where id = $1",
            client.id
        )
        .execute(&mut *crm.connection)
        .await?;
        client_state::refresh(crm, client.id).await?;
        if clients::lock_live(crm, client.id).await?.state == ClientState::Inactive {
            return Err(Refusal::NeedsTouch.into());
        }
        crm.audit(Event {
            action: AuditAction::ClientBringBack,
            entity_id: Some(client.id),
            before: Some(json!({ "lost_at": before.lost_at, "lost_reason": before.lost_reason })),
            after: None,
            reason: None,
        })
        .await?;
        clients::tell_of_free_again(crm, client.id).await
    })
    .await
}

/// The refusal of a late tap: the user who has done it already, and when.
async fn already(crm: &mut Crm<'_>, client: i64, action: AuditAction) -> Result<Refusal> {
    let done = sqlx::query!(
            "select event.at, who.full_name from audit_event event join staff_user who on who.id = event.actor_id
              where event.entity = 'client' and event.entity_id = $1 and event.action = $2 order by event.id desc limit 1",
            client,
            action.as_str()
        )
        .fetch_optional(&mut *crm.connection)
        .await?;
    Ok(done.map_or(Refusal::Changed, |done| Refusal::AlreadyDone { by: done.full_name, at: done.at }))
}
