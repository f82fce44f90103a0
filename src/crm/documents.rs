//! Files: their bytes are kept in the database, so that backups and replicas have them (K14).

use sha2::{Digest, Sha256};

use super::{Crm, Refusal, Result, StaffId};
use crate::domain::{DocumentError, DocumentKind, Permission, document::MAX_BYTES};

/// A file as it stands on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLine {
    pub id: i64,
    pub name: String,
}

/// The rights of which one is needed to keep files: those of writing contracts.
const KEEPERS: [Permission; 3] = [Permission::ContractAdd, Permission::ContractEdit, Permission::ContractCorrect];

/// Whether a file of this size is worth fetching.
///
/// # Errors
/// [`Refusal::Document`] when it is not.
pub fn check_size(size: u64) -> Result<(), Refusal> {
    match usize::try_from(size) {
        Ok(size) if size <= MAX_BYTES => Ok(()),
        _ => Err(Refusal::Document(DocumentError::TooLarge)),
    }
}

/// Keeps a file whose content is of an allowed kind; it waits for its contract.
///
/// # Errors
/// [`Refusal::Document`]; [`Refusal::Denied`] without the right.
pub async fn store(crm: &mut Crm<'_>, telegram_file_id: &str, name: &str, bytes: &[u8]) -> Result<DocumentLine> {
    let keeper = KEEPERS.into_iter().find(|&right| crm.may(right)).unwrap_or(Permission::ContractAdd);
    let by = crm.require(keeper).await?;
    let kind = DocumentKind::of(bytes).map_err(Refusal::Document)?;
    let name = kind.name(name);
    let id = keep(crm, telegram_file_id, &name, kind.mime(), bytes, by).await?;
    Ok(DocumentLine { id, name })
}

/// Keeps a file's bytes; its kind and size were looked at.
pub(super) async fn keep(
    crm: &mut Crm<'_>,
    telegram_file_id: &str,
    name: &str,
    mime: &str,
    bytes: &[u8],
    by: StaffId,
) -> Result<i64> {
    let size = i32::try_from(bytes.len()).map_err(|_| Refusal::Document(DocumentError::TooLarge))?;
    Ok(sqlx::query_scalar!(
            "insert into document (telegram_file_id, file_name, mime, size, sha256, bytes, stored_at, created_at, created_by)
             values ($1, $2, $3, $4, $5, $6, $7, $7, $8) returning id",
            telegram_file_id,
            name,
            mime,
            size,
            Sha256::digest(bytes).to_vec(),
            bytes,
            crm.now,
            by.0
        )
        .fetch_one(&mut *crm.connection)
        .await?)
}

/// Demands a stored file that the actor has sent: a user cannot attach a file that they could not read.
pub(super) async fn require_own(crm: &mut Crm<'_>, id: i64) -> Result<()> {
    let own = sqlx::query_scalar!(
        r#"select exists (select from document where id = $1 and created_by = $2 and stored_at is not null) as "own!""#,
        id,
        crm.actor.staff().map(|staff| staff.id.0)
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    if own { Ok(()) } else { Err(Refusal::Gone.into()) }
}
