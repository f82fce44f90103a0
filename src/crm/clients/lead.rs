//! Registration of a lead: a client and the first touch, in one transaction or neither (H1).

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::Locked;
use crate::crm::audit::{AuditAction, Event};
use crate::crm::{Audience, Crm, Notice, Refusal, Result, RunningAd, StaffId, clients, notes, touches};
use crate::domain::{ClientState, Email, Note, Permission, PersonName, Phone};
use crate::error::SystemError;

/// Everything that is known of a new client.
#[derive(Debug, Clone)]
pub struct LeadDraft {
    /// The phone: its owner is looked up when the lead is saved.
    pub phone: Phone,
    /// The phone as typed.
    pub phone_raw: String,
    /// The name, all of it optional.
    pub name: PersonName,
    /// The e-mail address, not unique (C13).
    pub email: Option<Email>,
    /// The ad that brought the client.
    pub ad: i64,
    /// What else was typed.
    pub notes: Vec<Note>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    pub client: i64,
    /// What became of the draft.
    pub outcome: LeadOutcome,
}

/// What became of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeadOutcome {
    /// A new client with a first touch.
    Created,
    /// An undone lead is back, with a new touch.
    Revived,
    /// The phone has a client: the ad became a touch of that client (C5–C7).
    Known {
        /// Whether the touch is new, or there was one of that ad today (H5).
        fresh: bool,
        /// The user who entered the client.
        by: String,
        at: DateTime<Utc>,
    },
}

/// The client that a phone leads to, locked, and how that record was entered.
struct Owner {
    client: Locked,
    by: String,
    at: DateTime<Utc>,
}

/// A record that holds a phone.
struct Entered {
    id: i64,
    by: String,
    at: DateTime<Utc>,
}

/// Saves a lead. A phone that has a client makes no second one: the ad becomes a touch (C5–C7).
///
/// # Errors
/// `Denied`; `AdFinished` when the ad was finished in the meantime (P8, P14); `Gone` for a forged ad.
pub async fn register(crm: &mut Crm<'_>, draft: &LeadDraft) -> Result<Lead> {
    crm.use_case(Permission::ClientAdd, async |crm, author| {
        let ad = touches::running_ad(crm, draft.ad).await?;
        loop {
            if let Some(id) = insert(crm, draft, author).await? {
                return first_touch(crm, id, draft, &ad).await;
            }
            // A correction may take the phone away from its owner after the insert has found it: then it is free (C9).
            if let Some(owner) = lock_phone_owner(crm, &draft.phone).await? {
                return lead_of_known(crm, owner, draft, &ad).await;
            }
        }
    })
    .await
}

/// Inserts the client; none when the phone has one. Two users who save one phone at once meet here: the second waits for
/// the first and then finds that row (C7).
async fn insert(crm: &mut Crm<'_>, draft: &LeadDraft, author: StaffId) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        "insert into client (phone, phone_raw, last_name, first_name, middle_name, email, created_at, created_by)
             select $1, $2, $3, $4, $5, $6, $7, $8 where not exists (select from client where phone = $1)
             on conflict (phone) do nothing returning id",
        draft.phone.as_str(),
        draft.phone_raw,
        draft.name.last.as_ref().map(|name| name.as_str()),
        draft.name.first.as_ref().map(|name| name.as_str()),
        draft.name.middle.as_ref().map(|name| name.as_str()),
        draft.email.as_ref().map(|email| email.as_str()),
        crm.now,
        author.0
    )
    .fetch_optional(&mut *crm.connection)
    .await?)
}

async fn first_touch(crm: &mut Crm<'_>, id: i64, draft: &LeadDraft, ad: &RunningAd) -> Result<Lead> {
    let after = json!({ "phone": draft.phone, "name": draft.name, "email": draft.email });
    audit_lead(crm, AuditAction::ClientCreate, id, None, after).await?;
    let client = Locked {
        id,
        who: draft.name.display().unwrap_or_else(|| draft.phone.masked()),
        state: ClientState::Inactive,
        responsible: None,
        voided: false,
        version: 1,
    };
    touches::add(crm, &client, ad).await?;
    notes::add_all(crm, id, &draft.notes).await?;
    crm.notify(
        Audience::Holders(Permission::ClientTake),
        Notice::NewLead { client: id, who: client.who, ad: ad.title.clone(), returned: false, free: true },
    );
    Ok(Lead { client: id, outcome: LeadOutcome::Created })
}

/// Locks the client that a phone leads to; none when it was taken from that client before the lock.
async fn lock_phone_owner(crm: &mut Crm<'_>, phone: &Phone) -> Result<Option<Owner>> {
    let Some(found) = entered_with(crm, phone).await? else { return Ok(None) };
    let client = clients::lock(crm, found.id).await?;
    // Corrections need the same lock: from here on the phone stays where it is.
    let still = entered_with(crm, phone).await?.is_some_and(|now| now.id == found.id);
    Ok(still.then_some(Owner { client, by: found.by, at: found.at }))
}

/// The record that holds a phone, merged or not: its author, and the time of its entry.
async fn entered_with(crm: &mut Crm<'_>, phone: &Phone) -> Result<Option<Entered>, SystemError> {
    Ok(sqlx::query_as!(
        Entered,
        "select c.id, c.created_at as at, author.full_name as by
               from client c join staff_user author on author.id = c.created_by where c.phone = $1",
        phone.as_str()
    )
    .fetch_optional(&mut *crm.connection)
    .await?)
}

async fn lead_of_known(crm: &mut Crm<'_>, owner: Owner, draft: &LeadDraft, ad: &RunningAd) -> Result<Lead> {
    let Owner { mut client, by, at } = owner;
    let revived = client.voided;
    if revived {
        client = revive(crm, client, draft).await?;
    } else if !crm.may(Permission::TouchAdd) {
        crm.deny(Permission::TouchAdd).await?;
        return Err(Refusal::Denied.into());
    } else {
        fill_gaps(crm, client.id, draft).await?;
    }
    let touched = touches::add(crm, &client, ad).await?;
    notes::add_all(crm, client.id, &draft.notes).await?;
    if touched.fresh {
        touches::tell_of_touch(crm, &client, ad);
    }
    let outcome = match revived {
        true => LeadOutcome::Revived,
        false => LeadOutcome::Known { fresh: touched.fresh, by, at },
    };
    Ok(Lead { client: client.id, outcome })
}

/// Brings an undone lead back into the lists, with what is typed now in place of what was undone.
async fn revive(crm: &mut Crm<'_>, client: Locked, draft: &LeadDraft) -> Result<Locked> {
    let was = details(crm, client.id).await?;
    sqlx::query!(
        "update client set voided_at = null, last_name = $2, first_name = $3, middle_name = $4, email = $5,
                               version = version + 1
              where id = $1",
        client.id,
        draft.name.last.as_ref().map(|name| name.as_str()),
        draft.name.first.as_ref().map(|name| name.as_str()),
        draft.name.middle.as_ref().map(|name| name.as_str()),
        draft.email.as_ref().map(|email| email.as_str()),
    )
    .execute(&mut *crm.connection)
    .await?;
    let before = json!({ "voided": true, "name": was.name, "email": was.email });
    let after = json!({ "voided": false, "name": draft.name, "email": draft.email });
    audit_lead(crm, AuditAction::ClientRevive, client.id, Some(before), after).await?;
    clients::lock(crm, client.id).await
}

/// Keeps a name or e-mail that a known client lacked; present values are never overwritten. The log names what was filled
/// and no more.
async fn fill_gaps(crm: &mut Crm<'_>, client: i64, draft: &LeadDraft) -> Result<(), SystemError> {
    if !crm.may(Permission::ClientEdit) || (draft.name.is_empty() && draft.email.is_none()) {
        return Ok(());
    }
    let was = details(crm, client).await?;
    let name = Some(&draft.name).filter(|name| was.nameless && !name.is_empty());
    let email = draft.email.as_ref().filter(|_| was.email.is_none());
    let (mut before, mut after) = (Map::new(), Map::new());
    if let Some(name) = name {
        before.insert("name".to_owned(), was.name);
        after.insert("name".to_owned(), json!(name));
    }
    if let Some(email) = email {
        before.insert("email".to_owned(), Value::Null);
        after.insert("email".to_owned(), json!(email));
    }
    if after.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "update client set last_name = coalesce(last_name, $2), first_name = coalesce(first_name, $3),
                               middle_name = coalesce(middle_name, $4), email = coalesce(email, $5),
                               version = version + 1
              where id = $1",
        client,
        name.and_then(|name| name.last.as_ref()).map(|name| name.as_str()),
        name.and_then(|name| name.first.as_ref()).map(|name| name.as_str()),
        name.and_then(|name| name.middle.as_ref()).map(|name| name.as_str()),
        email.map(|email| email.as_str()),
    )
    .execute(&mut *crm.connection)
    .await?;
    audit_lead(crm, AuditAction::ClientFill, client, Some(before.into()), after.into()).await
}

/// Name and e-mail as they are stored.
struct Details {
    name: Value,
    nameless: bool,
    email: Option<String>,
}

async fn details(crm: &mut Crm<'_>, client: i64) -> Result<Details, SystemError> {
    let query = sqlx::query_as!(
        Details,
        r#"select json_build_object('last', last_name, 'first', first_name, 'middle', middle_name) as "name!",
                  num_nonnulls(last_name, first_name, middle_name) = 0 as "nameless!", email
             from client where id = $1"#,
        client
    );
    Ok(query.fetch_one(&mut *crm.connection).await?)
}

async fn audit_lead(
    crm: &mut Crm<'_>,
    action: AuditAction,
    client: i64,
    before: Option<Value>,
    after: Value,
) -> Result<(), SystemError> {
    crm.audit(Event { action, entity_id: Some(client), before, after: Some(after), reason: None }).await
}
