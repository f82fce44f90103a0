//! Undoing what was done with services and ads: their entry, their details, their archiving.

use super::Kind;
use super::log::Write;
use crate::crm::{AdDraft, Crm, Refusal, Result, ServiceDraft};

impl Crm<'_> {
    pub(super) async fn reverse_service(&mut self, kind: Kind, id: i64, write: &Write) -> Result<()> {
        match kind {
            Kind::Service => self.void_service(id).await,
            Kind::ServiceArchive => self.put_service_archived(id, write.action == "restore").await,
            _ => {
                let before: ServiceDraft = write.before()?.ok_or(Refusal::Gone)?;
                self.put_service(id, &before, write.by.0).await
            }
        }
    }

    /// A service goes as long as nothing advertises or sells it.
    async fn void_service(&mut self, id: i64) -> Result<()> {
        let done = sqlx::query!(
            "update service set archived_at = coalesce(archived_at, $2), voided_at = $2, version = version + 1
              where id = $1
                and not exists (select from ad where service_id = $1 and voided_at is null)
                and not exists (select from contract where service_id = $1)",
            id,
            self.now
        )
        .execute(&mut *self.connection)
        .await?;
        if done.rows_affected() == 0 { Err(Refusal::HasDependents.into()) } else { Ok(()) }
    }

    pub(super) async fn reverse_ad(&mut self, kind: Kind, id: i64, write: &Write) -> Result<()> {
        match kind {
            Kind::Ad => self.void_ad(id).await,
            Kind::AdFinish => self.put_ad_finished(id, write.action == "restart").await,
            _ => {
                let before: AdDraft = write.before()?.ok_or(Refusal::Gone)?;
                self.put_ad(id, &before, write.by.0).await
            }
        }
    }

    /// An ad goes as long as nobody has come by it.
    async fn void_ad(&mut self, id: i64) -> Result<()> {
        let done = sqlx::query!(
            "update ad set archived_at = coalesce(archived_at, $2), voided_at = $2, version = version + 1
              where id = $1 and not exists (select from touch where ad_id = $1)",
            id,
            self.now
        )
        .execute(&mut *self.connection)
        .await?;
        if done.rows_affected() == 0 { Err(Refusal::HasDependents.into()) } else { Ok(()) }
    }
}
