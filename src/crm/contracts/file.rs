//! A contract's file, brought after the contract itself (K14).

use super::change;
use serde_json::json;

use crate::crm::{AuditAction, Crm, DocumentLine, Result, contracts, documents};
use crate::domain::Permission;

/// Keeps a file for a live contract as it stood at `version`, in place of the one it had: that one stays in its history.
///
/// # Errors
/// [`Refusal::Document`](crate::crm::Refusal::Document) for what is no document by content,
/// [`Refusal::Changed`](crate::crm::Refusal::Changed), [`Refusal::ContractNotLive`](crate::crm::Refusal::ContractNotLive),
/// [`Refusal::Gone`](crate::crm::Refusal::Gone), [`Refusal::Denied`](crate::crm::Refusal::Denied).
pub async fn attach_document(
    crm: &mut Crm<'_>,
    id: i64,
    version: i32,
    telegram_file_id: &str,
    name: &str,
    bytes: &[u8],
) -> Result<DocumentLine> {
    crm.use_case(Permission::ContractEdit, async |crm, _| {
        let before = change::standing(crm, id, version).await?;
        change::require_for(crm, Permission::ContractEdit, before.status, false).await?;
        let document = documents::store(crm, telegram_file_id, name, bytes).await?;
        set_document(crm, id, Some(document.id)).await?;
        let (old, new) = (json!({ "document": before.document }), json!({ "document": document.id }));
        contracts::audit(crm, AuditAction::ContractAttach, id, Some(old), Some(new), None).await?;
        Ok(document)
    })
    .await
}

/// Puts a file that the contract has had back in its place (undo of an undo), with the checks of a new one.
pub(in crate::crm) async fn attach_again(crm: &mut Crm<'_>, id: i64, version: i32, document: i64) -> Result<()> {
    crm.use_case(Permission::ContractEdit, async |crm, _| {
        let before = change::standing(crm, id, version).await?;
        change::require_for(crm, Permission::ContractEdit, before.status, false).await?;
        set_document(crm, id, Some(document)).await?;
        let (old, new) = (json!({ "document": before.document }), json!({ "document": document }));
        Ok(contracts::audit(crm, AuditAction::ContractAttach, id, Some(old), Some(new), None).await?)
    })
    .await
}

pub(in crate::crm) async fn set_document(crm: &mut Crm<'_>, id: i64, document: Option<i64>) -> Result<()> {
    sqlx::query!("update contract set document_id = $2, version = version + 1 where id = $1", id, document)
        .execute(&mut *crm.connection)
        .await?;
    Ok(())
}
