//! Undo of a merge: both records as they were, as long as nothing was written about the client since (C10).

use serde::Deserialize;

use super::log::{self, Write};
use crate::crm::clients::Moved;
use crate::crm::{Crm, Error, Refusal, Result, client_state, clients, handover};
use crate::error::SystemError;

/// What the log keeps of a merge: the younger record, what was moved, and what the older one took over.
#[derive(Deserialize)]
struct Merged {
    merged: i64,
    /// None in an event of an older program, which kept too little.
    moved: Option<Moved>,
    #[serde(default)]
    name: Option<serde_json::Value>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    responsible: Option<i64>,
}

pub(super) async fn undo_merge(crm: &mut Crm<'_>, stays: i64, write: &Write) -> Result<()> {
    let merged: Merged = write.after()?.ok_or(Refusal::Gone)?;
    let (goes, Some(moved)) = (merged.merged, &merged.moved) else { return Err(Refusal::Gone.into()) };
    if written_since(crm, stays, write).await? {
        return Err(Refusal::HasDependents.into());
    }
    part_cards(crm, stays, &merged, moved).await?;
    part_touches(crm, goes, moved).await?;
    part_work(crm, goes, moved).await?;
    for client in [stays, goes] {
        client_state::refresh(crm, client).await?;
        client_state::restore_lost(crm, client, write.by.0, write.at).await?;
    }
    log::audit_undone(crm, &moved.events).await?;
    if let Some(waited) = moved.withdrawn {
        match handover::reopen(crm, waited).await {
            // The colleague who was asked cannot take clients any more: the handover stays withdrawn.
            Err(Error::Refused(Refusal::HasDependents)) => {}
            reopened => reopened?,
        }
    }
    clients::tell_of_free_again(crm, goes).await
}

/// Whether any user has written about the client since the merge; looks, and what was undone again, do not count.
pub(super) async fn written_since(crm: &mut Crm<'_>, stays: i64, merge: &Write) -> Result<bool, SystemError> {
    Ok(sqlx::query_scalar!(
        r#"select exists (
               select from audit_event e
                where e.id > $2 and e.action not in ('view_phone', 'find_phone', 'view_card') and not (e.action = 'undo' and e.undoes > $2)
                  and not exists (select from audit_event undo where undo.undoes = e.id)
                  and (e.entity = 'client' and e.entity_id = $1
                       or e.entity = 'touch' and e.entity_id in (select id from touch where client_id = $1)
                       or e.entity = 'note' and e.entity_id in (select id from note where client_id = $1)
                       or e.entity = 'follow_up' and e.entity_id in (select id from follow_up where client_id = $1)
                       or e.entity = 'consent' and e.entity_id in (select id from client_consent where client_id = $1)
                       or e.entity = 'contract' and e.entity_id in (select id from contract where client_id = $1))) as "written!""#,
        stays,
        merge.event
    )
    .fetch_one(crm.logging().await?)
    .await?)
}

/// The older record gives back what it had lacked; the younger one, and what was merged into it, leads to itself again.
async fn part_cards(crm: &mut Crm<'_>, stays: i64, merged: &Merged, moved: &Moved) -> Result<(), SystemError> {
    sqlx::query!(
        "update client set last_name = case when $2 then null else last_name end,
                               first_name = case when $2 then null else first_name end,
                               middle_name = case when $2 then null else middle_name end,
                               email = case when $3 then null else email end,
                               responsible_id = case when $4 then null else responsible_id end,
                               taken_at = case when $4 then null else taken_at end, version = version + 1
              where id = $1",
        stays,
        merged.name.is_some(),
        merged.email.is_some(),
        merged.responsible.is_some()
    )
    .execute(&mut *crm.connection)
    .await?;
    sqlx::query!(
        "update client set merged_into = case when id <> $1 then $1 end, version = version + 1
              where id = $1 or id = any($2)",
        merged.merged,
        &moved.merged
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}

/// The contracts follow their touches by the foreign key, and go back to the touches that counted before.
async fn part_touches(crm: &mut Crm<'_>, goes: i64, moved: &Moved) -> Result<(), SystemError> {
    sqlx::query!("update touch set client_id = $1 where id = any($2)", goes, &moved.touches)
        .execute(&mut *crm.connection)
        .await?;
    sqlx::query!("update touch set voided_at = null, void_reason = null where id = any($1)", &moved.voided)
        .execute(&mut *crm.connection)
        .await?;
    let (contracts, touches): (Vec<i64>, Vec<i64>) = moved.relinked.iter().copied().unzip();
    sqlx::query!(
        "update contract set touch_id = touch.id, client_id = touch.client_id, version = contract.version + 1
               from unnest($1::bigint[], $2::bigint[]) was (contract, touch) join touch on touch.id = was.touch
              where contract.id = was.contract",
        &contracts,
        &touches
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}

/// Notes, handovers, next steps and consents. Each of these is moved before what the merge has ended counts again: of next
/// steps and of consents a client has one at a time.
async fn part_work(crm: &mut Crm<'_>, goes: i64, moved: &Moved) -> Result<(), SystemError> {
    sqlx::query!("update note set client_id = $1 where id = any($2)", goes, &moved.notes)
        .execute(&mut *crm.connection)
        .await?;
    sqlx::query!("update client_handover set client_id = $1 where id = any($2)", goes, &moved.handovers)
        .execute(&mut *crm.connection)
        .await?;
    sqlx::query!("update follow_up set client_id = $1 where id = any($2)", goes, &moved.steps)
        .execute(&mut *crm.connection)
        .await?;
    sqlx::query!("update follow_up set done_at = null, version = version + 1 where id = any($1)", &moved.finished)
        .execute(&mut *crm.connection)
        .await?;
    sqlx::query!("update client_consent set client_id = $1 where id = any($2)", goes, &moved.consents)
        .execute(&mut *crm.connection)
        .await?;
    sqlx::query!(
        "update client_consent set withdrawn_at = null, withdrawn_by = null where id = any($1)",
        &moved.ended_consents
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}
