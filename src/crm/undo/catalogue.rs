//! Undoing what was done with services and ads: their entry, their details, their archiving.

use super::Kind;
use super::log::Write;
use crate::crm::{AdDraft, AuditAction, Crm, Refusal, Result, ServiceDraft, ads, services};

pub(super) async fn reverse_service(crm: &mut Crm<'_>, kind: Kind, id: i64, write: &Write) -> Result<()> {
    match kind {
        Kind::Service => void_service(crm, id).await,
        Kind::ServiceArchive => {
            services::put_archived(crm, id, write.known() == Some(AuditAction::ServiceRestore)).await
        }
        _ => {
            let before: ServiceDraft = write.before()?.ok_or(Refusal::Gone)?;
            services::put(crm, id, &before, write.by.0).await
        }
    }
}

/// A service goes as long as nothing advertises or sells it.
async fn void_service(crm: &mut Crm<'_>, id: i64) -> Result<()> {
    let done = sqlx::query!(
        "update service set archived_at = coalesce(archived_at, $2), voided_at = $2, version = version + 1
              where id = $1
                and not exists (select from ad where service_id = $1 and voided_at is null)
                and not exists (select from contract where service_id = $1)",
        id,
        crm.now
    )
    .execute(&mut *crm.connection)
    .await?;
    if done.rows_affected() == 0 { Err(Refusal::HasDependents.into()) } else { Ok(()) }
}

pub(super) async fn reverse_ad(crm: &mut Crm<'_>, kind: Kind, id: i64, write: &Write) -> Result<()> {
    match kind {
        Kind::Ad => void_ad(crm, id).await,
        Kind::AdFinish => ads::put_finished(crm, id, write.known() == Some(AuditAction::AdRestart)).await,
        _ => {
            let before: AdDraft = write.before()?.ok_or(Refusal::Gone)?;
            ads::put(crm, id, &before, write.by.0).await
        }
    }
}

/// An ad goes as long as no client has come by it.
async fn void_ad(crm: &mut Crm<'_>, id: i64) -> Result<()> {
    let done = sqlx::query!(
        "update ad set archived_at = coalesce(archived_at, $2), voided_at = $2, version = version + 1
              where id = $1 and not exists (select from touch where ad_id = $1)",
        id,
        crm.now
    )
    .execute(&mut *crm.connection)
    .await?;
    if done.rows_affected() == 0 { Err(Refusal::HasDependents.into()) } else { Ok(()) }
}
