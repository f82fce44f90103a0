//! Derived columns of a client's row, written in the transaction of their cause (X6, X16); the end of a lost mark.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{Crm, Result, StaffId};
use crate::error::SystemError;

/// A lost mark as the audit log keeps it.
#[derive(Deserialize)]
struct LostMark {
    lost_at: DateTime<Utc>,
    lost_reason: String,
}

/// Brings the kept columns of a client in line with the touches and contracts. Every use case that changes one of them
/// calls it last, so that no reader sees a stale state. A client who has a live contract is not lost (X12): the mark ends,
/// with an event of its own.
pub(super) async fn refresh(crm: &mut Crm<'_>, id: i64) -> Result<(), SystemError> {
    if keep_derived(crm, id).await? {
        end_lost(crm, &[id]).await?;
        // The open touch is one after the mark: without it another one may be open.
        keep_derived(crm, id).await?;
    }
    Ok(())
}

/// The same for many.
pub(super) async fn refresh_all(crm: &mut Crm<'_>, ids: &[i64]) -> Result<(), SystemError> {
    let signed = keep_all_derived(crm, ids).await?;
    if !signed.is_empty() {
        end_lost(crm, &signed).await?;
        keep_all_derived(crm, &signed).await?;
    }
    Ok(())
}

/// Writes what the derivation says; whether the client is marked lost and has a live contract. For one client by their id: a
/// plan for a list of unknown length would be made again with each call.
async fn keep_derived(crm: &mut Crm<'_>, id: i64) -> Result<bool, SystemError> {
    let signed = sqlx::query_scalar!(
        r#"update client set last_live_day = d.last_live_day, open_touch_id = d.open_touch_id
                 from client_derivation d
                where client.id = $1 and d.client_id = $1
               returning (client.lost_at is not null and client.last_live_day >= $2) is true as "both!""#,
        id,
        crm.today()
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    Ok(signed == Some(true))
}

/// The same for many: those of them who are marked lost and have a live contract.
async fn keep_all_derived(crm: &mut Crm<'_>, ids: &[i64]) -> Result<Vec<i64>, SystemError> {
    let rows = sqlx::query!(
        r#"update client set last_live_day = d.last_live_day, open_touch_id = d.open_touch_id
                 from client_derivation d
                where d.client_id = any($1) and client.id = d.client_id
               returning client.id, (client.lost_at is not null and client.last_live_day >= $2) is true as "both!""#,
        ids,
        crm.today()
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok(rows.into_iter().filter(|row| row.both).map(|row| row.id).collect())
}

async fn end_lost(crm: &mut Crm<'_>, ids: &[i64]) -> Result<(), SystemError> {
    sqlx::query!(
        "with was as (
                 select id, lost_at, lost_reason from client where id = any($1) and lost_at is not null
             ), ended as (
                 update client set lost_at = null, lost_reason = null, version = version + 1
                   from was where client.id = was.id returning client.id
             )
             insert into audit_event (at, actor_id, action, entity, entity_id, before, after)
             select $2, $3, 'end_lost', 'client', was.id,
                    jsonb_build_object('lost_at', was.lost_at, 'lost_reason', was.lost_reason),
                    jsonb_build_object('lost_at', null, 'lost_reason', null)
               from was join ended on ended.id = was.id order by was.id",
        ids,
        crm.now,
        crm.actor.staff().map_or(StaffId::SYSTEM, |staff| staff.id).0
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}

/// Undoes the end of a lost mark that a write of `by` at `at` has caused, unless a contract is live or the client was
/// marked again.
pub(super) async fn restore_lost(crm: &mut Crm<'_>, client: i64, by: StaffId, at: DateTime<Utc>) -> Result<()> {
    let ended = sqlx::query!(
        r#"select event.id, event.before as "before!", event.after
                 from audit_event event join client on client.id = event.entity_id
                where event.entity = 'client' and event.entity_id = $1 and event.action = 'end_lost'
                  and event.actor_id = $2 and event.at = $3 and client.lost_at is null
                  and (client.last_live_day is null or client.last_live_day < $4)
                  and not exists (select from audit_event undo where undo.undoes = event.id)"#,
        client,
        by.0,
        at,
        crm.today()
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    let Some(ended) = ended else { return Ok(()) };
    let mark =
        LostMark::deserialize(&ended.before).map_err(|_| SystemError::permanent("an audit event has another form"))?;
    sqlx::query!(
        "update client set lost_at = $2, lost_reason = $3, version = version + 1 where id = $1",
        client,
        mark.lost_at,
        mark.lost_reason
    )
    .execute(&mut *crm.connection)
    .await?;
    sqlx::query!(
        "insert into audit_event (at, actor_id, action, entity, entity_id, before, after, undoes)
             values ($1, $2, 'undo', 'client', $3, $4, $5, $6)",
        crm.now,
        by.0,
        client,
        ended.after,
        ended.before,
        ended.id
    )
    .execute(crm.logging().await?)
    .await?;
    Ok(refresh(crm, client).await?)
}
