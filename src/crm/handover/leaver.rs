//! When somebody leaves, all he answers for goes to a colleague: clients with their contracts, and next steps.

use serde_json::json;

use crate::crm::audit::Event;
use crate::crm::{Audience, Crm, Deed, Fault, Notice, Refusal, StaffId};
use crate::domain::Permission;

/// What somebody answers for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// Clients he has taken, and clients nobody has taken whose live contracts he confirmed.
    pub clients: usize,
    /// His open next steps.
    pub follow_ups: usize,
}

impl Crm<'_> {
    /// What would be handed over.
    ///
    /// # Errors
    /// [`Refusal::Denied`] without the right, [`Refusal::Gone`] for a forged id.
    pub async fn charge_of(&mut self, staff: StaffId) -> Deed<Charge> {
        self.need(Permission::StaffManage).await?;
        self.person(staff).await?.ok_or(Refusal::Gone)?;
        let clients = self.clients_of(staff).await?.len();
        let follow_ups = sqlx::query_scalar!(
            r#"select count(*) as "count!" from follow_up where owner_id = $1 and done_at is null"#,
            staff.0
        )
        .fetch_one(&mut *self.connection)
        .await?;
        Ok(Charge { clients, follow_ups: usize::try_from(follow_ups).unwrap_or_default() })
    }

    /// Colleagues who may take clients, after the one of id `after`: active, linked and not `from`.
    ///
    /// # Errors
    /// [`Refusal::Denied`] without the right.
    pub async fn successors(
        &mut self,
        from: StaffId,
        after: Option<i64>,
        limit: i64,
    ) -> Deed<(Vec<(StaffId, String)>, i64)> {
        self.need(Permission::StaffManage).await?;
        let rows = sqlx::query!(
            r#"select u.id, u.full_name, count(*) over () as "rest!" from staff_user u
                where u.id > 0 and u.id <> $1 and u.active and ($2::bigint is null or u.id > $2)
                  and exists (select from telegram_link where user_id = u.id and unlinked_at is null)
                  and (u.is_superuser or exists (
                       select from group_member m
                         join group_permission p on p.group_id = m.group_id and p.revoked_at is null
                        where m.user_id = u.id and m.removed_at is null and p.permission = $3))
                order by u.id limit $4"#,
            from.0,
            after,
            Permission::ClientTake.code(),
            limit
        )
        .fetch_all(&mut *self.connection)
        .await?;
        let rest = rows.first().map_or(0, |row| row.rest);
        Ok((rows.into_iter().map(|row| (StaffId(row.id), row.full_name)).collect(), rest))
    }

    /// Hands everything that somebody answers for to a colleague, who is told.
    ///
    /// # Errors
    /// [`Refusal::Denied`] without the right, [`Refusal::Gone`] for a forged id or somebody who may not take clients.
    pub async fn hand_over_all(&mut self, from: StaffId, to: StaffId) -> Deed<Charge> {
        let by = self.need(Permission::StaffManage).await?;
        self.mark().await?;
        let done = self.hand_over(from, to, by).await;
        self.settle(done).await
    }

    async fn hand_over(&mut self, from: StaffId, to: StaffId, by: StaffId) -> Deed<Charge> {
        let leaver = self.person(from).await?.ok_or(Refusal::Gone)?;
        if to == from || !self.takes_clients(to).await? {
            return Err(Refusal::Gone.into());
        }
        let clients = self.clients_of(from).await?;
        for &client in &clients {
            self.withdraw_waiting(client, by).await?;
            self.hand_client(client, from, to, by).await?;
            if let Some(line) = self.client_lines(&[client]).await?.pop() {
                self.close_taken(client, line.who, to).await?;
            }
        }
        self.return_offers_to(from).await?;
        let follow_ups = sqlx::query_scalar!(
            "update follow_up set owner_id = $2, version = version + 1 where owner_id = $1 and done_at is null returning id",
            from.0,
            to.0
        )
        .fetch_all(&mut *self.connection)
        .await?;
        for &follow_up in &follow_ups {
            self.audit(Event {
                action: "hand_over",
                entity: "follow_up",
                entity_id: Some(follow_up),
                before: Some(json!({ "owner": from.0 })),
                after: Some(json!({ "owner": to.0 })),
                reason: None,
            })
            .await?;
        }
        let charge = Charge { clients: clients.len(), follow_ups: follow_ups.len() };
        self.audit(Event {
            action: "hand_over",
            entity: "staff",
            entity_id: Some(from.0),
            before: None,
            after: Some(json!({ "to": to.0, "clients": charge.clients, "follow_ups": charge.follow_ups })),
            reason: None,
        })
        .await?;
        if charge.clients + charge.follow_ups > 0 {
            self.notify(Audience::One(to), Notice::HandedOver { from: leaver.full_name, charge });
        }
        Ok(charge)
    }

    async fn hand_client(&mut self, client: i64, from: StaffId, to: StaffId, by: StaffId) -> Result<(), Fault> {
        let before = sqlx::query_scalar!("select responsible_id from client where id = $1", client)
            .fetch_one(&mut *self.connection)
            .await?;
        sqlx::query!(
            "update client set responsible_id = $2, taken_at = $3, version = version + 1 where id = $1",
            client,
            to.0,
            self.now
        )
        .execute(&mut *self.connection)
        .await?;
        // Nobody is asked whether he accepts: the administrator has decided.
        sqlx::query!(
            "insert into client_handover (client_id, from_id, to_id, created_at, created_by, accepted_at)
             values ($1, $2, $3, $4, $5, $4)",
            client,
            from.0,
            to.0,
            self.now,
            by.0
        )
        .execute(&mut *self.connection)
        .await?;
        self.audit(Event {
            action: "hand_over",
            entity: "client",
            entity_id: Some(client),
            before: Some(json!({ "responsible": before })),
            after: Some(json!({ "responsible": to.0 })),
            reason: None,
        })
        .await
    }

    /// The clients somebody answers for, locked, in the order of their ids.
    async fn clients_of(&mut self, staff: StaffId) -> Result<Vec<i64>, Fault> {
        let today = self.today();
        let clients = sqlx::query_scalar!(
            "select id from client
              where voided_at is null and merged_into is null
                and (responsible_id = $1 or responsible_id is null and exists (
                     select from contract k
                      where k.client_id = client.id and k.confirmed_by = $1 and k.voided_at is null
                        and least(k.ends_on, k.terminated_on) >= $2))
              order by id for update",
            staff.0,
            today
        )
        .fetch_all(&mut *self.connection)
        .await?;
        Ok(clients)
    }
}
