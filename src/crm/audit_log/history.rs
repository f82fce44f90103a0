//! The history of one contract, for users who may see it whole.

use super::{AuditCard, card};
use crate::crm::{Crm, DocumentLine, Rest, Result};
use crate::domain::Permission;

/// How many files of a contract are offered again.
const FILES: i64 = 8;

/// What happened to a contract before the event of id `before`, the newest first, and how many events there are from
/// there on.
///
/// # Errors
/// [`Refusal::Denied`](crate::crm::Refusal::Denied) without the right to see contracts.
pub async fn contract_history(
    crm: &mut Crm<'_>,
    contract: i64,
    before: Option<i64>,
    limit: i64,
) -> Result<Rest<AuditCard>> {
    crm.require(Permission::ContractView).await?;
    let hits = sqlx::query!(
        r#"select id, count(*) over () as "rest!" from audit_event
                where entity = 'contract' and entity_id = $1 and ($2::bigint is null or id < $2)
                order by id desc limit $3"#,
        contract,
        before,
        limit
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let mut cards = Vec::with_capacity(hits.len());
    for hit in &hits {
        cards.extend(card::card(crm, hit.id).await?);
    }
    Ok(Rest { rows: cards, rest: hits.first().map_or(0, |hit| hit.rest) })
}

/// Every file that a contract has or had, the latest first: what was replaced stays.
///
/// # Errors
/// [`Refusal::Denied`](crate::crm::Refusal::Denied) without the right to see contracts.
pub async fn contract_files(crm: &mut Crm<'_>, contract: i64) -> Result<Vec<DocumentLine>> {
    crm.require(Permission::ContractView).await?;
    let files = sqlx::query_as!(
        DocumentLine,
        "select id, file_name as name from document
              where id in (select (side ->> 'document')::bigint
                             from audit_event, lateral (values (before), (after)) sides (side)
                            where entity = 'contract' and entity_id = $1)
              order by id desc limit $2",
        contract,
        FILES
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok(files)
}
