//! What marketers do with services.

use serde_json::{Value, json};

use super::{Service, ServiceDraft};
use crate::crm::audit::Event;
use crate::crm::{Crm, Refusal, Result, StaffId};
use crate::domain::{Money, Permission};
use crate::error::SystemError;

impl Crm<'_> {
    /// Creates a service (P1, P2).
    ///
    /// # Errors
    /// [`Refusal::Taken`] when a live service has the title; [`Refusal::Denied`] without the right.
    pub async fn create_service(&mut self, draft: &ServiceDraft) -> Result<i64> {
        let by = self.require(Permission::ServiceEdit).await?;
        self.mark().await?;
        let done = self.insert_service(draft, by).await;
        self.settle(done).await
    }

    async fn insert_service(&mut self, draft: &ServiceDraft, by: StaffId) -> Result<i64> {
        let id = sqlx::query_scalar!(
            "insert into service (title, description, price, created_at, created_by) values ($1, $2, $3, $4, $5)
             returning id",
            draft.title.as_str(),
            draft.description.as_str(),
            draft.price.decimal(),
            self.now,
            by.0
        )
        .fetch_one(&mut *self.connection)
        .await?;
        self.keep_price(id, draft.price, by).await?;
        self.audit_service("create", id, None, Some(drafted(draft))).await?;
        Ok(id)
    }

    /// Changes a service as it stood at `version` (E1).
    ///
    /// # Errors
    /// [`Refusal::Changed`] when somebody was quicker, [`Refusal::Taken`], [`Refusal::Gone`], [`Refusal::Denied`].
    pub async fn edit_service(&mut self, id: i64, version: i32, draft: &ServiceDraft) -> Result<()> {
        let by = self.require(Permission::ServiceEdit).await?;
        self.mark().await?;
        let done = self.rewrite_service(id, version, draft, by).await;
        self.settle(done).await
    }

    async fn rewrite_service(&mut self, id: i64, version: i32, draft: &ServiceDraft, by: StaffId) -> Result<()> {
        self.lock_service(id).await?;
        let before = self.service_row(id).await?;
        if before.version != version {
            return Err(Refusal::Changed.into());
        }
        self.put_service(id, draft, by).await?;
        self.audit_service("edit", id, Some(as_json(&before)), Some(drafted(draft))).await?;
        Ok(())
    }

    /// What is written of a service from now on, with its price in the history when it is another one.
    pub(in crate::crm) async fn put_service(&mut self, id: i64, draft: &ServiceDraft, by: StaffId) -> Result<()> {
        let before = self.service_row(id).await?.price;
        sqlx::query!(
            "update service set title = $2, description = $3, price = $4, version = version + 1 where id = $1",
            id,
            draft.title.as_str(),
            draft.description.as_str(),
            draft.price.decimal()
        )
        .execute(&mut *self.connection)
        .await?;
        if before != Some(draft.price) {
            self.keep_price(id, draft.price, by).await?;
        }
        Ok(())
    }

    /// Archives a service; its running ads stay as they are (P5).
    ///
    /// # Errors
    /// [`Refusal::Changed`] when it is archived already, [`Refusal::Gone`], [`Refusal::Denied`].
    pub async fn archive_service(&mut self, id: i64) -> Result<()> {
        self.require(Permission::ServiceEdit).await?;
        self.mark().await?;
        let done = self.switch_service(id, true).await;
        self.settle(done).await
    }

    /// Brings an archived service back (E3).
    ///
    /// # Errors
    /// [`Refusal::Taken`] when a live service has its title now, [`Refusal::Changed`] when it is not archived,
    /// [`Refusal::Gone`], [`Refusal::Denied`].
    pub async fn restore_service(&mut self, id: i64) -> Result<()> {
        self.require(Permission::ServiceEdit).await?;
        self.mark().await?;
        let done = self.switch_service(id, false).await;
        self.settle(done).await
    }

    async fn switch_service(&mut self, id: i64, archived: bool) -> Result<()> {
        self.lock_service(id).await?;
        if self.service_row(id).await?.archived_at.is_some() == archived {
            return Err(Refusal::Changed.into());
        }
        self.put_service_archived(id, archived).await?;
        let (before, after) = (json!({ "archived": !archived }), json!({ "archived": archived }));
        self.audit_service(if archived { "archive" } else { "restore" }, id, Some(before), Some(after)).await?;
        Ok(())
    }

    pub(in crate::crm) async fn put_service_archived(&mut self, id: i64, archived: bool) -> Result<()> {
        sqlx::query!(
            "update service set archived_at = case when $2 then $3::timestamptz end, version = version + 1 where id = $1",
            id,
            archived,
            self.now
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// Waits for whoever else is changing a service.
    ///
    /// # Errors
    /// [`Refusal::Gone`] for a forged id and for one whose entry was undone.
    pub(in crate::crm) async fn lock_service(&mut self, id: i64) -> Result<()> {
        let known = sqlx::query_scalar!("select id from service where id = $1 and voided_at is null for update", id)
            .fetch_optional(&mut *self.connection)
            .await?;
        known.ok_or(Refusal::Gone)?;
        Ok(())
    }

    /// Demands that a service can be chosen, and holds it so until the end of the turn (P3).
    pub(in crate::crm) async fn hold_live_service(&mut self, id: i64) -> Result<()> {
        let archived_at = sqlx::query_scalar!("select archived_at from service where id = $1 for share", id)
            .fetch_optional(&mut *self.connection)
            .await?
            .ok_or(Refusal::Gone)?;
        match archived_at {
            Some(_) => Err(Refusal::ServiceArchived.into()),
            None => Ok(()),
        }
    }

    async fn keep_price(&mut self, id: i64, price: Money, by: StaffId) -> Result<(), SystemError> {
        sqlx::query!(
            "insert into service_price (service_id, price, changed_at, changed_by) values ($1, $2, $3, $4)",
            id,
            price.decimal(),
            self.now,
            by.0
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    async fn audit_service(
        &mut self,
        action: &str,
        id: i64,
        before: Option<Value>,
        after: Option<Value>,
    ) -> Result<(), SystemError> {
        self.audit(Event { action, entity: "service", entity_id: Some(id), before, after, reason: None }).await
    }
}

fn as_json(service: &Service) -> Value {
    json!({ "title": service.title, "description": service.description, "price": service.price })
}

fn drafted(draft: &ServiceDraft) -> Value {
    json!({ "title": draft.title, "description": draft.description, "price": draft.price })
}
