//! The workload of a departing user goes to a successor: clients with their contracts, and next steps.

use super::withdraw;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::crm::audit::{AuditAction, Event};
use crate::crm::notice::Resolution;
use crate::crm::{Audience, Crm, Notice, Refusal, Rest, Result, StaffId, clients, handover, staff, undo};
use crate::domain::Permission;
use crate::error::SystemError;

/// Rows per statement: each has to end within the statement's time limit, however many clients there are.
pub(in crate::crm) const BATCH: i64 = 5_000;

/// Which events a transfer has caused: those of its author after that one and before its own.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::crm) struct Moved {
    pub since: i64,
}

/// What a user is responsible for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Workload {
    /// Clients the user owns, and clients without an owner whose live contracts the user confirmed.
    pub clients: usize,
    /// The user's open next steps.
    pub follow_ups: usize,
}

/// What would be handed over.
///
/// # Errors
/// [`Refusal::Denied`] without the right, [`Refusal::Gone`] for a forged id.
pub async fn workload(crm: &mut Crm<'_>, staff: StaffId) -> Result<Workload> {
    crm.require(Permission::StaffManage).await?;
    staff::person(crm, staff).await?.ok_or(Refusal::Gone)?;
    let clients = count_clients_of(crm, staff).await?;
    let follow_ups = sqlx::query_scalar!(
        r#"select count(*) as "count!" from follow_up where owner_id = $1 and done_at is null"#,
        staff.0
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    let [clients, follow_ups] = [clients, follow_ups].map(|count| usize::try_from(count).unwrap_or_default());
    Ok(Workload { clients, follow_ups })
}

/// Colleagues who may take clients, after the one of id `after`: active, linked and not `from`.
///
/// # Errors
/// [`Refusal::Denied`] without the right.
pub async fn successors(
    crm: &mut Crm<'_>,
    from: StaffId,
    after: Option<i64>,
    limit: i64,
) -> Result<Rest<(StaffId, String)>> {
    crm.require(Permission::StaffManage).await?;
    let rows = sqlx::query!(
        r#"select u.id, u.full_name, count(*) over () as "rest!" from staff_user u
                where u.id > 0 and u.id <> $1 and u.active and ($2::bigint is null or u.id > $2)
                  and exists (select from telegram_link where user_id = u.id and unlinked_at is null)
                  and (u.is_superuser or exists (
                       select from granted_permission g where g.user_id = u.id and g.permission = $3))
                order by u.id limit $4"#,
        from.0,
        after,
        Permission::ClientTake.code(),
        limit
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let rest = rows.first().map_or(0, |row| row.rest);
    Ok(Rest { rows: rows.into_iter().map(|row| (StaffId(row.id), row.full_name)).collect(), rest })
}

/// Hands a user's whole workload over to a colleague, who is notified.
///
/// # Errors
/// [`Refusal::Denied`] without the right, [`Refusal::Gone`] for a forged id or a colleague who may not take clients.
pub async fn transfer_all(crm: &mut Crm<'_>, from: StaffId, to: StaffId) -> Result<Workload> {
    crm.use_case(Permission::StaffManage, async |crm, by| {
        let departing = staff::person(crm, from).await?.ok_or(Refusal::Gone)?;
        if to == from || !handover::takes_clients(crm, to).await? {
            return Err(Refusal::Gone.into());
        }
        let last_event = sqlx::query_scalar!(r#"select coalesce(max(id), 0) as "id!" from audit_event"#)
            .fetch_one(&mut *crm.connection)
            .await?;
        let clients = hand_clients(crm, from, to, by).await?;
        handover::return_offers_to(crm, from).await?;
        let follow_ups = hand_follow_ups(crm, from, to).await?;
        close_handed(crm, &clients, to).await?;
        let workload = Workload { clients: clients.len(), follow_ups };
        let mut after = json!({ "to": to.0, "clients": workload.clients, "follow_ups": workload.follow_ups });
        // What its undo needs, and no field that the log shows.
        after["moved"] = json!(Moved { since: last_event });
        crm.audit(Event {
            action: AuditAction::StaffHandOver,
            entity_id: Some(from.0),
            before: None,
            after: Some(after),
            reason: None,
        })
        .await?;
        if workload.clients + workload.follow_ups > 0 {
            crm.notify(Audience::One(to), Notice::HandedOver { from: departing.full_name, workload });
        }
        Ok(workload)
    })
    .await
}

/// A few statements for each [`BATCH`] of clients. A merge that was waited for may have moved a client of the departing
/// user to another record: the query is repeated until none is left.
async fn hand_clients(crm: &mut Crm<'_>, from: StaffId, to: StaffId, by: StaffId) -> Result<Vec<i64>, SystemError> {
    let mut handed = Vec::new();
    loop {
        let clients = clients_of(crm, from).await?;
        if clients.is_empty() && count_clients_of(crm, from).await? == 0 {
            return Ok(handed);
        }
        withdraw::withdraw_all_waiting(crm, &clients, by).await?;
        // The successor is not asked whether they accept: the administrator has decided.
        sqlx::query!(
            "with was as (
                     select id, responsible_id, taken_at from client where id = any($1)
                 ), moved as (
                     update client set responsible_id = $2, taken_at = $4, version = version + 1
                       from was where client.id = was.id
                     returning client.id, was.responsible_id as before, was.taken_at as before_at
                 ), handed as (
                     insert into client_handover (client_id, from_id, to_id, created_at, created_by, accepted_at)
                     select id, $3, $2, $4, $5, $4 from moved order by id
                 )
                 insert into audit_event (at, actor_id, action, entity, entity_id, before, after)
                 select $4, $5, 'hand_over', 'client', id,
                        jsonb_build_object('responsible', before, 'taken_at', before_at),
                        jsonb_build_object('responsible', $2::bigint, 'taken_at', $4::timestamptz)
                   from moved order by id",
            &clients,
            to.0,
            from.0,
            crm.now,
            by.0
        )
        .execute(crm.logging().await?)
        .await?;
        handed.extend(clients);
    }
}

async fn hand_follow_ups(crm: &mut Crm<'_>, from: StaffId, to: StaffId) -> Result<usize, SystemError> {
    let by = crm.actor.staff().map_or(StaffId::SYSTEM, |staff| staff.id);
    let mut handed = 0;
    loop {
        let moved = sqlx::query!(
            "with moved as (
                     update follow_up set owner_id = $2, version = version + 1
                      where id = any (array(
                            select id from follow_up where owner_id = $1 and done_at is null order by id limit $5))
                     returning id
                 )
                 insert into audit_event (at, actor_id, action, entity, entity_id, before, after)
                 select $3, $4, 'hand_over', 'follow_up', id, jsonb_build_object('owner', $1::bigint),
                        jsonb_build_object('owner', $2::bigint)
                   from moved order by id",
            from.0,
            to.0,
            crm.now,
            by.0,
            BATCH
        )
        .execute(crm.logging().await?)
        .await?
        .rows_affected();
        handed += moved;
        if moved == 0 {
            return Ok(usize::try_from(handed).unwrap_or_default());
        }
    }
}

/// Closes the notices that ask for these clients to be taken: they name the new owner.
async fn close_handed(crm: &mut Crm<'_>, clients: &[i64], to: StaffId) -> Result<(), SystemError> {
    let by = staff::person(crm, to).await?.map(|person| person.full_name).unwrap_or_default();
    for line in clients::lines(crm, clients).await? {
        undo::close_lead(crm, line.id, Resolution::Taken { who: line.who, by: by.clone(), at: crm.now });
    }
    Ok(())
}

/// The next clients that a user is responsible for, locked, in the order of their ids.
async fn clients_of(crm: &mut Crm<'_>, staff: StaffId) -> Result<Vec<i64>, SystemError> {
    let today = crm.today();
    let clients = sqlx::query_scalar!(
        "select id from client
              where id in (select id from client where responsible_id = $1
                           union all
                           select client_id from contract
                            where confirmed_by = $1 and voided_at is null and least(ends_on, terminated_on) >= $2)
                and voided_at is null and merged_into is null
                and (responsible_id = $1 or responsible_id is null and exists (
                     select from contract k
                      where k.client_id = client.id and k.confirmed_by = $1 and k.voided_at is null
                        and least(k.ends_on, k.terminated_on) >= $2))
              order by id limit $3 for update",
        staff.0,
        today,
        BATCH
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok(clients)
}

async fn count_clients_of(crm: &mut Crm<'_>, staff: StaffId) -> Result<i64, SystemError> {
    let today = crm.today();
    Ok(sqlx::query_scalar!(
        r#"select (select count(*) from client
                        where responsible_id = $1 and voided_at is null and merged_into is null)
                    + (select count(distinct client.id) from contract k join client on client.id = k.client_id
                        where k.confirmed_by = $1 and k.voided_at is null and least(k.ends_on, k.terminated_on) >= $2
                          and client.responsible_id is null and client.voided_at is null
                          and client.merged_into is null) as "count!""#,
        staff.0,
        today
    )
    .fetch_one(&mut *crm.connection)
    .await?)
}
