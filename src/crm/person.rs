//! One person's data on legal request: export and erasure. Commands on the server only (G14).

mod erase;
mod export;
mod traces;

pub use erase::{erase, places_of};
pub use export::export;
pub use traces::Traces;

use super::{Crm, Refusal, Result, StaffId, clients};
use crate::domain::Phone;

/// A person: the client who has the phone, and all records merged with it.
#[derive(Debug)]
pub struct Subject {
    /// Their rows in `client`.
    pub clients: Vec<i64>,
    /// What identifies them in texts.
    pub traces: Traces,
    /// How many touches they have.
    pub touches: i64,
    pub contracts: i64,
    pub notes: i64,
}

/// The person who has the phone, with their rows locked until the end of the transaction.
///
/// # Errors
/// `Denied` for every actor but the system; `Gone` when no client has the phone.
pub async fn find(crm: &mut Crm<'_>, phone: &Phone) -> Result<Subject> {
    // No right leads here: such requests are answered on the server, under the owner's role.
    if crm.actor.staff().map(|staff| staff.id) != Some(StaffId::SYSTEM) {
        return Err(Refusal::Denied.into());
    }
    let found = sqlx::query_scalar!("select id from client where phone = $1", phone.as_str())
        .fetch_optional(&mut *crm.connection)
        .await?
        .ok_or(Refusal::Gone)?;
    // Merges need the surviving record's lock too: from here on no row joins the person's, and none leaves them.
    let survivor = clients::lock(crm, found).await?.id;
    let rows = sqlx::query!(
        r#"with recursive person as (
                   select id from client where id = $1
                   union
                   select c.id from person join client c on c.merged_into = person.id
               )
               select id, phone, phone_raw, last_name, first_name, middle_name, email
                 from client where id in (select id from person) order by id for update"#,
        survivor
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    // The phone may have been corrected while the lock was waited for.
    if !rows.iter().any(|row| row.phone == phone.as_str()) {
        return Err(Refusal::Gone.into());
    }
    let mut traces = Traces::default();
    let mut clients = Vec::new();
    for row in rows {
        clients.push(row.id);
        traces.add_phone(&row.phone);
        traces.add_phone(&row.phone_raw);
        [row.last_name, row.first_name, row.middle_name].iter().flatten().for_each(|name| traces.add_name(name));
        row.email.iter().for_each(|email| traces.add_email(email));
    }
    let count = sqlx::query!(
        r#"select (select count(*) from touch where client_id = any($1)) as "touches!",
                      (select count(*) from contract where client_id = any($1)) as "contracts!",
                      (select count(*) from note where client_id = any($1)) as "notes!""#,
        &clients
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    Ok(Subject { clients, traces, touches: count.touches, contracts: count.contracts, notes: count.notes })
}
