//! Looks at clients' phones: whole ones that were shown, and searches by digits that tell what a mask hides (E2, J6).

use chrono::TimeDelta;
use serde_json::json;

use crate::crm::audit::{AuditAction, Event};
use crate::crm::{Audience, Crm, Notice, StaffId};
use crate::domain::{Permission, day_bounds};
use crate::error::SystemError;

/// A search by digits that finds as many clients tells of none of them what the mask hides.
const MANY_FOUND: i64 = 10;

/// More clients than these whom one user has looked at within an hour are told to administrators.
const USUAL_PER_HOUR: i64 = 60;

/// The mark of that notice: once per user and day.
const NOTICE: &str = "many_looks";

/// A phone was shown whole: each time is an event.
pub(super) async fn shown(crm: &mut Crm<'_>, by: StaffId, client: i64) -> Result<(), SystemError> {
    let action = AuditAction::ClientViewPhone;
    crm.audit(Event { action, entity_id: Some(client), before: None, after: Some(json!({})), reason: None }).await?;
    tell_of_many(crm, by).await
}

/// A search by digits has found `total` clients, these among them. One event per user, client and day: nothing is written
/// for each digit that is typed further, and none of them stays unknown.
pub(super) async fn found_by_digits(
    crm: &mut Crm<'_>,
    by: StaffId,
    clients: &[i64],
    total: i64,
) -> Result<(), SystemError> {
    if clients.is_empty() || total >= MANY_FOUND {
        return Ok(());
    }
    let (today, _) = day_bounds(crm.today(), crm.company.time_zone);
    let looks = sqlx::query!(
        "insert into audit_event (at, actor_id, action, entity, entity_id, after)
             select $1, $2, 'find_phone', 'client', wanted.id, '{}' from unnest($3::bigint[]) wanted (id)
              where not exists (select from audit_event look
                                 where look.actor_id = $2 and look.action = 'find_phone' and look.at >= $4
                                   and look.entity_id = wanted.id)",
        crm.now,
        by.0,
        clients,
        today
    )
    .execute(&mut *crm.connection)
    .await?;
    match looks.rows_affected() {
        0 => Ok(()),
        _ => tell_of_many(crm, by).await,
    }
}

/// Tells the administrators of an unusual number of looks, once a day.
async fn tell_of_many(crm: &mut Crm<'_>, by: StaffId) -> Result<(), SystemError> {
    let clients = sqlx::query_scalar!(
        r#"select count(distinct entity_id) as "clients!" from audit_event
                where actor_id = $1 and action in ('view_phone', 'find_phone') and at > $2"#,
        by.0,
        crm.now - TimeDelta::hours(1)
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    if clients <= USUAL_PER_HOUR {
        return Ok(());
    }
    let first = sqlx::query!(
        "insert into notice_sent (kind, subject_id, period, sent_at) values ($1, $2, $3, $4) on conflict do nothing",
        NOTICE,
        by.0,
        crm.today().to_string(),
        crm.now
    )
    .execute(&mut *crm.connection)
    .await?;
    if let (1, Some(staff)) = (first.rows_affected(), crm.actor.staff()) {
        let (who, username) = (staff.full_name.clone(), staff.username.clone());
        let notice = Notice::ManyLooks { staff: by, who, username, clients };
        crm.notify(Audience::Holders(Permission::StaffManage), notice);
    }
    Ok(())
}
