//! Events by filter: one statement per set of conditions, each read from an index of its own.

use chrono::{DateTime, Utc};

use super::{AuditFilter, COUNTED, Entity};
use crate::crm::{Crm, StaffId};
use crate::error::SystemError;

/// An event of the page, and how many there are from the page on, as far as they are counted.
pub(super) struct Hit {
    pub id: i64,
    pub rest: i64,
}

/// Events of one day boundary that are compared: ids grow with time but for events that were written at once.
const AT_ONCE: i64 = 100;

/// The id before which all events of a time stand, but for those that were written at once with it.
pub(super) async fn end_of(crm: &mut Crm<'_>, until: DateTime<Utc>) -> Result<i64, SystemError> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(max(id) + 1, 0) as "id!" from (
               select id from audit_event where at < $1 order by at desc limit $2) latest"#,
        until,
        AT_ONCE
    )
    .fetch_one(&mut *crm.connection)
    .await?)
}

/// What the statements have in common. Counted is by the index alone; the time is that of the page's rows.
macro_rules! events {
    ($crm:expr, $before:expr, $until:expr, $limit:expr, $condition:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Hit,
            "with hit as (select id from audit_event where id < $1 and " + $condition + " order by id desc limit $2)
             select id as \"id!\", (select count(*) from hit) as \"rest!\"
               from (select id from hit order by id desc limit $4::bigint + $5::bigint) latest
              where $3::timestamptz is null or (select at from audit_event where id = latest.id) < $3
              order by id desc limit $4",
            $before,
            COUNTED,
            $until,
            $limit,
            AT_ONCE
            $(, $argument)*
        )
        .fetch_all(&mut *$crm.connection)
        .await?
    };
}

/// The events before an id and a time that fit, the newest first.
pub(super) async fn events(
    crm: &mut Crm<'_>,
    filter: &AuditFilter,
    person: Option<StaffId>,
    before: i64,
    until: Option<DateTime<Utc>>,
    limit: i64,
) -> Result<Vec<Hit>, SystemError> {
    let kind = filter.entity.map(Entity::code);
    let person = person.map(|staff| staff.0);
    let (denials, looks) = (filter.denials, filter.looks);
    Ok(match (filter.record, kind, person) {
        // A look was not denied, and is at a client; a record's number says nothing without its kind.
        _ if denials && looks => Vec::new(),
        (_, Some(_), _) if looks && filter.entity != Some(Entity::Client) => Vec::new(),
        (Some(_), None, _) => Vec::new(),
        (Some(record), Some(kind), _) if looks => events!(
            crm,
            before,
            until,
            limit,
            "entity = $7 and entity_id = $6 and ($8::bigint is null or actor_id = $8)
             and action in ('view_phone', 'find_phone', 'view_card')",
            record,
            kind,
            person
        ),
        (Some(record), Some(kind), _) => events!(
            crm,
            before,
            until,
            limit,
            "entity = $7 and entity_id = $6 and ($8::bigint is null or actor_id = $8)
             and action <> 'view_card' and (not $9 or action = 'denied')",
            record,
            kind,
            person,
            denials
        ),
        (None, _, Some(person)) if denials => events!(
            crm,
            before,
            until,
            limit,
            "action = 'denied' and actor_id = $6 and ($7::text is null or entity = $7)",
            person,
            kind
        ),
        (None, _, None) if denials => {
            events!(crm, before, until, limit, "action = 'denied' and ($6::text is null or entity = $6)", kind)
        }
        (None, _, Some(person)) if looks => events!(
            crm,
            before,
            until,
            limit,
            "action in ('view_phone', 'find_phone', 'view_card') and actor_id = $6",
            person
        ),
        (None, _, None) if looks => {
            events!(crm, before, until, limit, "action in ('view_phone', 'find_phone', 'view_card')")
        }
        (None, Some(kind), Some(person)) => {
            events!(crm, before, until, limit, "action <> 'view_card' and actor_id = $6 and entity = $7", person, kind)
        }
        (None, Some(kind), None) => events!(crm, before, until, limit, "action <> 'view_card' and entity = $6", kind),
        (None, None, Some(person)) => {
            events!(crm, before, until, limit, "action <> 'view_card' and actor_id = $6", person)
        }
        (None, None, None) => events!(crm, before, until, limit, "action <> 'view_card'"),
    })
}
