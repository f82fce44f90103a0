//! Repeated notices of clients without an owner: once per touch, and once more after each return to the queue without one.

use chrono::{DateTime, TimeDelta, Utc};

use crate::crm::{Audience, Crm, Notice, Result, clients};
use crate::domain::{ClientState, Permission, day_start, local_day};
use crate::error::SystemError;

/// After so many minutes the notice is repeated.
const MINUTES: i64 = 15;

/// Missed notices are made up for so far back; clients who wait longer stand first in the queue anyway.
const DAYS: i64 = 7;

/// More than so many at once are one notice: the queue shows who they are.
const SINGLY: usize = 3;

/// What marks a client's touch as told of.
const KIND: &str = "waiting";

/// What marks a client as waiting again: the time counts from then on.
const AGAIN: &str = "waiting_again";

struct Waiting {
    client: i64,
    mark: String,
    ad: String,
    since: DateTime<Utc>,
}

/// Notifies all users who may take clients of those who have waited for a quarter of an hour. Of processes that do it at
/// once, one notifies: the others find its mark.
pub async fn tell_of_waiting(crm: &mut Crm<'_>) -> Result<(), SystemError> {
    let mut due = waiting_too_long(crm).await?;
    if due.is_empty() {
        return Ok(());
    }
    let fresh = mark_as_told(crm, &due).await?;
    due.retain(|waiting| fresh.contains(&waiting.client));
    let audience = Audience::Holders(Permission::ClientTake);
    if due.len() > SINGLY {
        crm.notify(audience, Notice::ManyWaiting { clients: due.len() });
        return Ok(());
    }
    for waiting in due {
        let Some(line) = clients::lines(crm, &[waiting.client]).await?.pop() else { continue };
        let minutes = (crm.now - waiting.since).num_minutes();
        let notice = Notice::Waiting { client: waiting.client, who: line.who, ad: waiting.ad, minutes };
        crm.notify(audience.clone(), notice);
    }
    Ok(())
}

/// Notifies all users who may take clients that a client whose notices were closed waits again, unless the client has an
/// owner. The quarter of an hour starts again: an earlier notice of it counts no more.
///
/// # Errors
/// `Gone` for a client who is in no list.
pub(in crate::crm) async fn tell_of_free_again(crm: &mut Crm<'_>, client: i64) -> Result<()> {
    let client = clients::lock_live(crm, client).await?;
    if client.state != ClientState::Potential || client.responsible.is_some() {
        return Ok(());
    }
    sqlx::query!(
        "insert into notice_sent (kind, subject_id, period, sent_at) values ($1, $2, $3::timestamptz::text, $3)
             on conflict do nothing",
        AGAIN,
        client.id,
        crm.now
    )
    .execute(&mut *crm.connection)
    .await?;
    let notice = Notice::FreeAgain { client: client.id, who: client.who };
    crm.notify(Audience::Holders(Permission::ClientTake), notice);
    Ok(())
}

/// Locked, so that a user who takes one of them now either comes first or closes the notice. A client whom another user
/// locks at this moment is looked at again the next time.
async fn waiting_too_long(crm: &mut Crm<'_>) -> Result<Vec<Waiting>, SystemError> {
    let rows = sqlx::query_as!(
        Waiting,
        r#"select client.id as client, seen.mark as "mark!", ad.title as ad, seen.since as "since!"
               from client
               join touch on touch.id = client.open_touch_id
               join ad on ad.id = touch.ad_id
              cross join lateral (
                    select concat_ws('/', touch.id, extract(epoch from max(sent_at))) as mark,
                           coalesce(max(sent_at), touch.happened_at) as since
                      from notice_sent
                     where kind = $5 and subject_id = client.id and sent_at >= touch.happened_at) seen
              where client.waits_since between $1 and $2 and seen.since <= $2
                and client.responsible_id is null and client.open_touch_id is not null and client.voided_at is null and client.merged_into is null
                and (client.last_live_day is null or client.last_live_day < $3)
                and not exists (select from notice_sent told
                                 where told.kind = $4 and told.subject_id = client.id and told.period = seen.mark)
              order by client.waits_since, client.open_touch_id
                for update of client skip locked"#,
        day_start(local_day(crm.now - TimeDelta::days(DAYS), crm.company.time_zone), crm.company.time_zone),
        crm.now - TimeDelta::minutes(MINUTES),
        crm.today(),
        KIND,
        AGAIN
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok(rows)
}

/// The clients who were not notified of in the meantime.
async fn mark_as_told(crm: &mut Crm<'_>, due: &[Waiting]) -> Result<Vec<i64>, SystemError> {
    let clients: Vec<i64> = due.iter().map(|waiting| waiting.client).collect();
    let marks: Vec<String> = due.iter().map(|waiting| waiting.mark.clone()).collect();
    let fresh = sqlx::query_scalar!(
        "insert into notice_sent (kind, subject_id, period, sent_at)
             select $1, m.client, m.mark, $4 from unnest($2::bigint[], $3::text[]) as m (client, mark)
             on conflict do nothing returning subject_id",
        KIND,
        &clients,
        &marks,
        crm.now
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok(fresh)
}
