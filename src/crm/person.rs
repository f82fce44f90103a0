//! One person's data on legal request: export and erasure. Commands on the server only (G14).

mod accounts;
mod erase;
mod export;
mod places;
mod traces;

pub use accounts::{
    ACCOUNT_TABLES, Account, AccountHolder, account_holder, erase_account, export_account, places_of_account,
};
pub use erase::{TABLES, erase};
pub use export::export;
pub use places::{Mention, files_of, mentions, places_of, waiting_files};
pub use traces::Traces;

use serde_json::Value;

use super::{Crm, Refusal, Result, StaffId, clients};
use crate::domain::{Email, LastName, Phone};
use crate::error::SystemError;

/// By what a request names its person.
#[derive(Clone, Default)]
pub struct Identity {
    pub phones: Vec<Phone>,
    pub emails: Vec<Email>,
    pub surnames: Vec<LastName>,
}

/// A person: the client who has the phone, and all records merged with it; none for a person who stands in texts alone.
#[derive(Debug)]
pub struct Subject {
    /// Their rows in `client`.
    pub clients: Vec<i64>,
    /// What identifies them in texts.
    pub traces: Traces,
    /// The events of their records in the audit log.
    events: Vec<i64>,
    /// How many touches they have.
    pub touches: i64,
    pub contracts: i64,
    pub notes: i64,
    /// Whether a phone of the request is a former one, by the audit log.
    pub by_former_phone: bool,
    /// Several clients who have had a phone that none has now: which of them is meant is not known.
    pub ambiguous: Vec<i64>,
}

/// Finds the person of a request, without a lock.
///
/// A phone leads to the client who has it. One that no client has now leads to the client who had it, by the audit log.
///
/// # Errors
/// `Denied` for every actor but the system.
pub async fn find(crm: &mut Crm<'_>, identity: &Identity) -> Result<Subject> {
    // No right leads here: such requests are answered on the server, under the owner's role.
    if crm.actor.staff().map(|staff| staff.id) != Some(StaffId::SYSTEM) {
        return Err(Refusal::Denied.into());
    }
    let phones: Vec<String> = identity.phones.iter().map(|phone| phone.as_str().to_owned()).collect();
    let known = sqlx::query!("select id, phone from client where phone = any($1)", &phones)
        .fetch_all(&mut *crm.connection)
        .await?;
    let given_up: Vec<String> =
        phones.iter().filter(|phone| !known.iter().any(|row| row.phone == **phone)).cloned().collect();
    let owned: Vec<i64> = known.iter().map(|row| row.id).collect();
    let clients = with_merged(crm, &owned).await?;
    let former = former_owners(crm, &given_up).await?;
    let former: Vec<i64> = former.into_iter().filter(|id| !clients.contains(id)).collect();
    let by_former_phone = !former.is_empty();
    let one = with_merged(crm, former.first().map(std::slice::from_ref).unwrap_or_default()).await?;
    let ambiguous = if former.iter().all(|id| one.contains(id)) { Vec::new() } else { former };
    let clients = with_merged(crm, &[owned, if ambiguous.is_empty() { one } else { Vec::new() }].concat()).await?;
    let traces = traces_of(crm, identity, &clients).await?;
    let count = sqlx::query!(
        r#"select (select count(*) from touch where client_id = any($1)) as "touches!",
                      (select count(*) from contract where client_id = any($1)) as "contracts!",
                      (select count(*) from note where client_id = any($1)) as "notes!""#,
        &clients
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    let (touches, contracts, notes) = (count.touches, count.contracts, count.notes);
    let events = events_of(crm, &clients).await?;
    Ok(Subject { clients, traces, events, touches, contracts, notes, by_former_phone, ambiguous })
}

/// As [`find`], with the rows locked until the end of the transaction: none joins the person's, and none leaves them.
pub(super) async fn hold(crm: &mut Crm<'_>, identity: &Identity) -> Result<Subject> {
    let before = find(crm, identity).await?;
    if !before.ambiguous.is_empty() {
        return Err(SystemError::permanent("several clients have had the phone").into());
    }
    for client in &before.clients {
        // Merges need the surviving record's lock too.
        clients::lock(crm, *client).await?;
    }
    sqlx::query!("select id from client where id = any($1) order by id for update", &before.clients)
        .fetch_all(&mut *crm.connection)
        .await?;
    let person = find(crm, identity).await?;
    if person.clients != before.clients {
        return Err(SystemError::transient("the person's records have changed meanwhile").into());
    }
    Ok(person)
}

/// These clients, the records they were merged into, and all records merged into those.
async fn with_merged(crm: &mut Crm<'_>, clients: &[i64]) -> Result<Vec<i64>> {
    let all = sqlx::query_scalar!(
        r#"with recursive above as (
                   select id, merged_into from client where id = any($1)
                   union
                   select c.id, c.merged_into from above join client c on c.id = above.merged_into
               ), person as (
                   select id from above
                   union
                   select c.id from person join client c on c.merged_into = person.id
               )
               select id as "id!" from person order by id"#,
        clients
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok(all)
}

/// The events of these clients' records.
async fn events_of(crm: &mut Crm<'_>, clients: &[i64]) -> Result<Vec<i64>> {
    let events = sqlx::query_scalar!(
        "select id from audit_event
              where entity = 'client' and entity_id = any($1)
                 or entity = 'touch' and entity_id in (select id from touch where client_id = any($1))
                 or entity = 'contract' and entity_id in (select id from contract where client_id = any($1))
                 or entity = 'note' and entity_id in (select id from note where client_id = any($1))
                 or entity = 'consent' and entity_id in (select id from client_consent where client_id = any($1))
                 or entity = 'follow_up' and entity_id in (select id from follow_up where client_id = any($1))",
        clients
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok(events)
}

/// The clients who had one of these phones before.
async fn former_owners(crm: &mut Crm<'_>, phones: &[String]) -> Result<Vec<i64>> {
    let owners = sqlx::query_scalar!(
        r#"select distinct entity_id as "client!" from audit_event
                where entity = 'client' and entity_id is not null
                  and (before ->> 'phone' = any($1) or after ->> 'phone' = any($1)) order by 1"#,
        phones
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok(owners)
}

/// Everything by which texts may name the person: what the request says, what their rows hold, and what these held before
/// by the audit log. A phone that another client has now is that client's; an address may be of both.
async fn traces_of(crm: &mut Crm<'_>, identity: &Identity, clients: &[i64]) -> Result<Traces> {
    let (mut phones, mut emails, mut surnames) = (Vec::new(), Vec::new(), Vec::new());
    phones.extend(identity.phones.iter().map(|phone| phone.as_str().to_owned()));
    emails.extend(identity.emails.iter().map(|email| email.as_str().to_owned()));
    surnames.extend(identity.surnames.iter().map(|name| name.as_str().to_owned()));
    let rows = sqlx::query!("select id, phone, phone_raw, last_name, email from client where id = any($1)", clients)
        .fetch_all(&mut *crm.connection)
        .await?;
    let mut traces = Traces::default();
    for row in rows {
        traces.add_client(row.id);
        phones.extend([row.phone, row.phone_raw]);
        emails.extend(row.email);
        surnames.extend(row.last_name);
    }
    let events = sqlx::query!(
        r#"select side as "side!" from audit_event
                cross join lateral (values (before), (after)) both_sides (side)
                where entity = 'client' and entity_id = any($1) and side is not null"#,
        clients
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    for event in events {
        phones.extend(text(event.side.get("phone")));
        emails.extend(text(event.side.get("email")));
        surnames.extend(text(event.side.pointer("/name/last")));
    }
    let of_others = sqlx::query!(
        r#"select phone, lower(email) as email from client
                where id <> all($1) and (phone = any($2) or lower(email) = any(select lower(mail) from unnest($3::text[]) mail))"#,
        clients,
        &phones,
        &emails
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let theirs = |phone: &String| of_others.iter().all(|row| row.phone != *phone);
    phones.iter().filter(|phone| theirs(phone)).for_each(|phone| traces.add_phone(phone));
    surnames.iter().for_each(|name| traces.add_surname(name));
    for email in emails {
        match of_others.iter().any(|row| row.email.as_deref() == Some(email.to_lowercase().as_str())) {
            true => traces.share_email(&email),
            false => traces.add_email(&email),
        }
    }
    Ok(traces)
}
