//! Looks at clients: cards, whole phones, and what leads to a client by digits that a mask hides (E2, J6).
//!
//! A look is one event per user, client and local day of its kind.

use chrono::{DateTime, TimeDelta, Utc};

use crate::crm::{Audience, Crm, Notice, StaffId};
use crate::domain::{Permission, day_bounds};
use crate::error::SystemError;

/// A search by digits that finds as many clients tells of none of them what the mask hides.
const MANY_FOUND: i64 = 10;

/// The mark of the notice of many looks: once per user and day.
const NOTICE: &str = "many_looks";

/// The beginning of the company's day: a second look since then is not written.
pub(super) fn midnight(crm: &Crm<'_>) -> DateTime<Utc> {
    day_bounds(crm.today(), crm.company.time_zone).0
}

/// A phone was shown whole.
pub(super) async fn shown(crm: &mut Crm<'_>, by: StaffId, client: i64) -> Result<(), SystemError> {
    write(crm, by, "view_phone", &[client]).await
}

/// A card was shown.
pub(super) async fn card(crm: &mut Crm<'_>, by: StaffId, client: i64) -> Result<(), SystemError> {
    write(crm, by, "view_card", &[client]).await
}

/// A phone was typed whole, and found.
pub(super) async fn found(crm: &mut Crm<'_>, by: StaffId, client: i64) -> Result<(), SystemError> {
    write(crm, by, "find_phone", &[client]).await
}

/// A search by digits has found `total` clients, these among them: nothing is written for each digit that is typed further,
/// and none of the clients stays unknown.
pub(super) async fn found_by_digits(
    crm: &mut Crm<'_>,
    by: StaffId,
    clients: &[i64],
    total: i64,
) -> Result<(), SystemError> {
    if clients.is_empty() || total >= MANY_FOUND {
        return Ok(());
    }
    write(crm, by, "find_phone", clients).await
}

/// Writes looks, and counts them in the same statement.
async fn write(crm: &mut Crm<'_>, by: StaffId, action: &str, clients: &[i64]) -> Result<(), SystemError> {
    let (midnight, hour_ago) = (midnight(crm), crm.now - TimeDelta::hours(1));
    let many = sqlx::query_scalar!(
        r#"with look as (
               insert into audit_event (at, actor_id, action, entity, entity_id, after)
               select $1, $2, $3, 'client', wanted.id, '{}' from unnest($4::bigint[]) wanted (id)
                where not exists (select from audit_event e
                                   where e.actor_id = $2 and e.entity_id = wanted.id and e.at >= $5 and e.action = $3
                                     and e.action in ('view_phone', 'find_phone', 'view_card'))
               returning entity_id)
           select count(*) from (
               select entity_id from audit_event
                where actor_id = $2 and action in ('view_phone', 'find_phone', 'view_card') and at > $6 and at <= $1
                union select entity_id from look) seen
            where exists (select from look)
           having count(*) > (select clients_per_hour from look_policy)"#,
        crm.now,
        by.0,
        action,
        clients,
        midnight,
        hour_ago
    )
    .fetch_optional(crm.writing().await?)
    .await?;
    tell_of_many(crm, by, many.flatten()).await
}

/// Tells the administrators of an unusual number of looks, once a day. `many` are the clients of this hour; none while they
/// are not more than usual, or nothing new was looked at.
async fn tell_of_many(crm: &mut Crm<'_>, by: StaffId, many: Option<i64>) -> Result<(), SystemError> {
    let Some(clients) = many else { return Ok(()) };
    let first = sqlx::query!(
        "insert into notice_sent (kind, subject_id, period, sent_at) values ($1, $2, $3, $4) on conflict do nothing",
        NOTICE,
        by.0,
        crm.today().to_string(),
        crm.now
    )
    .execute(crm.writing().await?)
    .await?;
    if let (1, Some(staff)) = (first.rows_affected(), crm.actor.staff()) {
        let (who, username) = (staff.full_name.clone(), staff.username.clone());
        let notice = Notice::ManyLooks { staff: by, who, username, clients };
        crm.notify(Audience::Holders(Permission::StaffManage), notice);
    }
    Ok(())
}
