//! Offering a client to a colleague.

use serde_json::json;

use crate::crm::audit::Event;
use crate::crm::clients::Locked;
use crate::crm::{Audience, ClientLine, Crm, Handover, Notice, Refusal, Result, StaffId};
use crate::domain::{Permission, Remark};
use crate::error::SystemError;

impl Crm<'_> {
    /// A client whom the actor may offer now.
    ///
    /// # Errors
    /// As [`Crm::offer_client`] before anybody is chosen.
    pub async fn client_to_hand_over(&mut self, client: i64) -> Result<ClientLine> {
        self.require_handover_right().await?;
        let client = self.lock_live_client(client).await?;
        self.previous_owner_of(client.id).await?;
        if let Some(waiting) = self.waiting_handover(client.id).await? {
            return Err(Refusal::HandoverWaits { to: waiting.to.1 }.into());
        }
        Ok(self.client_lines(&[client.id]).await?.pop().ok_or(Refusal::Gone)?)
    }

    /// Offers a client to a colleague, who is told and answers. His responsible manager may, and whoever manages people.
    ///
    /// # Errors
    /// `Denied`; `Gone`; `Untaken` for a client nobody has; `TakenBy` when another has him; `HandoverWaits` while one waits;
    /// `NoTaker` for somebody who may not take clients.
    pub async fn offer_client(&mut self, client: i64, to: StaffId, note: &Remark) -> Result<i64> {
        self.require_handover_right().await?;
        self.mark().await?;
        let done = self.offer(client, to, note).await;
        self.settle(done).await
    }

    async fn offer(&mut self, client: i64, to: StaffId, note: &Remark) -> Result<i64> {
        let by = self.require_handover_right().await?;
        let client = self.lock_live_client(client).await?;
        let from = self.previous_owner_of(client.id).await?;
        if let Some(waiting) = self.waiting_handover(client.id).await? {
            return Err(Refusal::HandoverWaits { to: waiting.to.1 }.into());
        }
        self.assignee(client.id, to).await?;
        let id = sqlx::query_scalar!(
            "insert into client_handover (client_id, from_id, to_id, note, created_at, created_by)
             values ($1, $2, $3, $4, $5, $6) returning id",
            client.id,
            from.0,
            to.0,
            note.as_str(),
            self.now,
            by.0
        )
        .fetch_one(&mut *self.connection)
        .await?;
        self.audit(Event {
            action: "offer",
            entity: "client",
            entity_id: Some(client.id),
            before: None,
            after: Some(json!({ "handover": id, "from": from.0, "to": to.0, "note": note.as_str() })),
            reason: None,
        })
        .await?;
        if let Some(waiting) = self.waiting_handover(client.id).await? {
            self.tell_of_offer(&client, &waiting).await?;
        }
        Ok(id)
    }

    /// Demands the right to hand over clients of one's own, or anybody's.
    pub(super) async fn require_handover_right(&mut self) -> Result<StaffId> {
        match self.may(Permission::StaffManage) {
            true => self.require(Permission::StaffManage).await,
            false => self.require(Permission::ClientTake).await,
        }
    }

    /// Who gives the client: the one who has him. Demands the right to do so in his place.
    pub(super) async fn previous_owner_of(&mut self, client: i64) -> Result<StaffId> {
        let me = self.require_handover_right().await?;
        let row = sqlx::query!(
            "select manager.id, manager.full_name, client.taken_at
               from client join staff_user manager on manager.id = client.responsible_id
              where client.id = $1 and client.voided_at is null and client.merged_into is null",
            client
        )
        .fetch_optional(&mut *self.connection)
        .await?;
        match row {
            None if self.lock_live_client(client).await?.responsible.is_none() => Err(Refusal::Untaken.into()),
            None => Err(Refusal::Changed.into()),
            Some(row) if row.id != me.0 && !self.may(Permission::StaffManage) => {
                Err(Refusal::TakenBy { by: row.full_name, at: row.taken_at.unwrap_or(self.now) }.into())
            }
            Some(row) => Ok(StaffId(row.id)),
        }
    }

    /// The one who is asked hears it; so does the one whose client it is, when another offers him.
    pub(super) async fn tell_of_offer(&mut self, client: &Locked, offer: &Handover) -> Result<(), SystemError> {
        let masked = self.client_lines(&[client.id]).await?.pop().map(|line| line.masked).unwrap_or_default();
        let by = self.actor.staff().map(|staff| (staff.id, staff.full_name.clone()));
        let notice = Notice::Offered {
            handover: offer.id,
            client: client.id,
            who: client.who.clone(),
            phone: masked,
            from: offer.from.1.clone(),
            note: offer.note.clone(),
        };
        self.notify(Audience::One(offer.to.0), notice);
        if let Some((id, name)) = by
            && id != offer.from.0
            && id != offer.to.0
        {
            let notice =
                Notice::OfferedForYou { client: client.id, who: client.who.clone(), to: offer.to.1.clone(), by: name };
            self.notify(Audience::One(offer.from.0), notice);
        }
        Ok(())
    }
}
