//! Undoing what was written about a client: the lead itself, a touch, a note, a mark, a next step, a correction.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::log::{self, Write};
use super::{Kind, MINUTES, leads};
use crate::crm::notice::Resolution;
use crate::crm::{Crm, Refusal, Result, StaffId, client_state, clients, undo};
use crate::error::SystemError;

#[derive(Deserialize)]
struct Details {
    name: Name,
    email: Option<String>,
}

#[derive(Deserialize, PartialEq)]
struct Name {
    last: Option<String>,
    first: Option<String>,
    middle: Option<String>,
}

#[derive(Deserialize)]
struct Filled {
    name: Option<Name>,
    email: Option<String>,
}

#[derive(Deserialize)]
struct Number {
    phone: String,
    /// The undone lead that had it.
    freed: Option<i64>,
}

#[derive(Deserialize)]
struct LostMark {
    lost_at: Option<DateTime<Utc>>,
    lost_reason: Option<String>,
}

#[derive(Deserialize)]
struct NextStep {
    owner: i64,
    due_at: DateTime<Utc>,
}

pub(super) async fn reverse_about_client(crm: &mut Crm<'_>, kind: Kind, client: i64, write: &Write) -> Result<()> {
    match kind {
        Kind::Lead => leads::undo_lead(crm, client, write).await?,
        Kind::Gaps => undo_fill(crm, client, write).await?,
        Kind::Phone => undo_phone(crm, client, write).await?,
        Kind::Touch => leads::undo_touch(crm, write.entity_id).await?,
        Kind::TouchVoid => leads::undo_void(crm, write).await?,
        Kind::Note => undo_note(crm, write.entity_id).await?,
        Kind::Lost => undo_lost(crm, client, write).await?,
        Kind::BroughtBack => undo_bring_back(crm, client, write).await?,
        Kind::NextStep => undo_next_step(crm, write).await?,
        Kind::StepDone => undo_finish(crm, write).await?,
        _ => undo_details(crm, client, write).await?,
    }
    client_state::refresh(crm, client).await?;
    match kind {
        // The mark had closed the notices of the client's arrival.
        Kind::Lost => clients::tell_of_free_again(crm, client).await,
        Kind::BroughtBack => {
            let who = clients::lock_live(crm, client).await?.who;
            undo::close_lead(crm, client, Resolution::Over { who });
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The latest event of the actor about the client, unless it is one that cannot be undone; a lead is its client, touch
/// and notes of one moment. With it comes the actor's latest undo on the client.
pub(super) async fn own_latest_about_client(
    crm: &mut Crm<'_>,
    client: i64,
    me: StaffId,
) -> Result<log::Latest, SystemError> {
    Ok(sqlx::query_as!(
            log::Latest,
            r#"select (select event.id
                 from audit_event event
                where event.actor_id = $1 and event.at > $3
                  and (event.entity = 'client' and event.entity_id = $2
                       or event.entity in ('touch', 'note', 'follow_up', 'consent')
                           and (coalesce(event.after, event.before) ->> 'client')::bigint = $2)
                  and event.action in ('create', 'revive', 'lose', 'set', 'edit', 'bring_back', 'finish', 'void', 'take',
                                       'offer', 'accept', 'decline', 'withdraw', 'give', 'fill', 'phone', 'merge')
                  and not exists (select from audit_event undone where undone.undoes = event.id)
                  -- A wrong touch is back already once its correction is undone; where a merge has left another one, none comes back.
                  and (event.entity <> 'touch' or event.action <> 'void'
                       or exists (select from touch t
                                   where t.id = event.entity_id and t.voided_at = event.at
                                     and not exists (select from touch other
                                                      where other.client_id = t.client_id and other.ad_id = t.ad_id
                                                        and other.local_day = t.local_day and other.voided_at is null)))
                -- The gaps that a touch has filled come after it.
                order by event.at desc, event.entity = 'client' and event.action <> 'fill' desc,
                         event.entity = 'touch' desc, event.id desc limit 1) as event,
                (select event.id from audit_event event join audit_event undone on undone.id = event.undoes
                  where event.actor_id = $1 and event.at > $3 and event.entity = 'client' and event.entity_id = $2
                    and event.action = 'undo' and undone.undoes is null
                    and not exists (select from audit_event undo where undo.undoes = event.id)
                  order by event.id desc limit 1) as undo"#,
            me.0,
            client,
            crm.now - TimeDelta::minutes(MINUTES)
        )
        .fetch_one(crm.logging().await?)
        .await?)
}

async fn undo_note(crm: &mut Crm<'_>, note: i64) -> Result<()> {
    sqlx::query!("update note set voided_at = $2 where id = $1 and voided_at is null", note, crm.now)
        .execute(&mut *crm.connection)
        .await?;
    Ok(())
}

/// A mark that another user has set since stays.
async fn undo_lost(crm: &mut Crm<'_>, client: i64, write: &Write) -> Result<()> {
    let before = write.before()?.unwrap_or(LostMark { lost_at: None, lost_reason: None });
    let done = sqlx::query!(
        "update client set lost_at = $2, lost_reason = $3, version = version + 1 where id = $1 and lost_at = $4",
        client,
        before.lost_at,
        before.lost_reason,
        write.at
    )
    .execute(&mut *crm.connection)
    .await?;
    if done.rows_affected() == 0 { Err(Refusal::HasDependents.into()) } else { Ok(()) }
}

/// Marks the client lost again, unless the client was marked or has signed since.
async fn undo_bring_back(crm: &mut Crm<'_>, client: i64, write: &Write) -> Result<()> {
    let Some(before) = write.before::<LostMark>()? else { return Err(Refusal::Gone.into()) };
    let done = sqlx::query!(
        "update client set lost_at = $2, lost_reason = $3, version = version + 1
              where id = $1 and lost_at is null and (last_live_day is null or last_live_day < $4)",
        client,
        before.lost_at,
        before.lost_reason,
        crm.today()
    )
    .execute(&mut *crm.connection)
    .await?;
    if done.rows_affected() == 0 { Err(Refusal::HasDependents.into()) } else { Ok(()) }
}

/// The step is open again; another that was set since is not pushed away.
async fn undo_finish(crm: &mut Crm<'_>, write: &Write) -> Result<()> {
    let done = sqlx::query!(
        "update follow_up set done_at = null, version = version + 1 where id = $1 and done_at is not null",
        write.entity_id
    )
    .execute(&mut *crm.connection)
    .await?;
    if done.rows_affected() == 0 { Err(Refusal::HasDependents.into()) } else { Ok(()) }
}

/// The date that was there before comes back; where there was none, this one is over. One that is done, or that
/// another user has set since, stays.
async fn undo_next_step(crm: &mut Crm<'_>, write: &Write) -> Result<()> {
    let Some(set) = write.after::<NextStep>()? else { return Err(Refusal::Gone.into()) };
    let (owner, due_at) = write.before::<NextStep>()?.map(|step| (step.owner, step.due_at)).unzip();
    let done = sqlx::query!(
        "update follow_up set owner_id = coalesce($2, owner_id), due_at = coalesce($3, due_at),
                    done_at = case when $2::bigint is null then $4::timestamptz end, version = version + 1
              where id = $1 and done_at is null and owner_id = $5 and due_at = $6",
        write.entity_id,
        owner,
        due_at,
        crm.now,
        set.owner,
        set.due_at
    )
    .execute(&mut *crm.connection)
    .await?;
    if done.rows_affected() == 0 { Err(Refusal::HasDependents.into()) } else { Ok(()) }
}

/// What was filled is empty again, unless another user has corrected it since.
async fn undo_fill(crm: &mut Crm<'_>, client: i64, write: &Write) -> Result<()> {
    let Some(filled) = write.after::<Filled>()? else { return Err(Refusal::Gone.into()) };
    let name = filled.name.as_ref();
    let done = sqlx::query!(
        "update client set last_name = case when $2 then null else last_name end,
                               first_name = case when $2 then null else first_name end,
                               middle_name = case when $2 then null else middle_name end,
                               email = case when $6::text is null then email end, version = version + 1
              where id = $1 and ($6::text is null or email = $6)
                and (not $2 or (last_name, first_name, middle_name) is not distinct from ($3::text, $4::text, $5::text))",
        client,
        name.is_some(),
        name.and_then(|name| name.last.as_deref()),
        name.and_then(|name| name.first.as_deref()),
        name.and_then(|name| name.middle.as_deref()),
        filled.email
    )
    .execute(&mut *crm.connection)
    .await?;
    if done.rows_affected() == 0 { Err(Refusal::HasDependents.into()) } else { Ok(()) }
}

/// The former number comes back, and an undone lead that gave its number away has it again. How the number was typed then
/// is not in the log.
async fn undo_phone(crm: &mut Crm<'_>, client: i64, write: &Write) -> Result<()> {
    let (Some(before), Some(after)) = (write.before::<Number>()?, write.after::<Number>()?) else {
        return Err(Refusal::Gone.into());
    };
    let same = sqlx::query_scalar!(
        r#"select exists (select from client where id = $1 and phone = $2) as "same!""#,
        client,
        after.phone
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    if !same {
        return Err(Refusal::HasDependents.into());
    }
    clients::put_phone(crm, client, &before.phone, &before.phone).await?;
    if let Some(lead) = after.freed {
        clients::put_phone(crm, lead, &after.phone, &after.phone).await?;
        let events = sqlx::query_scalar!(
            "select id from audit_event
                  where entity = 'client' and entity_id = $1 and action = 'phone' and id < $2
                  order by id desc limit 1",
            lead,
            write.event
        )
        .fetch_all(crm.logging().await?)
        .await?;
        log::audit_undone(crm, &events).await?;
    }
    Ok(())
}

/// What another user has corrected since is not touched.
async fn undo_details(crm: &mut Crm<'_>, client: i64, write: &Write) -> Result<()> {
    let (Some(before), Some(after)) = (write.before::<Details>()?, write.after::<Details>()?) else {
        return Err(Refusal::Gone.into());
    };
    let done = sqlx::query!(
            "update client set last_name = $2, first_name = $3, middle_name = $4, email = $5, version = version + 1
              where id = $1 and (last_name, first_name, middle_name, email) is not distinct from ($6::text, $7::text, $8::text, $9::text)",
            client,
            before.name.last,
            before.name.first,
            before.name.middle,
            before.email,
            after.name.last,
            after.name.first,
            after.name.middle,
            after.email
        )
        .execute(&mut *crm.connection)
        .await?;
    if done.rows_affected() == 0 { Err(Refusal::HasDependents.into()) } else { Ok(()) }
}
