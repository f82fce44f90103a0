//! Undoing what was done with a contract: its entry, its terms, its end, its voiding, its touch, its file.

use chrono::NaiveDate;
use serde::Deserialize;

use super::log::Write;
use super::{Kind, UNDONE};
use crate::crm::{ContractEdit, Crm, Refusal, Result};

#[derive(Deserialize)]
struct End {
    ends_on: NaiveDate,
    terminated_on: Option<NaiveDate>,
    termination_reason: Option<String>,
}

#[derive(Deserialize)]
struct Origin {
    touch: i64,
}

#[derive(Deserialize)]
struct File {
    document: Option<i64>,
}

impl Crm<'_> {
    pub(super) async fn reverse_contract(&mut self, kind: Kind, id: i64, write: &Write) -> Result<()> {
        let client = self.lock_contract(id).await?.client;
        match kind {
            Kind::Contract => self.void_undone(id).await?,
            Kind::ContractVoid => self.unvoid(id, client).await?,
            Kind::ContractEnd => {
                let end: End = write.before()?.ok_or(Refusal::Gone)?;
                self.put_end(id, &end).await?;
            }
            Kind::ContractFile => {
                let file: File = write.before()?.ok_or(Refusal::Gone)?;
                self.set_document(id, file.document).await?;
            }
            Kind::ContractTouch => {
                let origin: Origin = write.before()?.ok_or(Refusal::Gone)?;
                self.hold_usable_touch(origin.touch, client).await?;
                self.put_touch(id, origin.touch).await?;
            }
            _ => {
                let terms: ContractEdit = write.before()?.ok_or(Refusal::Gone)?;
                self.put_terms(id, &terms).await?;
            }
        }
        self.refresh_client(client).await?;
        self.restore_lost(client, write.by.0, write.at).await
    }

    async fn void_undone(&mut self, id: i64) -> Result<()> {
        sqlx::query!(
            "update contract set voided_at = $2, void_reason = $3, version = version + 1 where id = $1",
            id,
            self.now,
            UNDONE
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// It counts again, as long as its touch does (H8).
    async fn unvoid(&mut self, id: i64, client: i64) -> Result<()> {
        let touch = sqlx::query_scalar!(
            "update contract set voided_at = null, void_reason = null, version = version + 1 where id = $1 returning touch_id",
            id
        )
        .fetch_one(&mut *self.connection)
        .await?;
        self.hold_usable_touch(touch, client).await
    }

    async fn put_end(&mut self, id: i64, end: &End) -> Result<()> {
        sqlx::query!(
            "update contract set ends_on = $2, terminated_on = $3, termination_reason = $4, version = version + 1
              where id = $1",
            id,
            end.ends_on,
            end.terminated_on,
            end.termination_reason
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }
}
