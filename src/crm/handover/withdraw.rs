//! Taking a hand-over back before it is answered, and setting an ended one waiting again by an undo.

use serde_json::json;

use crate::crm::audit::Event;
use crate::crm::notice::{PendingAction, Resolution};
use crate::crm::{Audience, Crm, Handover, HandoverEnd, Notice, Refusal, Result, StaffId};
use crate::domain::Permission;
use crate::error::SystemError;

impl Crm<'_> {
    /// Takes the waiting hand-over of a client back: the giver may, and whoever manages people.
    ///
    /// # Errors
    /// `Denied`; `Gone` for a forged id; `HandoverEnded` when it waits no more.
    pub async fn withdraw_handover(&mut self, id: i64) -> Result<i64> {
        self.require_handover_right().await?;
        self.mark().await?;
        let done = self.withdraw(id).await;
        self.settle(done).await
    }

    async fn withdraw(&mut self, id: i64) -> Result<i64> {
        let manages = self.may(Permission::StaffManage);
        let me = self.require_handover_right().await?;
        let own = sqlx::query_scalar!(
            r#"select exists (select from client_handover where id = $1 and ($3 or from_id = $2)) as "own!""#,
            id,
            me.0,
            manages
        )
        .fetch_one(&mut *self.connection)
        .await?;
        if !own {
            return Err(Refusal::Gone.into());
        }
        let offer = self.lock_handover(id).await?;
        match self.end_offer(&offer, me).await? {
            true => Ok(offer.client),
            false => Err(self.how_it_ended(id).await?.into()),
        }
    }

    /// Ends the waiting hand-over of a client whose way has become another one, if there is one.
    pub(in crate::crm) async fn withdraw_waiting(&mut self, client: i64, by: StaffId) -> Result<(), SystemError> {
        if let Some(offer) = self.waiting_handover(client).await? {
            self.end_offer(&offer, by).await?;
        }
        Ok(())
    }

    /// The same for many clients at once.
    pub(super) async fn withdraw_all_waiting(&mut self, clients: &[i64], by: StaffId) -> Result<(), SystemError> {
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
            self.now,
            by.0
        )
        .fetch_all(&mut *self.connection)
        .await?;
        let by = self.actor.staff().map(|staff| staff.full_name.clone()).unwrap_or_default();
        for line in self.client_lines(&ended).await? {
            let how = HandoverEnd::Withdrawn;
            let resolution = Resolution::HandoverEnded { who: line.who, how, by: by.clone(), at: self.now };
            self.resolve_notices(PendingAction::Handover(line.id), resolution);
        }
        Ok(())
    }

    /// Ends what waits for somebody who cannot answer any more: the clients stay with their givers, who are told. What is
    /// answered at this moment is left as it is answered.
    pub(in crate::crm) async fn return_offers_to(&mut self, staff: StaffId) -> Result<(), SystemError> {
        let by = self.actor.staff().map_or(StaffId::SYSTEM, |staff| staff.id);
        let clients = sqlx::query_scalar!(
            "select client_id from client_handover
              where to_id = $1 and accepted_at is null and declined_at is null and withdrawn_at is null order by client_id",
            staff.0
        )
        .fetch_all(&mut *self.connection)
        .await?;
        for client in clients {
            let Some(offer) = self.waiting_handover(client).await? else { continue };
            if !self.end_offer(&offer, by).await? {
                continue;
            }
            let who = self.client_lines(&[client]).await?.pop().map(|line| line.who).unwrap_or_default();
            let notice = Notice::OfferReturned { client, who, to: offer.to.1.clone() };
            self.notify(Audience::One(offer.from.0), notice);
        }
        Ok(())
    }

    /// Tells whether it still waited: who reads it without a lock on its client can be late.
    async fn end_offer(&mut self, offer: &Handover, by: StaffId) -> Result<bool, SystemError> {
        let done = sqlx::query!(
            "update client_handover set withdrawn_at = $2, withdrawn_by = $3
              where id = $1 and num_nonnulls(accepted_at, declined_at, withdrawn_at) = 0",
            offer.id,
            self.now,
            by.0
        )
        .execute(&mut *self.connection)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        self.audit(Event {
            action: "withdraw",
            entity: "client",
            entity_id: Some(offer.client),
            before: Some(json!({ "handover": offer.id, "from": offer.from.0, "to": offer.to.0 })),
            after: None,
            reason: None,
        })
        .await?;
        let by = self.actor.staff().map(|staff| staff.full_name.clone()).unwrap_or_default();
        let who = self.client_lines(&[offer.client]).await?.pop().map(|line| line.who).unwrap_or_default();
        let resolution = Resolution::HandoverEnded { who, how: HandoverEnd::Withdrawn, by, at: self.now };
        self.resolve_notices(PendingAction::Handover(offer.client), resolution);
        Ok(true)
    }

    /// An ended hand-over waits again: its answer or its withdrawal is undone. Both sides hear it. It does not come to wait
    /// for somebody who cannot answer.
    pub(in crate::crm) async fn reopen_handover(&mut self, id: i64) -> Result<()> {
        let row = sqlx::query!("select client_id, from_id, to_id from client_handover where id = $1", id)
            .fetch_one(&mut *self.connection)
            .await?;
        let client = self.lock_live_client(row.client_id).await?;
        let same = client.responsible.map(|id| id.0) == row.from_id;
        let able = self.takes_clients(StaffId(row.to_id)).await?;
        if !same || !able || self.waiting_handover(client.id).await?.is_some() {
            return Err(Refusal::HasDependents.into());
        }
        sqlx::query!(
            "update client_handover set accepted_at = null, declined_at = null, decline_reason = null,
                                        withdrawn_at = null, withdrawn_by = null where id = $1",
            id
        )
        .execute(&mut *self.connection)
        .await?;
        let Some(offer) = self.waiting_handover(client.id).await? else { return Err(Refusal::Changed.into()) };
        let me = self.actor.staff().map(|staff| staff.id);
        if me == Some(offer.to.0) {
            let notice = Notice::AnswerUndone { client: client.id, who: client.who.clone(), to: offer.to.1.clone() };
            self.notify(Audience::One(offer.from.0), notice);
        }
        self.tell_of_offer(&client, &offer).await?;
        Ok(())
    }
}
