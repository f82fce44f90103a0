//! What marketers do with services.

use serde_json::{Value, json};

use super::{Service, ServiceDraft};
use crate::crm::audit::Event;
use crate::crm::{Crm, Deed, Fault, Refusal, StaffId};
use crate::domain::{Money, Permission};

impl Crm<'_> {
    /// Creates a service (P1, P2).
    ///
    /// # Errors
    /// [`Refusal::Taken`] when a live service has the title; [`Refusal::Denied`] without the right.
    pub async fn create_service(&mut self, draft: &ServiceDraft) -> Deed<i64> {
        let by = self.need(Permission::ServiceEdit).await?;
        self.mark().await?;
        let done = self.insert_service(draft, by).await;
        self.settle(done).await
    }

    async fn insert_service(&mut self, draft: &ServiceDraft, by: StaffId) -> Deed<i64> {
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
    pub async fn edit_service(&mut self, id: i64, version: i32, draft: &ServiceDraft) -> Deed<()> {
        let by = self.need(Permission::ServiceEdit).await?;
        self.mark().await?;
        let done = self.rewrite_service(id, version, draft, by).await;
        self.settle(done).await
    }

    async fn rewrite_service(&mut self, id: i64, version: i32, draft: &ServiceDraft, by: StaffId) -> Deed<()> {
        let before = self.service_row(id).await?;
        let changed = sqlx::query!(
            "update service set title = $3, description = $4, price = $5, version = version + 1
              where id = $1 and version = $2",
            id,
            version,
            draft.title.as_str(),
            draft.description.as_str(),
            draft.price.decimal()
        )
        .execute(&mut *self.connection)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(Refusal::Changed.into());
        }
        if before.price != Some(draft.price) {
            self.keep_price(id, draft.price, by).await?;
        }
        self.audit_service("edit", id, Some(as_json(&before)), Some(drafted(draft))).await?;
        Ok(())
    }

    /// Archives a service; its running ads stay as they are (P5).
    ///
    /// # Errors
    /// [`Refusal::Changed`] when it is archived already, [`Refusal::Gone`], [`Refusal::Denied`].
    pub async fn archive_service(&mut self, id: i64) -> Deed<()> {
        self.need(Permission::ServiceEdit).await?;
        self.service_row(id).await?;
        let changed = sqlx::query!(
            "update service set archived_at = $2, version = version + 1 where id = $1 and archived_at is null",
            id,
            self.now
        )
        .execute(&mut *self.connection)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(Refusal::Changed.into());
        }
        self.audit_service("archive", id, None, None).await?;
        Ok(())
    }

    /// Brings an archived service back (E3).
    ///
    /// # Errors
    /// [`Refusal::Taken`] when a live service has its title now, [`Refusal::Changed`] when it is not archived,
    /// [`Refusal::Gone`], [`Refusal::Denied`].
    pub async fn restore_service(&mut self, id: i64) -> Deed<()> {
        self.need(Permission::ServiceEdit).await?;
        self.mark().await?;
        let done = self.unarchive_service(id).await;
        self.settle(done).await
    }

    async fn unarchive_service(&mut self, id: i64) -> Deed<()> {
        self.service_row(id).await?;
        let changed = sqlx::query!(
            "update service set archived_at = null, version = version + 1 where id = $1 and archived_at is not null",
            id
        )
        .execute(&mut *self.connection)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(Refusal::Changed.into());
        }
        self.audit_service("restore", id, None, None).await?;
        Ok(())
    }

    /// Demands that a service can be chosen, and holds it so until the end of the turn (P3).
    pub(in crate::crm) async fn hold_live_service(&mut self, id: i64) -> Deed<()> {
        let archived_at = sqlx::query_scalar!("select archived_at from service where id = $1 for share", id)
            .fetch_optional(&mut *self.connection)
            .await?
            .ok_or(Refusal::Gone)?;
        match archived_at {
            Some(_) => Err(Refusal::ServiceArchived.into()),
            None => Ok(()),
        }
    }

    async fn keep_price(&mut self, id: i64, price: Money, by: StaffId) -> Result<(), Fault> {
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
    ) -> Result<(), Fault> {
        self.audit(Event { action, entity: "service", entity_id: Some(id), before, after, reason: None }).await
    }
}

fn as_json(service: &Service) -> Value {
    json!({ "title": service.title, "description": service.description, "price": service.price })
}

fn drafted(draft: &ServiceDraft) -> Value {
    json!({ "title": draft.title, "description": draft.description, "price": draft.price })
}
