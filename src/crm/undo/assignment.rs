//! Undoing assignments: a client taken by mistake, a handover offered or answered by mistake.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::Kind;
use super::log::Write;
use crate::crm::notice::{PendingAction, Resolution};
use crate::crm::{Crm, Refusal, Result, StaffId, clients, handover};
use crate::domain::Permission;

/// What the log keeps of a handover; the last three only of one that was accepted.
#[derive(Deserialize)]
struct Handed {
    handover: i64,
    responsible: Option<i64>,
    taken_at: Option<DateTime<Utc>>,
    next_step: Option<i64>,
}

pub(super) async fn reverse_assignment(crm: &mut Crm<'_>, kind: Kind, client: i64, write: &Write) -> Result<()> {
    match kind {
        Kind::Take => undo_take(crm, client).await,
        Kind::Offer => undo_offer(crm, client, write.after()?).await,
        _ => undo_handover_end(crm, client, write.before()?).await,
    }
}

/// Unassigns the client. The notices of the client's arrival stay closed; a new notice says that the client waits.
async fn undo_take(crm: &mut Crm<'_>, client: i64) -> Result<()> {
    still_mine(crm, client).await?;
    if handover::waiting(crm, client).await?.is_some() {
        return Err(Refusal::HasDependents.into());
    }
    sqlx::query!(
        "update client set responsible_id = null, taken_at = null, version = version + 1 where id = $1",
        client
    )
    .execute(&mut *crm.connection)
    .await?;
    clients::tell_of_free_again(crm, client).await
}

async fn undo_offer(crm: &mut Crm<'_>, client: i64, after: Option<Handed>) -> Result<()> {
    let after = after.ok_or(Refusal::Gone)?;
    let waiting = handover::waiting(crm, client).await?.filter(|waiting| waiting.id == after.handover);
    waiting.ok_or(Refusal::HasDependents)?;
    let me = crm.actor.staff().map_or(StaffId::SYSTEM, |staff| staff.id);
    Ok(handover::withdraw_waiting(crm, client, me).await?)
}

/// Reopens the handover; an accepted client goes back with the next step.
async fn undo_handover_end(crm: &mut Crm<'_>, client: i64, before: Option<Handed>) -> Result<()> {
    let before = before.ok_or(Refusal::Gone)?;
    if let Some(previous_owner) = before.responsible.map(StaffId) {
        let me = still_mine(crm, client).await?;
        if !handover::takes_clients(crm, previous_owner).await? {
            return Err(Refusal::HasDependents.into());
        }
        sqlx::query!(
            "update client set responsible_id = $2, taken_at = $3, version = version + 1 where id = $1",
            client,
            previous_owner.0,
            before.taken_at
        )
        .execute(&mut *crm.connection)
        .await?;
        if let Some(step) = before.next_step {
            handover::pass_follow_up(crm, client, me, previous_owner, Some(step)).await?;
        }
    }
    handover::reopen(crm, before.handover).await
}

/// The actor, if they own the client and have signed nothing since they got it.
async fn still_mine(crm: &mut Crm<'_>, client: i64) -> Result<StaffId> {
    let me = crm.require(Permission::ClientTake).await?;
    let mine = sqlx::query_scalar!(
            r#"select (c.responsible_id = $2 and not exists (
                        select from contract k where k.client_id = c.id and k.created_at >= c.taken_at and k.voided_at is null
                      )) is true as "mine!"
                 from client c where c.id = $1"#,
            client,
            me.0
        )
        .fetch_one(&mut *crm.connection)
        .await?;
    if mine { Ok(me) } else { Err(Refusal::HasDependents.into()) }
}

/// A lead that is taken, undone or gone into another card offers nothing any more.
pub(in crate::crm) fn close_lead(crm: &mut Crm<'_>, client: i64, resolution: Resolution) {
    crm.resolve_notices(PendingAction::Take(client), resolution);
}
