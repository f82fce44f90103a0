//! Reading the audit log: all events, or the actor's own; the newest first.

mod card;
mod history;
mod search;
mod values;

pub use card::{AuditCard, Change, event};
pub use history::{contract_files, contract_history};
pub use values::Shown;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Crm, Rest, Result, StaffId};
use crate::domain::{Permission, coded_enum, day_bounds};
use crate::error::SystemError;

/// How many events beyond the page are counted: a log of years is never counted whole.
const COUNTED: i64 = 800;

coded_enum! {
    /// The kinds of records that the log speaks of.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    pub enum Entity {
        Client = "client",
        Touch = "touch",
        Note = "note",
        FollowUp = "follow_up",
        Contract = "contract",
        Service = "service",
        Ad = "ad",
        /// A person of the staff.
        Staff = "staff",
        Group = "group",
        Parked = "parked_update",
        Consent = "consent",
    }
}

impl Entity {
    /// The right without which neither names nor values of such records are shown.
    pub(super) const fn needs(self) -> Option<Permission> {
        match self {
            Self::Client | Self::Touch | Self::Note | Self::FollowUp | Self::Consent => Some(Permission::ClientView),
            Self::Contract => Some(Permission::ContractView),
            Self::Service => Some(Permission::ServiceView),
            Self::Ad => Some(Permission::AdView),
            Self::Staff | Self::Group | Self::Parked => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AuditFilter {
    pub person: Option<StaffId>,
    /// Of which kind of record.
    pub entity: Option<Entity>,
    pub record: Option<i64>,
    /// Up to the end of this day, in the actor's time zone.
    pub until: Option<NaiveDate>,
    /// Only what was refused for want of a right.
    pub denials: bool,
    /// Only looks at clients: cards, whole phones, and those by which digits they were found. Looks at cards, of which there
    /// are many, are in no other list.
    #[serde(default)]
    pub looks: bool,
}

/// An event in the list.
#[derive(Debug, Clone)]
pub struct AuditLine {
    /// Its id: the key of pages.
    pub id: i64,
    pub at: DateTime<Utc>,
    /// The user who acted; [`StaffId::SYSTEM`] for what no person did.
    pub actor: (StaffId, String),
    pub action: String,
    /// With what, as stored.
    pub entity: String,
    /// What an undo has undone: action and kind of record, as stored.
    pub undone: Option<(String, String)>,
    /// The record, as far as the reader's rights show it.
    pub record: Option<AuditRecord>,
}

/// The record of an event.
#[derive(Debug, Clone)]
pub struct AuditRecord {
    pub id: i64,
    /// The title of a service, ad, contract or group; a colleague's name; the ad of a touch.
    pub title: Option<String>,
    /// The client it belongs to, or is: a name or masked phone.
    pub client: Option<String>,
}

/// Events before the one of id `before`. Without the right to all actions only the actor's own are read.
///
/// # Errors
/// [`Refusal::Denied`](super::Refusal::Denied) without either right.
pub async fn page(crm: &mut Crm<'_>, filter: AuditFilter, before: Option<i64>, limit: i64) -> Result<Rest<AuditLine>> {
    let own = reader(crm).await?;
    let until = filter.until.map(|day| day_bounds(day, crm.actor.time_zone(crm.company)).1);
    let person = own.or(filter.person);
    let before = before.unwrap_or(i64::MAX).min(match until {
        Some(until) => search::end_of(crm, until).await?,
        None => i64::MAX,
    });
    let hits = search::events(crm, &filter, person, before, until, limit).await?;
    let ids: Vec<i64> = hits.iter().map(|hit| hit.id).collect();
    Ok(Rest { rows: lines(crm, &ids).await?, rest: hits.first().map_or(0, |hit| hit.rest) })
}

/// The people of the log after the one of id `after`, by name.
///
/// # Errors
/// [`Refusal::Denied`](super::Refusal::Denied) without the right to all actions.
pub async fn people(crm: &mut Crm<'_>, after: Option<i64>, limit: i64) -> Result<Rest<(StaffId, String)>> {
    crm.require(Permission::AuditAll).await?;
    let rows = sqlx::query!(
        r#"select id, full_name, count(*) over () as "total!" from staff_user
                where $1::bigint is null
                   or (lower(full_name), id) > (select lower(full_name), id from staff_user where id = $1)
                order by lower(full_name), id limit $2"#,
        after,
        limit
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let rest = rows.first().map_or(0, |row| row.total);
    Ok(Rest { rows: rows.into_iter().map(|row| (StaffId(row.id), row.full_name)).collect(), rest })
}

/// The only user whose events the actor may read; none when the actor may read all.
async fn reader(crm: &mut Crm<'_>) -> Result<Option<StaffId>> {
    match crm.may(Permission::AuditAll) {
        true => Ok(None),
        false => Ok(Some(crm.require(Permission::AuditOwn).await?)),
    }
}

/// These events, in this order.
async fn lines(crm: &mut Crm<'_>, ids: &[i64]) -> Result<Vec<AuditLine>, SystemError> {
    let rows = sqlx::query!(
        r#"select e.id, e.at, e.actor_id, who.full_name, e.action, coalesce(e.entity, '') as "entity!", e.entity_id,
                      undone.action as "undone_action?", undone.entity as "undone_entity?",
                      case e.entity
                           when 'client' then e.entity_id
                           when 'touch' then (select client_id from touch where id = e.entity_id)
                           when 'note' then (select client_id from note where id = e.entity_id)
                           when 'follow_up' then (select client_id from follow_up where id = e.entity_id)
                           when 'consent' then (select client_id from client_consent where id = e.entity_id)
                           when 'contract' then (select client_id from contract where id = e.entity_id)
                      end as client,
                      case e.entity
                           when 'touch' then (select ad.title from touch join ad on ad.id = touch.ad_id
                                               where touch.id = e.entity_id)
                           when 'contract' then (select title from contract where id = e.entity_id)
                           when 'service' then (select title from service where id = e.entity_id)
                           when 'ad' then (select title from ad where id = e.entity_id)
                           when 'staff' then (select full_name from staff_user where id = e.entity_id)
                           when 'group' then (select name from user_group where id = e.entity_id)
                      end as title
                 from unnest($1::bigint[]) with ordinality wanted (id, place)
                 join audit_event e on e.id = wanted.id
                 join staff_user who on who.id = e.actor_id
                 left join audit_event undone on undone.id = e.undoes
                order by wanted.place"#,
        ids
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let sees_clients = crm.may(Permission::ClientView);
    let clients: Vec<i64> = rows.iter().filter_map(|row| row.client.filter(|_| sees_clients)).collect();
    let mut names = Vec::with_capacity(clients.len());
    for client in clients {
        names.push((client, values::client_name(crm, client).await?));
    }
    let lines = rows.into_iter().map(|row| {
        let sees = sees(crm, &row.entity);
        let name = row.client.and_then(|client| names.iter().find(|(id, _)| *id == client));
        let record = row.entity_id.map(|id| AuditRecord {
            id,
            title: row.title.filter(|_| sees),
            client: name.and_then(|(_, name)| name.clone()),
        });
        let actor = (StaffId(row.actor_id), row.full_name);
        AuditLine {
            id: row.id,
            at: row.at,
            actor,
            action: row.action,
            entity: row.entity,
            undone: row.undone_action.zip(row.undone_entity),
            record,
        }
    });
    Ok(lines.collect())
}

/// Whether the reader may see what such a record holds.
fn sees(crm: &Crm<'_>, entity: &str) -> bool {
    Entity::from_code(entity).and_then(Entity::needs).is_none_or(|right| crm.may(right))
}
