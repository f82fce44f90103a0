//! Undo of the handover of a whole workload: clients, next steps and offers go back, as long as nothing was done with them.

use serde::Deserialize;

use super::log::{self, Write};
use crate::crm::handover::{BATCH, Moved};
use crate::crm::{Audience, Crm, Error, Notice, Refusal, Result, StaffId, Workload, handover, staff};
use crate::error::SystemError;

#[derive(Deserialize)]
struct Transfer {
    to: i64,
    clients: usize,
    follow_ups: usize,
    /// None in an event of an older program, which kept too little.
    moved: Option<Moved>,
}

pub(super) async fn undo_transfer(crm: &mut Crm<'_>, from: StaffId, write: &Write) -> Result<()> {
    let transfer: Transfer = write.after()?.ok_or(Refusal::Gone)?;
    let since = transfer.moved.as_ref().ok_or(Refusal::HasDependents)?.since;
    let to = StaffId(transfer.to);
    let clients = records(crm, "client", "hand_over", since, write).await?;
    for batch in clients.chunks(usize::try_from(BATCH).unwrap_or(1)) {
        return_clients(crm, batch, to, since, write).await?;
        end_handovers(crm, batch, from, to, write).await?;
    }
    return_steps(crm, from, to, since, write).await?;
    for offer in offers(crm, since, write).await? {
        match handover::reopen(crm, offer).await {
            // It cannot be answered any more: it stays withdrawn.
            Err(Error::Refused(Refusal::HasDependents)) => {}
            reopened => reopened?,
        }
    }
    audit_all(crm, since, write).await?;
    let workload = Workload { clients: transfer.clients, follow_ups: transfer.follow_ups };
    if workload.clients + workload.follow_ups > 0 {
        let from = staff::person(crm, from).await?.map(|person| person.full_name).unwrap_or_default();
        crm.notify(Audience::One(to), Notice::HandedBack { from, workload });
    }
    Ok(())
}

/// The records of the transfer's own events of one kind.
async fn records(
    crm: &mut Crm<'_>,
    entity: &str,
    action: &str,
    since: i64,
    write: &Write,
) -> Result<Vec<i64>, SystemError> {
    Ok(sqlx::query_scalar!(
        r#"select entity_id as "id!" from audit_event
                where id > $1 and id < $2 and actor_id = $3 and entity = $4 and action = $5 and entity_id is not null
                order by entity_id"#,
        since,
        write.event,
        write.by.0.0,
        entity,
        action
    )
    .fetch_all(&mut *crm.connection)
    .await?)
}

/// Each client has its former owner again. One that was taken, handed on or signed with since has to stay, and then all do.
async fn return_clients(crm: &mut Crm<'_>, clients: &[i64], to: StaffId, since: i64, write: &Write) -> Result<()> {
    sqlx::query!("select id from client where id = any($1) order by id for update", clients)
        .fetch_all(&mut *crm.connection)
        .await?;
    let returned = sqlx::query!(
        "update client set responsible_id = (event.before ->> 'responsible')::bigint,
                               taken_at = (event.before ->> 'taken_at')::timestamptz, version = client.version + 1
               from audit_event event
              where client.id = any($1) and client.responsible_id = $2 and client.taken_at = $3
                and client.voided_at is null and client.merged_into is null
                and not exists (select from contract k
                                 where k.client_id = client.id and k.created_at > $3 and k.voided_at is null)
                and event.id > $4 and event.id < $5 and event.actor_id = $6
                and event.entity = 'client' and event.action = 'hand_over' and event.entity_id = client.id",
        clients,
        to.0,
        write.at,
        since,
        write.event,
        write.by.0.0
    )
    .execute(&mut *crm.connection)
    .await?;
    match usize::try_from(returned.rows_affected()) {
        Ok(returned) if returned == clients.len() => Ok(()),
        _ => Err(Refusal::HasDependents.into()),
    }
}

/// The handovers of the transfer are withdrawn: they are no part of the clients' history of owners.
async fn end_handovers(
    crm: &mut Crm<'_>,
    clients: &[i64],
    from: StaffId,
    to: StaffId,
    write: &Write,
) -> Result<(), SystemError> {
    sqlx::query!(
        "update client_handover set accepted_at = null, withdrawn_at = $2, withdrawn_by = $3
              where client_id = any($1) and from_id = $4 and to_id = $5 and created_by = $3 and accepted_at = $6",
        clients,
        crm.now,
        write.by.0.0,
        from.0,
        to.0,
        write.at
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}

/// A next step that is done, or that another user has now, stays.
async fn return_steps(
    crm: &mut Crm<'_>,
    from: StaffId,
    to: StaffId,
    since: i64,
    write: &Write,
) -> Result<(), SystemError> {
    let steps = records(crm, "follow_up", "hand_over", since, write).await?;
    sqlx::query!(
        "update follow_up set owner_id = $2, version = version + 1
              where id = any($1) and owner_id = $3 and done_at is null",
        &steps,
        from.0,
        to.0
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}

/// The handovers that the transfer has withdrawn.
async fn offers(crm: &mut Crm<'_>, since: i64, write: &Write) -> Result<Vec<i64>, SystemError> {
    Ok(sqlx::query_scalar!(
        r#"select (before ->> 'handover')::bigint as "id!" from audit_event
                where id > $1 and id < $2 and actor_id = $3 and entity = 'client' and action = 'withdraw' order by id"#,
        since,
        write.event,
        write.by.0.0
    )
    .fetch_all(&mut *crm.connection)
    .await?)
}

/// The undo of each of the transfer's own events, in batches.
async fn audit_all(crm: &mut Crm<'_>, since: i64, write: &Write) -> Result<(), SystemError> {
    let mut last = since;
    loop {
        let events = sqlx::query_scalar!(
            "select id from audit_event where id > $1 and id < $2 and actor_id = $3 order by id limit $4",
            last,
            write.event,
            write.by.0.0,
            BATCH
        )
        .fetch_all(&mut *crm.connection)
        .await?;
        let Some(&newest) = events.last() else { return Ok(()) };
        log::audit_undone(crm, &events).await?;
        last = newest;
    }
}
