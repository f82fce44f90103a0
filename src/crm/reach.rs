//! Unreachable colleagues: notices to administrators, and repeated requests on their return (R8).

use chrono::TimeDelta;

use super::{Actor, Audience, Crm, Notice, StaffId, clients};
use crate::domain::{Permission, day_start, local_day};
use crate::error::SystemError;

/// A client who has waited longer stands first in the queue anyway.
const DAYS: i64 = 7;

/// More waiting clients than this are one notice: the queue shows them.
const SINGLY: i64 = 3;

/// Notifies users who manage people that a colleague's chat cannot be reached; nothing when it is no colleague's.
pub async fn tell_of_unreachable(crm: &mut Crm<'_>, chat_id: i64) -> Result<(), SystemError> {
    let person = sqlx::query!(
        "select u.id, u.full_name, u.username
               from telegram_link l join staff_user u on u.id = l.user_id and u.active
              where l.chat_id = $1 and l.unlinked_at is null",
        chat_id
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    if let Some(person) = person {
        let notice =
            Notice::Unreachable { staff: StaffId(person.id), who: person.full_name, username: person.username };
        crm.notify(Audience::Holders(Permission::StaffManage), notice);
    }
    Ok(())
}

/// Repeats the open requests to a user: to take waiting clients, to answer offered handovers; those of one client, or
/// all. Nothing for a stranger or a user without the right.
pub async fn ask_again(crm: &mut Crm<'_>, person: &Actor, client: Option<i64>) -> Result<(), SystemError> {
    let Some(staff) = person.staff().filter(|_| person.may(Permission::ClientTake)) else { return Ok(()) };
    let audience = Audience::One(staff.id);
    ask_to_take(crm, &audience, client).await?;
    ask_to_answer(crm, &audience, staff.id, client).await
}

async fn ask_to_take(crm: &mut Crm<'_>, audience: &Audience, client: Option<i64>) -> Result<(), SystemError> {
    let rows = sqlx::query!(
        r#"select client.id, ad.title, touch.happened_at, count(*) over () as "total!"
                 from client
                 join touch on touch.id = client.open_touch_id
                 join ad on ad.id = touch.ad_id
                where client.waits_since >= $1 and client.open_touch_id is not null and ($3::bigint is null or client.id = $3)
                  and client.responsible_id is null and client.voided_at is null and client.merged_into is null
                  and (client.last_live_day is null or client.last_live_day < $2)
                order by client.waits_since, client.open_touch_id limit $4"#,
        day_start(local_day(crm.now - TimeDelta::days(DAYS), crm.company.time_zone), crm.company.time_zone),
        crm.today(),
        client,
        SINGLY
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    if let Some(total) = rows.first().map(|row| row.total).filter(|total| *total > SINGLY) {
        let clients = usize::try_from(total).unwrap_or(usize::MAX);
        crm.notify(audience.clone(), Notice::ManyWaiting { clients });
        return Ok(());
    }
    for row in rows {
        let Some(line) = clients::lines(crm, &[row.id]).await?.pop() else { continue };
        let minutes = (crm.now - row.happened_at).num_minutes().max(1);
        crm.notify(audience.clone(), Notice::Waiting { client: row.id, who: line.who, ad: row.title, minutes });
    }
    Ok(())
}

async fn ask_to_answer(
    crm: &mut Crm<'_>,
    audience: &Audience,
    staff: StaffId,
    client: Option<i64>,
) -> Result<(), SystemError> {
    let rows = sqlx::query!(
        "select h.id, h.client_id, h.note, giver.full_name
               from client_handover h join staff_user giver on giver.id = h.from_id
              where h.to_id = $1 and ($2::bigint is null or h.client_id = $2)
                and h.accepted_at is null and h.declined_at is null and h.withdrawn_at is null
              order by h.id",
        staff.0,
        client
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    for row in rows {
        let Some(line) = clients::lines(crm, &[row.client_id]).await?.pop() else { continue };
        let notice = Notice::Offered {
            handover: row.id,
            client: row.client_id,
            who: line.who,
            phone: line.masked,
            from: row.full_name,
            note: row.note,
        };
        crm.notify(audience.clone(), notice);
    }
    Ok(())
}
