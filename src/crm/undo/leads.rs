//! Undoing leads and touches: the lead itself, a touch, the voiding of one.

use serde::Deserialize;

use super::log::Write;
use super::{UNDONE, consents};
use crate::crm::notice::Resolution;
use crate::crm::{Crm, Refusal, Result, clients, undo};

/// What an undone lead was called before it was brought back.
#[derive(Deserialize)]
struct Before {
    name: Option<Name>,
    email: Option<String>,
}

#[derive(Deserialize)]
struct Name {
    last: Option<String>,
    first: Option<String>,
    middle: Option<String>,
}

/// A lead that was entered, or brought back, goes with its touch and notes, as long as no user has done anything with it
/// since. What was done and undone again does not count.
pub(super) async fn undo_lead(crm: &mut Crm<'_>, client: i64, write: &Write) -> Result<()> {
    let since = write.at;
    let used = sqlx::query_scalar!(
            r#"select (c.responsible_id is not null or c.lost_at is not null
                       or exists (select from contract where client_id = c.id)
                       or exists (select from touch where client_id = c.id and created_at > $2 and voided_at is null)
                       or exists (select from note where client_id = c.id and at > $2 and voided_at is null)
                       or exists (select from follow_up step
                                    join audit_event event on event.entity = 'follow_up' and event.entity_id = step.id
                                   where step.client_id = c.id and event.at >= $2 and event.action <> 'undo'
                                     and not exists (select from audit_event undo where undo.undoes = event.id))) as "used!"
                 from client c where c.id = $1"#,
            client,
            since
        )
        .fetch_one(crm.logging().await?)
        .await?;
    if used {
        return Err(Refusal::HasDependents.into());
    }
    sqlx::query!(
        "update touch set voided_at = $2, void_reason = $3 where client_id = $1 and voided_at is null",
        client,
        crm.now,
        UNDONE
    )
    .execute(&mut *crm.connection)
    .await?;
    sqlx::query!(
        "update note set voided_at = $2 where client_id = $1 and voided_at is null and at >= $3",
        client,
        crm.now,
        since
    )
    .execute(&mut *crm.connection)
    .await?;
    consents::void_consents(crm, client).await?;
    sqlx::query!("update client set voided_at = $2, version = version + 1 where id = $1", client, crm.now)
        .execute(&mut *crm.connection)
        .await?;
    if let Some(Before { name: Some(name), email }) = write.before()? {
        sqlx::query!(
            "update client set last_name = $2, first_name = $3, middle_name = $4, email = $5 where id = $1",
            client,
            name.last,
            name.first,
            name.middle,
            email
        )
        .execute(&mut *crm.connection)
        .await?;
    }
    let who = clients::lock(crm, client).await?.who;
    undo::close_lead(crm, client, Resolution::Over { who });
    Ok(())
}

pub(super) async fn undo_touch(crm: &mut Crm<'_>, touch: i64) -> Result<()> {
    let done = sqlx::query!(
        "update touch set voided_at = $2, void_reason = $3
              where id = $1 and voided_at is null
                and not exists (select from contract where touch_id = touch.id and voided_at is null)",
        touch,
        crm.now,
        UNDONE
    )
    .execute(&mut *crm.connection)
    .await?;
    if done.rows_affected() == 0 {
        return Err(Refusal::TouchHasContract.into());
    }
    // It stood in place of a wrong one, which is back (H7).
    sqlx::query!(
        "update touch set voided_at = null, void_reason = null
              where id = (select corrected_from from touch where id = $1)",
        touch
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}

/// A voided touch counts again, unless the same ad was registered for that day in the meantime (H5).
pub(super) async fn undo_void(crm: &mut Crm<'_>, write: &Write) -> Result<()> {
    let done = sqlx::query!(
            "update touch set voided_at = null, void_reason = null
              where id = $1 and voided_at = $2
                and not exists (
                    select from touch other
                     where (other.client_id, other.ad_id, other.local_day) = (touch.client_id, touch.ad_id, touch.local_day)
                       and other.voided_at is null)",
            write.entity_id,
            write.at
        )
        .execute(&mut *crm.connection)
        .await?;
    if done.rows_affected() == 0 { Err(Refusal::HasDependents.into()) } else { Ok(()) }
}
