//! A contract's card.

use chrono::{DateTime, NaiveDate, Utc};

use crate::crm::catalogue::stored_money;
use crate::crm::{ClientLine, Crm, DocumentLine, Refusal, Result, StaffId, Titled, clients};
use crate::domain::{ContractDates, ContractStatus, Money, Permission, local_day};

/// A contract with what belongs on its card.
#[derive(Debug, Clone)]
pub struct ContractCard {
    pub id: i64,
    /// Grows with every change (E1).
    pub version: i32,
    pub title: String,
    pub client: ClientLine,
    /// The touch it came from.
    pub touch: i64,
    /// The ad of that touch.
    pub ad_id: i64,
    pub ad: String,
    /// The day of that touch.
    pub touch_day: NaiveDate,
    pub service: Titled,
    /// What the client pays in all.
    pub amount: Money,
    pub dates: ContractDates,
    /// The day of signing, on which the revenue counts.
    pub signed_on: NaiveDate,
    /// What goes with it; may be empty.
    pub note: String,
    pub document: Option<DocumentLine>,
    /// The user who confirmed it, and when.
    pub confirmed: Option<(String, DateTime<Utc>)>,
    /// Why it was ended early.
    pub termination_reason: Option<String>,
    /// Why it was voided.
    pub void_reason: Option<String>,
    pub status: ContractStatus,
    /// Whether the actor has entered it today, and so may void it.
    pub own_today: bool,
}

/// A contract's card.
///
/// # Errors
/// [`Refusal::Gone`] for a forged id; [`Refusal::Denied`] without the right.
pub async fn card(crm: &mut Crm<'_>, id: i64) -> Result<ContractCard> {
    crm.require(Permission::ContractView).await?;
    let row = sqlx::query!(
        r#"select k.client_id, k.touch_id, k.version, k.title, k.amount, k.signed_on, k.starts_on, k.ends_on, k.note,
                      k.terminated_on, k.termination_reason, k.voided_at, k.void_reason, k.confirmed_at, k.created_at,
                      k.created_by, k.service_id, s.title as service_title, a.title as ad, t.ad_id, t.local_day,
                      u.full_name as "confirmed_by?", k.document_id, d.file_name as "file_name?"
                 from contract k
                 join service s on s.id = k.service_id
                 join touch t on t.id = k.touch_id
                 join ad a on a.id = t.ad_id
                 left join staff_user u on u.id = k.confirmed_by
                 left join document d on d.id = k.document_id
                where k.id = $1"#,
        id
    )
    .fetch_optional(&mut *crm.connection)
    .await?
    .ok_or(Refusal::Gone)?;
    let client = clients::lines(crm, &[row.client_id]).await?.pop().ok_or(Refusal::Gone)?;
    let dates = ContractDates {
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        terminated_on: row.terminated_on,
        voided: row.voided_at.is_some(),
    };
    Ok(ContractCard {
        id,
        version: row.version,
        title: row.title,
        client,
        touch: row.touch_id,
        ad_id: row.ad_id,
        ad: row.ad,
        touch_day: row.local_day,
        service: Titled { id: row.service_id, title: row.service_title },
        amount: stored_money(row.amount)?,
        dates,
        signed_on: row.signed_on,
        note: row.note,
        document: row.document_id.zip(row.file_name).map(|(id, name)| DocumentLine { id, name }),
        confirmed: row.confirmed_by.zip(row.confirmed_at),
        termination_reason: row.termination_reason,
        void_reason: row.void_reason,
        status: ContractStatus::on(crm.today(), &dates),
        own_today: is_own_of_today(crm, StaffId(row.created_by), row.created_at),
    })
}

/// Whether the actor is the author of something from this local day.
pub(super) fn is_own_of_today(crm: &Crm<'_>, by: StaffId, at: DateTime<Utc>) -> bool {
    let own = crm.actor.staff().is_some_and(|staff| staff.id == by);
    own && local_day(at, crm.company.time_zone) == crm.today()
}
