//! Follow-ups: the one next date of a client.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::audit::{AuditAction, Event};
use super::page::further;
use super::{ClientLine, Crm, Page, Refusal, Result, clients};
use crate::domain::{Permission, Tally};

/// Where a page of follow-ups ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DueKey {
    due_at: DateTime<Utc>,
    id: i64,
}

/// A follow-up in the list of the actor's own.
#[derive(Debug, Clone)]
pub struct Due {
    pub client: ClientLine,
    pub due_at: DateTime<Utc>,
}

/// Sets the next date of a client in place of the present one, if any; it becomes the actor's.
///
/// # Errors
/// `Denied`; `Gone`.
pub async fn set(crm: &mut Crm<'_>, client: i64, due_at: DateTime<Utc>) -> Result<()> {
    let me = crm.require(Permission::FollowUpAdd).await?;
    let client = clients::lock_live(crm, client).await?;
    let before =
        sqlx::query!("select owner_id, due_at from follow_up where client_id = $1 and done_at is null", client.id)
            .fetch_optional(&mut *crm.connection)
            .await?;
    let id = sqlx::query_scalar!(
        "insert into follow_up (client_id, owner_id, due_at, created_at, created_by) values ($1, $2, $3, $4, $2)
             on conflict (client_id) where done_at is null
             do update set owner_id = excluded.owner_id, due_at = excluded.due_at, version = follow_up.version + 1
             returning id",
        client.id,
        me.0,
        due_at,
        crm.now
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    crm.audit(Event {
        action: AuditAction::FollowUpSet,
        entity_id: Some(id),
        before: before.map(|old| json!({ "owner": old.owner_id, "due_at": old.due_at })),
        after: Some(json!({ "client": client.id, "owner": me.0, "due_at": due_at })),
        reason: None,
    })
    .await?;
    Ok(())
}

/// Marks a client's next step as done.
///
/// # Errors
/// `Denied`; `Gone` when there is none open any more.
pub async fn finish(crm: &mut Crm<'_>, client: i64) -> Result<()> {
    crm.require(Permission::FollowUpAdd).await?;
    let client = clients::lock_live(crm, client).await?;
    let done = sqlx::query!(
        "update follow_up set done_at = $2, version = version + 1 where client_id = $1 and done_at is null
             returning id, owner_id, due_at",
        client.id,
        crm.now
    )
    .fetch_optional(&mut *crm.connection)
    .await?
    .ok_or(Refusal::Gone)?;
    crm.audit(Event {
        action: AuditAction::FollowUpFinish,
        entity_id: Some(done.id),
        before: Some(json!({ "client": client.id, "owner": done.owner_id, "due_at": done.due_at })),
        after: None,
        reason: None,
    })
    .await?;
    Ok(())
}

/// The actor's own open follow-ups, the earliest first, `limit` of them after `after`.
///
/// # Errors
/// `Denied` without the right to see follow-ups.
pub async fn mine(crm: &mut Crm<'_>, after: Option<DueKey>, limit: i64) -> Result<Page<Due, DueKey>> {
    let me = crm.require(Permission::FollowUpView).await?;
    crm.require(Permission::ClientView).await?;
    let total = sqlx::query_scalar!(
        r#"select count(*) as "count!" from (
               select from follow_up join client on client.id = follow_up.client_id
                where follow_up.owner_id = $1 and follow_up.done_at is null
                  and client.voided_at is null and client.merged_into is null limit $2) counted"#,
        me.0,
        Tally::MOST
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    let mut rows = sqlx::query!(
        "select follow_up.id, follow_up.client_id, follow_up.due_at
               from follow_up join client on client.id = follow_up.client_id
              where follow_up.owner_id = $1 and follow_up.done_at is null
                and client.voided_at is null and client.merged_into is null
                and (follow_up.due_at, follow_up.id) > ($2, $3)
              order by follow_up.due_at, follow_up.id limit $4::bigint + 1",
        me.0,
        after.map_or(DateTime::UNIX_EPOCH, |key| key.due_at),
        after.map_or(0, |key| key.id),
        limit
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let further = further(&mut rows, limit);
    let ids: Vec<i64> = rows.iter().map(|row| row.client_id).collect();
    let clients = clients::lines(crm, &ids).await?;
    let last = rows.last().map(|row| DueKey { due_at: row.due_at, id: row.id });
    let due = rows.into_iter().filter_map(|row| {
        let client = clients.iter().find(|client| client.id == row.client_id)?.clone();
        Some(Due { client, due_at: row.due_at })
    });
    Ok(Page { rows: due.collect(), total: Tally::bounded(total), further, last })
}
