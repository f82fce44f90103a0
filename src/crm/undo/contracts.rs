//! Undoing what was done with a contract: its entry, its terms, its end, its voiding, its touch, its file.

use chrono::NaiveDate;
use serde::Deserialize;

use super::log::Write;
use super::{Kind, UNDONE};
use crate::crm::{ContractEdit, Crm, Refusal, Result, client_state, contracts};

#[derive(Deserialize)]
struct End {
    ends_on: NaiveDate,
    terminated_on: Option<NaiveDate>,
    termination_reason: Option<String>,
}

#[derive(Deserialize)]
struct Void {
    void_reason: String,
}

#[derive(Deserialize)]
struct Origin {
    touch: i64,
}

#[derive(Deserialize)]
struct File {
    document: Option<i64>,
}

pub(super) async fn reverse_contract(crm: &mut Crm<'_>, kind: Kind, id: i64, write: &Write) -> Result<()> {
    let client = contracts::lock(crm, id).await?.client;
    match kind {
        Kind::Contract => void_again(crm, id, UNDONE).await?,
        Kind::ContractBack => {
            let void: Void = write.before()?.ok_or(Refusal::Gone)?;
            void_again(crm, id, &void.void_reason).await?;
        }
        Kind::ContractVoid => unvoid(crm, id, client).await?,
        Kind::ContractEnd => {
            let end: End = write.before()?.ok_or(Refusal::Gone)?;
            put_end(crm, id, &end).await?;
        }
        Kind::ContractFile => {
            let file: File = write.before()?.ok_or(Refusal::Gone)?;
            contracts::set_document(crm, id, file.document).await?;
        }
        Kind::ContractTouch => {
            let origin: Origin = write.before()?.ok_or(Refusal::Gone)?;
            contracts::hold_usable_touch(crm, origin.touch, client).await?;
            contracts::put_touch(crm, id, origin.touch).await?;
        }
        _ => {
            let terms: ContractEdit = write.before()?.ok_or(Refusal::Gone)?;
            contracts::put_terms(crm, id, &terms).await?;
        }
    }
    client_state::refresh(crm, client).await?;
    client_state::restore_lost(crm, client, write.by.0, write.at).await
}

async fn void_again(crm: &mut Crm<'_>, id: i64, reason: &str) -> Result<()> {
    sqlx::query!(
        "update contract set voided_at = $2, void_reason = $3, version = version + 1 where id = $1",
        id,
        crm.now,
        reason
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}

/// It counts again, as long as its touch does (H8).
async fn unvoid(crm: &mut Crm<'_>, id: i64, client: i64) -> Result<()> {
    let touch = sqlx::query_scalar!(
            "update contract set voided_at = null, void_reason = null, version = version + 1 where id = $1 returning touch_id",
            id
        )
        .fetch_one(&mut *crm.connection)
        .await?;
    contracts::hold_usable_touch(crm, touch, client).await
}

async fn put_end(crm: &mut Crm<'_>, id: i64, end: &End) -> Result<()> {
    sqlx::query!(
        "update contract set ends_on = $2, terminated_on = $3, termination_reason = $4, version = version + 1
              where id = $1",
        id,
        end.ends_on,
        end.terminated_on,
        end.termination_reason
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}
