//! The manual mark of a lost client (X12–X14).

use serde_json::json;

use crate::crm::audit::Event;
use crate::crm::notice::Resolution;
use crate::crm::{Crm, Refusal, Result};
use crate::domain::{ClientState, Permission, Reason};

impl Crm<'_> {
    /// Marks a client lost.
    ///
    /// # Errors
    /// `Denied`; `Gone`; `HasLiveContracts` for an ACTIVE client (X12); `AlreadyDone` for one who is lost already.
    pub async fn mark_lost(&mut self, client: i64, reason: &Reason) -> Result<()> {
        self.require(Permission::ClientLose).await?;
        let client = self.lock_live_client(client).await?;
        if client.state == ClientState::Active {
            let live = self.contract_lines(client.id, true).await?;
            return Err(Refusal::HasLiveContracts(live.map(|(_, lines)| lines).unwrap_or_default()).into());
        }
        let lost = sqlx::query!("select lost_at, lost_reason from client where id = $1", client.id)
            .fetch_one(&mut *self.connection)
            .await?;
        if lost.lost_at.is_some() && client.state == ClientState::Inactive {
            return Err(self.already(client.id, "lose").await?.into());
        }
        sqlx::query!(
            "update client set lost_at = $2, lost_reason = $3, version = version + 1 where id = $1",
            client.id,
            self.now,
            reason.as_str()
        )
        .execute(&mut *self.connection)
        .await?;
        self.refresh_client(client.id).await?;
        self.close_lead(client.id, Resolution::Over { who: client.who });
        self.audit(Event {
            action: "lose",
            entity: "client",
            entity_id: Some(client.id),
            before: Some(json!({ "lost_at": lost.lost_at, "lost_reason": lost.lost_reason })),
            after: Some(json!({ "lost_at": self.now })),
            reason: Some(reason.as_str()),
        })
        .await?;
        Ok(())
    }

    /// Takes the mark away, so that the client waits for an answer again (X14). When nobody has him, everybody is told anew.
    ///
    /// # Errors
    /// `Denied`; `Gone` for one who is not marked; `NeedsTouch` when nothing he came by is unanswered: a new touch brings him back.
    pub async fn bring_back(&mut self, client: i64) -> Result<()> {
        self.require(Permission::ClientLose).await?;
        self.mark().await?;
        let done = self.unlose(client).await;
        self.settle(done).await
    }

    async fn unlose(&mut self, client: i64) -> Result<()> {
        let client = self.lock_live_client(client).await?;
        let before =
            sqlx::query!("select lost_at, lost_reason from client where id = $1 and lost_at is not null", client.id)
                .fetch_optional(&mut *self.connection)
                .await?
                .ok_or(Refusal::Gone)?;
        sqlx::query!(
            "update client set lost_at = null, lost_reason = null, version = version + 1 where id = $1",
            client.id
        )
        .execute(&mut *self.connection)
        .await?;
        self.refresh_client(client.id).await?;
        if self.lock_live_client(client.id).await?.state == ClientState::Inactive {
            return Err(Refusal::NeedsTouch.into());
        }
        self.audit(Event {
            action: "bring_back",
            entity: "client",
            entity_id: Some(client.id),
            before: Some(json!({ "lost_at": before.lost_at, "lost_reason": before.lost_reason })),
            after: None,
            reason: None,
        })
        .await?;
        self.tell_of_free_again(client.id).await
    }

    /// Who has done it already, and when: what a late tap is told.
    pub(in crate::crm) async fn already(&mut self, client: i64, action: &str) -> Result<Refusal> {
        let done = sqlx::query!(
            "select event.at, who.full_name from audit_event event join staff_user who on who.id = event.actor_id
              where event.entity = 'client' and event.entity_id = $1 and event.action = $2 order by event.id desc limit 1",
            client,
            action
        )
        .fetch_optional(&mut *self.connection)
        .await?;
        Ok(done.map_or(Refusal::Changed, |done| Refusal::AlreadyDone { by: done.full_name, at: done.at }))
    }
}
