//! The queue of clients who wait for a manager, and taking one: the first user wins.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::ClientLine;
use crate::crm::audit::{AuditAction, Event};
use crate::crm::notice::Resolution;
use crate::crm::page::further;
use crate::crm::{Crm, Page, Refusal, Result, StaffId, clients, staff, undo};
use crate::domain::{Permission, Tally};
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
    let total = Tally::bounded(count(crm, of, me).await?);
    let mut rows = waiting(crm, of, me, after, limit).await?;
    let further = further(&mut rows, limit);
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let last = rows.last().map(|row| QueueKey { at: row.at, id: row.touch });
    Ok(Page { rows: clients::lines(crm, &ids).await?, total, further, last })
}

struct Waiting {
    id: i64,
    at: DateTime<Utc>,
    touch: i64,
}

// In the order of `waits_since`: a corrected touch has a new number and its old time (H7). A statement per list, so that each is
// read from its index alone, and one row more than the page.
macro_rules! waiting {
    (count: $of:literal, $crm:expr $(, $argument:expr)*) => {
        sqlx::query_scalar!(
            "select count(*) as \"count!\" from (
                 select from client
                  where " + $of + " and open_touch_id is not null and (last_live_day is null or last_live_day < $1)
                    and voided_at is null and merged_into is null
                  limit $2) counted",
            $crm.today(),
            Tally::MOST
            $(, $argument)*
        )
        .fetch_one(&mut *$crm.connection)
        .await?
    };
    (page: $of:literal, $crm:expr, $at:expr, $id:expr, $limit:expr $(, $argument:expr)*) => {
        sqlx::query_as!(
            Waiting,
            "select id, waits_since as \"at!\", open_touch_id as \"touch!\" from client
              where " + $of + " and open_touch_id is not null and (last_live_day is null or last_live_day < $1)
                and voided_at is null and merged_into is null and (waits_since, open_touch_id) > ($2, $3)
              order by waits_since, open_touch_id limit $4::bigint + 1",
            $crm.today(),
            $at,
            $id,
            $limit
            $(, $argument)*
        )
        .fetch_all(&mut *$crm.connection)
        .await?
    };
}

async fn count(crm: &mut Crm<'_>, of: QueueOf, me: StaffId) -> Result<i64, SystemError> {
    Ok(match of {
        QueueOf::All => waiting!(count: "true", crm),
        QueueOf::Mine => waiting!(count: "responsible_id = $3", crm, me.0),
        QueueOf::Nobody | QueueOf::Offered => waiting!(count: "responsible_id is null", crm),
    })
}

async fn waiting(
    crm: &mut Crm<'_>,
    of: QueueOf,
    me: StaffId,
    after: Option<QueueKey>,
    limit: i64,
) -> Result<Vec<Waiting>, SystemError> {
    let (at, id) = after.map_or((DateTime::UNIX_EPOCH, 0), |key| (key.at, key.id));
    Ok(match of {
        QueueOf::All => waiting!(page: "true", crm, at, id, limit),
        QueueOf::Mine => waiting!(page: "responsible_id = $5", crm, at, id, limit, me.0),
        QueueOf::Nobody | QueueOf::Offered => waiting!(page: "responsible_id is null", crm, at, id, limit),
    })
}

async fn offered(
    crm: &mut Crm<'_>,
    me: StaffId,
    after: Option<QueueKey>,
    limit: i64,
) -> Result<Page<ClientLine, QueueKey>, SystemError> {
    let total = sqlx::query_scalar!(
        r#"select count(*) as "count!" from (
               select from client_handover
                where to_id = $1 and accepted_at is null and declined_at is null and withdrawn_at is null limit $2) counted"#,
        me.0,
        Tally::MOST
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    let mut rows = sqlx::query!(
        "select id, client_id, created_at from client_handover
              where to_id = $1 and accepted_at is null and declined_at is null and withdrawn_at is null and id > $2
              order by id limit $3::bigint + 1",
        me.0,
        after.map_or(0, |key| key.id),
        limit
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let further = further(&mut rows, limit);
    let ids: Vec<i64> = rows.iter().map(|row| row.client_id).collect();
    let last = rows.last().map(|row| QueueKey { at: row.created_at, id: row.id });
    Ok(Page { rows: clients::lines(crm, &ids).await?, total: Tally::bounded(total), further, last })
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
