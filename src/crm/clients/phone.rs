//! A client's phone, corrected with a reason, or by its author on the day of its entry: the only ways to change one (C8, C9).

use serde_json::{Value, json};

use super::looks::midnight;
use crate::crm::audit::{AuditAction, Event};
use crate::crm::{Crm, Error, Field, Refusal, Result, StaffId, clients};
use crate::domain::{Permission, Phone, Reason};
use crate::error::SystemError;

/// A correction of a phone.
#[derive(Debug, Clone)]
pub struct PhoneEdit {
    pub client: i64,
    /// The version that was corrected (E1).
    pub version: i32,
    /// The number from now on.
    pub phone: Phone,
    /// The number as typed.
    pub phone_raw: String,
    pub reason: Reason,
}

/// Corrects a client's phone.
///
/// # Errors
/// `Denied` (C8); `Gone`; `Changed` (E1); `PhoneOf` another client, with whom a merge can be offered (C9); `Taken` when
/// the number leads to this very client already. An undone lead gives its number away.
pub async fn correct_phone(crm: &mut Crm<'_>, edit: &PhoneEdit) -> Result<()> {
    let number = Number::of(edit.client, edit.version, &edit.phone, &edit.phone_raw, Some(&edit.reason));
    let done = crm.use_case(Permission::ClientPhone, async |crm, _| change_phone(crm, &number).await).await;
    or_owner(crm, &number, done).await
}

/// Corrects a phone that the actor has entered on this very local day, without a reason, as long as no contract, handover or
/// touch of another user hangs on the client.
///
/// # Errors
/// As [`correct_phone`]; `NotOwnPhone` where only an administrator may correct it.
pub async fn correct_own_phone(crm: &mut Crm<'_>, client: i64, version: i32, phone: &Phone, raw: &str) -> Result<()> {
    let number = Number::of(client, version, phone, raw, None);
    let change = async |crm: &mut Crm<'_>, by: StaffId| {
        // Touches, contracts and handovers of the client need the same lock: what holds now holds at the write.
        let client = clients::lock_live(crm, client).await?;
        let own =
            sqlx::query_scalar!(r#"select phone_is_own_entry($1, $2, $3) as "own!""#, client.id, by.0, midnight(crm))
                .fetch_one(&mut *crm.connection)
                .await?;
        if !own {
            return Err(Refusal::NotOwnPhone.into());
        }
        change_phone(crm, &number).await
    };
    let done = crm.use_case(Permission::ClientAdd, change).await;
    or_owner(crm, &number, done).await
}

/// A number on its way to a client.
struct Number<'a> {
    client: i64,
    version: i32,
    phone: &'a Phone,
    raw: &'a str,
    reason: Option<&'a str>,
}

impl<'a> Number<'a> {
    fn of(client: i64, version: i32, phone: &'a Phone, raw: &'a str, reason: Option<&'a Reason>) -> Self {
        Self { client, version, phone, raw, reason: reason.map(Reason::as_str) }
    }
}

/// Another client may have got the number between the look for its owner and the write (C9).
async fn or_owner(crm: &mut Crm<'_>, edit: &Number<'_>, done: Result<()>) -> Result<()> {
    match done {
        Err(Error::Refused(Refusal::Taken(Field::Phone))) => Err(phone_refusal(crm, edit).await?.into()),
        done => done,
    }
}

/// Why a client cannot have a number: whose it is now.
async fn phone_refusal(crm: &mut Crm<'_>, edit: &Number<'_>) -> Result<Refusal, SystemError> {
    Ok(match phone_owner(crm, edit.phone).await? {
        Some((owner, false)) if owner != edit.client => Refusal::PhoneOf(owner),
        _ => Refusal::Taken(Field::Phone),
    })
}

/// The client that a number leads to, and whether that one is an undone lead.
async fn phone_owner(crm: &mut Crm<'_>, phone: &Phone) -> Result<Option<(i64, bool)>, SystemError> {
    let owner = sqlx::query!(
        r#"with recursive found as (
                   select id, merged_into, voided_at from client where phone = $1
                   union all
                   select c.id, c.merged_into, c.voided_at from found join client c on c.id = found.merged_into)
               select id as "id!", voided_at is not null as "voided!" from found where merged_into is null"#,
        phone.as_str()
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    Ok(owner.map(|owner| (owner.id, owner.voided)))
}

async fn change_phone(crm: &mut Crm<'_>, edit: &Number<'_>) -> Result<()> {
    let client = clients::lock_live(crm, edit.client).await?;
    // After a merge it is another record, whose version says nothing of the one that was seen.
    if (client.id, client.version) != (edit.client, edit.version) {
        return Err(Refusal::Changed.into());
    }
    let freed = free_number(crm, client.id, edit).await?;
    if phone_owner(crm, edit.phone).await?.is_some() {
        return Err(Refusal::Taken(Field::Phone).into());
    }
    let before = sqlx::query_scalar!("select phone from client where id = $1", client.id)
        .fetch_one(&mut *crm.connection)
        .await?;
    put_phone(crm, client.id, edit.phone.as_str(), edit.raw).await?;
    let mut after = json!({ "phone": edit.phone });
    if let Some(lead) = freed {
        after = json!({ "phone": edit.phone, "freed": lead });
    }
    audit_phone(crm, client.id, json!({ "phone": before }), after, edit).await?;
    Ok(())
}

/// Takes the number away from an undone lead, which is in no list: it keeps a number of a country that does not exist, as
/// an erased person does. Gives the lead's id.
async fn free_number(crm: &mut Crm<'_>, client: i64, edit: &Number<'_>) -> Result<Option<i64>> {
    let lead = sqlx::query_scalar!(
        "select id from client
              where phone = $1 and id <> $2 and voided_at is not null and merged_into is null for update",
        edit.phone.as_str(),
        client
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    let Some(lead) = lead else { return Ok(None) };
    sqlx::query!(
        "update client set phone = '+999' || lpad(id::text, 12, '0'), phone_raw = '', version = version + 1
              where id = $1",
        lead
    )
    .execute(&mut *crm.connection)
    .await?;
    audit_phone(crm, lead, json!({ "phone": edit.phone }), json!({ "phone": null }), edit).await?;
    Ok(Some(lead))
}

/// Writes a client's number; a number that another client has breaks the constraint.
pub(in crate::crm) async fn put_phone(crm: &mut Crm<'_>, client: i64, phone: &str, raw: &str) -> Result<()> {
    sqlx::query!(
        "update client set phone = $2, phone_raw = $3, version = version + 1 where id = $1",
        client,
        phone,
        raw
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}

async fn audit_phone(
    crm: &mut Crm<'_>,
    client: i64,
    before: Value,
    after: Value,
    edit: &Number<'_>,
) -> Result<(), SystemError> {
    crm.audit(Event {
        action: AuditAction::ClientPhone,
        entity_id: Some(client),
        before: Some(before),
        after: Some(after),
        reason: edit.reason,
    })
    .await
}
