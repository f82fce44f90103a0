//! The queue of clients who wait for a manager, and taking one: the first user wins.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::ClientLine;
use crate::crm::audit::{AuditAction, Event};
use crate::crm::notice::Resolution;
use crate::crm::{Crm, Page, Refusal, Result, StaffId, clients, staff, undo};
use crate::domain::Permission;
use crate::error::SystemError;

/// Whose clients are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum QueueOf {
    /// Clients without an owner.
    Nobody,
    Mine,
    /// All clients, with or without an owner.
    All,
    /// Clients that a colleague offers, who wait for the actor's answer.
    Offered,
}

/// Where a page of a queue ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct QueueKey {
    at: DateTime<Utc>,
    id: i64,
}

/// The potential clients of a queue, `limit` of them after the key `after`: first the client who waits longest for an
/// answer to the latest touch; offered ones by the age of the offer.
///
/// # Errors
/// `Denied` without the right to take clients.
pub async fn queue(
    crm: &mut Crm<'_>,
    of: QueueOf,
    after: Option<QueueKey>,
    limit: i64,
) -> Result<Page<ClientLine, QueueKey>> {
    let me = crm.require(Permission::ClientTake).await?;
    if of == QueueOf::Offered {
        return Ok(offered(crm, me, after, limit).await?);
    }
    let (all, wanted) = match of {
        QueueOf::All => (true, None),
        QueueOf::Mine => (false, Some(me.0)),
        QueueOf::Nobody | QueueOf::Offered => (false, None),
    };
    let today = crm.today();
    let total = sqlx::query_scalar!(
        r#"select count(*) as "count!" from client
                where open_touch_id is not null and (last_live_day is null or last_live_day < $1)
                  and voided_at is null and merged_into is null and ($3 or responsible_id is not distinct from $2)"#,
        today,
        wanted,
        all
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    // A corrected touch has a new number and its old time (H7): the time is the order of waiting. The clients come first,
    // so that the work grows with the queue and not with the years of touches behind it.
    let rows = sqlx::query!(
        "with waiting as materialized (
                 select id, open_touch_id from client
                  where open_touch_id is not null and (last_live_day is null or last_live_day < $1)
                    and voided_at is null and merged_into is null and ($3 or responsible_id is not distinct from $2))
             select waiting.id, touch.happened_at as at, touch.id as touch
               from waiting join touch on touch.id = waiting.open_touch_id
              where $4::timestamptz is null or (touch.happened_at, touch.id) > ($4, $5::bigint)
              order by touch.happened_at, touch.id limit $6",
        today,
        wanted,
        all,
        after.map(|key| key.at),
        after.map(|key| key.id),
        limit
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let last = rows.last().map(|row| QueueKey { at: row.at, id: row.touch });
    Ok(Page { rows: clients::lines(crm, &ids).await?, total, last })
}

async fn offered(
    crm: &mut Crm<'_>,
    me: StaffId,
    after: Option<QueueKey>,
    limit: i64,
) -> Result<Page<ClientLine, QueueKey>, SystemError> {
    let total = sqlx::query_scalar!(
        r#"select count(*) as "count!" from client_handover
                where to_id = $1 and accepted_at is null and declined_at is null and withdrawn_at is null"#,
        me.0
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    let rows = sqlx::query!(
        "select id, client_id, created_at from client_handover
              where to_id = $1 and accepted_at is null and declined_at is null and withdrawn_at is null and id > $2
              order by id limit $3",
        me.0,
        after.map_or(0, |key| key.id),
        limit
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.client_id).collect();
    let last = rows.last().map(|row| QueueKey { at: row.created_at, id: row.id });
    Ok(Page { rows: clients::lines(crm, &ids).await?, total, last })
}

/// Takes a client without an owner: the first user wins, the others are told who it was.
///
/// # Errors
/// `Denied`; `Gone`; `TakenBy` the user who was quicker.
pub async fn take(crm: &mut Crm<'_>, client: i64) -> Result<i64> {
    let me = crm.require(Permission::ClientTake).await?;
    let client = clients::lock_live(crm, client).await?;
    if client.responsible == Some(me) {
        return Ok(client.id);
    }
    if client.responsible.is_some() {
        let taken = sqlx::query!(
            r#"select manager.full_name, client.taken_at as "at!"
                     from client join staff_user manager on manager.id = client.responsible_id where client.id = $1"#,
            client.id
        )
        .fetch_one(&mut *crm.connection)
        .await?;
        return Err(Refusal::TakenBy { by: taken.full_name, at: taken.at }.into());
    }
    sqlx::query!(
        "update client set responsible_id = $2, taken_at = $3, version = version + 1 where id = $1",
        client.id,
        me.0,
        crm.now
    )
    .execute(&mut *crm.connection)
    .await?;
    crm.audit(Event {
        action: AuditAction::ClientTake,
        entity_id: Some(client.id),
        before: Some(json!({ "responsible": Option::<i64>::None })),
        after: Some(json!({ "responsible": me.0 })),
        reason: None,
    })
    .await?;
    close_taken(crm, client.id, client.who, me).await?;
    Ok(client.id)
}

/// Closes the notices of a waiting client: they name the new owner.
async fn close_taken(crm: &mut Crm<'_>, client: i64, who: String, by: StaffId) -> Result<(), SystemError> {
    let by = staff::person(crm, by).await?.map(|person| person.full_name).unwrap_or_default();
    undo::close_lead(crm, client, Resolution::Taken { who, by, at: crm.now });
    Ok(())
}
