//! Undoing a consent that was noted, or its withdrawal.

use super::Kind;
use super::log::Write;
use crate::crm::{Crm, Refusal, Result};
use crate::error::SystemError;

pub(super) async fn reverse_consent(crm: &mut Crm<'_>, kind: Kind, write: &Write) -> Result<()> {
    let done = match kind {
        Kind::Consent => {
            sqlx::query!(
                "update client_consent set voided_at = $2
                      where id = $1 and withdrawn_at is null and voided_at is null",
                write.entity_id,
                crm.now
            )
            .execute(&mut *crm.connection)
            .await?
        }
        // A new one that was noted since stays.
        _ => {
            sqlx::query!(
                "update client_consent ended set withdrawn_at = null, withdrawn_by = null
                      where id = $1 and voided_at is null
                        and not exists (select from client_consent valid
                                         where valid.client_id = ended.client_id and valid.withdrawn_at is null
                                           and valid.voided_at is null)",
                write.entity_id
            )
            .execute(&mut *crm.connection)
            .await?
        }
    };
    if done.rows_affected() == 0 { Err(Refusal::HasDependents.into()) } else { Ok(()) }
}

/// A lead that is undone has consented to nothing.
pub(super) async fn void_consents(crm: &mut Crm<'_>, client: i64) -> Result<(), SystemError> {
    sqlx::query!(
        "update client_consent set voided_at = $2 where client_id = $1 and voided_at is null",
        client,
        crm.now
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}
