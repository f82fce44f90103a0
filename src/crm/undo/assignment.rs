//! Who has a client: a take that was a slip, a hand-over offered or answered by mistake.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::Kind;
use super::log::Write;
use crate::crm::notice::{PendingAction, Resolution};
use crate::crm::{Crm, Refusal, Result, StaffId};
use crate::domain::Permission;

/// What the log keeps of a hand-over; the last three only of one that was accepted.
#[derive(Deserialize)]
struct Handed {
    handover: i64,
    responsible: Option<i64>,
    taken_at: Option<DateTime<Utc>>,
    next_step: Option<i64>,
}

impl Crm<'_> {
    pub(super) async fn reverse_hands(&mut self, kind: Kind, client: i64, write: &Write) -> Result<()> {
        match kind {
            Kind::Take => self.undo_take(client).await,
            Kind::Offer => self.undo_offer(client, write.after()?).await,
            _ => self.undo_handover_end(client, write.before()?).await,
        }
    }

    /// The client is nobody's again. The notices of his coming stay closed; everybody is told anew that he waits.
    async fn undo_take(&mut self, client: i64) -> Result<()> {
        self.still_mine(client).await?;
        if self.waiting_handover(client).await?.is_some() {
            return Err(Refusal::HasDependents.into());
        }
        sqlx::query!(
            "update client set responsible_id = null, taken_at = null, version = version + 1 where id = $1",
            client
        )
        .execute(&mut *self.connection)
        .await?;
        self.tell_of_free_again(client).await
    }

    async fn undo_offer(&mut self, client: i64, after: Option<Handed>) -> Result<()> {
        let after = after.ok_or(Refusal::Gone)?;
        let waiting = self.waiting_handover(client).await?.filter(|waiting| waiting.id == after.handover);
        waiting.ok_or(Refusal::HasDependents)?;
        let me = self.actor.staff().map_or(StaffId::SYSTEM, |staff| staff.id);
        Ok(self.withdraw_waiting(client, me).await?)
    }

    /// The hand-over waits again; a client who had come along goes back with his next step.
    async fn undo_handover_end(&mut self, client: i64, before: Option<Handed>) -> Result<()> {
        let before = before.ok_or(Refusal::Gone)?;
        if let Some(previous_owner) = before.responsible.map(StaffId) {
            let me = self.still_mine(client).await?;
            if !self.takes_clients(previous_owner).await? {
                return Err(Refusal::HasDependents.into());
            }
            sqlx::query!(
                "update client set responsible_id = $2, taken_at = $3, version = version + 1 where id = $1",
                client,
                previous_owner.0,
                before.taken_at
            )
            .execute(&mut *self.connection)
            .await?;
            if let Some(step) = before.next_step {
                self.pass_follow_up(client, me, previous_owner, Some(step)).await?;
            }
        }
        self.reopen_handover(before.handover).await
    }

    /// The actor, if he has the client and has signed nothing since he got him.
    async fn still_mine(&mut self, client: i64) -> Result<StaffId> {
        let me = self.require(Permission::ClientTake).await?;
        let mine = sqlx::query_scalar!(
            r#"select (c.responsible_id = $2 and not exists (
                        select from contract k where k.client_id = c.id and k.created_at >= c.taken_at and k.voided_at is null
                      )) is true as "mine!"
                 from client c where c.id = $1"#,
            client,
            me.0
        )
        .fetch_one(&mut *self.connection)
        .await?;
        if mine { Ok(me) } else { Err(Refusal::HasDependents.into()) }
    }

    /// A lead that is taken, undone or gone into another card offers nothing any more.
    pub(in crate::crm) fn close_lead(&mut self, client: i64, resolution: Resolution) {
        self.resolve_notices(PendingAction::Take(client), resolution);
    }
}
