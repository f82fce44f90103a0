//! A client's card: everything about the client that the actor's rights show.

use chrono::{DateTime, NaiveDate, Utc};

use super::{looks, name_of};
use crate::crm::{CallOutcome, ConsentLine, Crm, Handover, Refusal, Result, StaffId, clients, handover};
use crate::domain::{ClientState, ConsentMeans, ContractDates, ContractStatus, Money, Permission, PersonName, Phone};
use crate::error::SystemError;

/// How many of the latest touches, contracts and notes stand on a card.
const LATEST: i64 = 5;

#[derive(Debug, Clone)]
pub struct ClientCard {
    /// The client; after a merge, the surviving record.
    pub id: i64,
    /// Grows with every change of name, e-mail or phone (E1).
    pub version: i32,
    pub name: PersonName,
    /// The phone: shown whole only after [`reveal_phone`].
    pub phone: Phone,
    /// Whether the actor has entered the phone today and may still correct it alone (C8).
    pub own_phone: bool,
    pub email: Option<String>,
    pub state: ClientState,
    /// When the client was marked lost, and why.
    pub lost: Option<(DateTime<Utc>, String)>,
    /// The user who has taken the client.
    pub responsible: Option<(StaffId, String)>,
    /// When the client was entered.
    pub created_at: DateTime<Utc>,
    pub created_by: String,
    /// The latest non-void touches, the newest first.
    pub touches: Vec<TouchLine>,
    /// How many non-void touches there are.
    pub touch_count: i64,
    /// The latest contracts, as far as rights go.
    pub contracts: Vec<ContractLine>,
    /// How many non-void contracts there are; none without the right to know.
    pub contract_count: Option<i64>,
    pub notes: Vec<NoteLine>,
    /// The last consent to the processing of the client's data.
    pub consent: Option<ConsentLine>,
    pub follow_up: Option<FollowUpLine>,
    /// The handover that waits for an answer.
    pub handover: Option<Handover>,
}

/// A touch on a card.
#[derive(Debug, Clone)]
pub struct TouchLine {
    pub id: i64,
    pub ad: String,
    pub day: NaiveDate,
    pub by: StaffId,
}

/// A contract on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractLine {
    pub id: i64,
    /// The title; none without the right to see contracts whole.
    pub title: Option<String>,
    /// The amount; none without the right to see contracts whole.
    pub amount: Option<Money>,
    pub starts_on: NaiveDate,
    /// The last day, or that of an early end.
    pub ends_on: NaiveDate,
    pub status: ContractStatus,
}

/// A note on a card.
#[derive(Debug, Clone)]
pub struct NoteLine {
    pub id: i64,
    pub author: String,
    /// What; empty for a call.
    pub text: String,
    /// What came of a call.
    pub call: Option<CallOutcome>,
    pub at: DateTime<Utc>,
    /// The name of its file.
    pub file: Option<String>,
}

/// The open follow-up on a card.
#[derive(Debug, Clone)]
pub struct FollowUpLine {
    pub id: i64,
    /// When it is due.
    pub due_at: DateTime<Utc>,
    pub owner: String,
}

/// The client whose card an id leads to: after a merge that of the surviving record (C10).
///
/// # Errors
/// `Denied`; `Gone` for a forged id and for an undone lead.
pub async fn current(crm: &mut Crm<'_>, id: i64) -> Result<i64> {
    crm.require(Permission::ClientView).await?;
    let query = sqlx::query_scalar!(
        r#"with recursive found as (
               select id, merged_into, voided_at from client where id = $1
               union all
               select c.id, c.merged_into, c.voided_at from found join client c on c.id = found.merged_into)
           select id as "id!" from found where merged_into is null and voided_at is null"#,
        id
    );
    Ok(query.fetch_optional(&mut *crm.connection).await?.ok_or(Refusal::Gone)?)
}

/// A client's card (A11). Its first showing of a day to a user is a look (J6).
///
/// # Errors
/// `Denied`; `Gone` for a forged id and for an undone lead.
pub async fn card(crm: &mut Crm<'_>, id: i64) -> Result<ClientCard> {
    let by = crm.require(Permission::ClientView).await?;
    let (today, midnight) = (crm.today(), looks::midnight(crm));
    let row = sqlx::query!(
        r#"with recursive found as (
                   select id, merged_into from client where id = $1
                   union all
                   select c.id, c.merged_into from found join client c on c.id = found.merged_into)
               select c.id, c.version, c.phone, c.last_name, c.first_name, c.middle_name, c.email, c.last_live_day,
                      c.open_touch_id, c.lost_at, c.lost_reason, c.created_at, c.responsible_id,
                      author.full_name as created_by, manager.full_name as "responsible?",
                      (select count(*) from touch where client_id = c.id and voided_at is null) as "touches!",
                      $4 and phone_is_own_entry(c.id, $2, $3) as "own_phone!",
                      not exists (select from audit_event e
                                   where e.actor_id = $2 and e.entity_id = c.id and e.at >= $3
                                     and e.action = 'view_card') as "first_look!",
                      consent.means as "means?", consent.given_at as "given_at?", consent.withdrawn_at,
                      consent.noted_by as "noted_by?",
                      step.id as "step?", step.due_at as "due_at?", step.owner as "owner?"
                 from found
                 join client c on c.id = found.id and found.merged_into is null
                 join staff_user author on author.id = c.created_by
                 left join staff_user manager on manager.id = c.responsible_id
                 left join lateral (
                      select given.means, given.given_at, given.withdrawn_at, who.full_name as noted_by
                        from client_consent given join staff_user who on who.id = given.noted_by
                       where given.client_id = c.id and given.voided_at is null
                       order by given.withdrawn_at is null desc, given.withdrawn_at desc, given.id desc limit 1) consent on true
                 left join lateral (
                      select follow_up.id, follow_up.due_at, owner.full_name as owner
                        from follow_up join staff_user owner on owner.id = follow_up.owner_id
                       where $5 and follow_up.client_id = c.id and follow_up.done_at is null limit 1) step on true
                where c.voided_at is null"#,
        id,
        by.0,
        midnight,
        crm.may(Permission::ClientAdd),
        crm.may(Permission::FollowUpView)
    )
    .fetch_optional(&mut *crm.connection)
    .await?
    .ok_or(Refusal::Gone)?;
    if row.first_look {
        looks::card(crm, by, row.id).await?;
    }
    let phone =
        Phone::from_stored(&row.phone).ok_or_else(|| SystemError::permanent("a stored phone has no phone's form"))?;
    let contracts = contract_lines(crm, row.id, false).await?;
    let consent = row.given_at.zip(row.noted_by).map(|(given_at, noted_by)| ConsentLine {
        means: row.means.as_deref().and_then(ConsentMeans::from_code),
        given_at,
        noted_by,
        withdrawn_at: row.withdrawn_at,
    });
    let step = row.step.zip(row.due_at).zip(row.owner);
    Ok(ClientCard {
        id: row.id,
        version: row.version,
        name: name_of(row.last_name, row.first_name, row.middle_name),
        phone,
        own_phone: row.own_phone,
        email: row.email,
        state: ClientState::on(today, row.last_live_day, row.open_touch_id.is_some()),
        lost: row.lost_at.zip(row.lost_reason),
        responsible: row.responsible_id.map(StaffId).zip(row.responsible),
        created_at: row.created_at,
        created_by: row.created_by,
        touches: touch_lines(crm, row.id).await?,
        touch_count: row.touches,
        contract_count: contracts.as_ref().map(|(count, _)| *count),
        contracts: contracts.map(|(_, lines)| lines).unwrap_or_default(),
        notes: note_lines(crm, row.id).await?,
        consent,
        follow_up: step.map(|((id, due_at), owner)| FollowUpLine { id, due_at, owner }),
        handover: if row.responsible_id.is_some() { handover::waiting(crm, row.id).await? } else { None },
    })
}

/// Shows a client's phone whole; a user's first look of a day is audited.
///
/// # Errors
/// `Denied`; `Gone` for a forged id.
pub async fn reveal_phone(crm: &mut Crm<'_>, id: i64) -> Result<()> {
    let by = crm.require(Permission::ClientView).await?;
    let client = clients::lock_live(crm, id).await?;
    looks::shown(crm, by, client.id).await?;
    Ok(())
}

async fn touch_lines(crm: &mut Crm<'_>, client: i64) -> Result<Vec<TouchLine>, SystemError> {
    let rows = sqlx::query!(
        "select touch.id, ad.title, touch.local_day, touch.created_by
               from touch join ad on ad.id = touch.ad_id
              where touch.client_id = $1 and touch.voided_at is null
              order by touch.happened_at desc, touch.id desc limit $2",
        client,
        LATEST
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| TouchLine { id: row.id, ad: row.title, day: row.local_day, by: StaffId(row.created_by) })
        .collect())
}

/// The latest contracts, or the latest live ones: count and dates for users who may know them; titles and amounts for
/// users who may see contracts whole.
pub(super) async fn contract_lines(
    crm: &mut Crm<'_>,
    client: i64,
    live: bool,
) -> Result<Option<(i64, Vec<ContractLine>)>, SystemError> {
    let whole = crm.may(Permission::ContractView);
    if !whole && !crm.may(Permission::ContractDates) {
        return Ok(None);
    }
    let today = crm.today();
    let rows = sqlx::query!(
        r#"select id, title, amount, starts_on, ends_on, terminated_on, count(*) over () as "count!"
                 from contract
                where client_id = $1 and voided_at is null and confirmed_at is not null
                  and (not $3 or least(ends_on, terminated_on) >= $4)
                order by signed_on desc, id desc limit $2"#,
        client,
        (!live).then_some(LATEST),
        live,
        today
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let count = rows.first().map_or(0, |row| row.count);
    let lines = rows.into_iter().map(|row| {
        let (starts_on, ends_on, terminated_on) = (row.starts_on, row.ends_on, row.terminated_on);
        let dates = ContractDates { starts_on, ends_on, terminated_on, voided: false };
        ContractLine {
            id: row.id,
            title: whole.then_some(row.title),
            amount: if whole { Money::new(row.amount).ok() } else { None },
            starts_on,
            ends_on: terminated_on.map_or(ends_on, |day| day.min(ends_on)),
            status: ContractStatus::on(today, &dates),
        }
    });
    Ok(Some((count, lines.collect())))
}

async fn note_lines(crm: &mut Crm<'_>, client: i64) -> Result<Vec<NoteLine>, SystemError> {
    if !crm.may(Permission::NoteView) {
        return Ok(Vec::new());
    }
    let rows = sqlx::query!(
        r#"select note.id, note.text, note.call_outcome, note.at, author.full_name, document.file_name as "file?"
               from note join staff_user author on author.id = note.author_id
               left join document on document.id = note.attachment_id and document.stored_at is not null
              where note.client_id = $1 and note.voided_at is null
              order by note.at desc, note.id desc limit $2"#,
        client,
        LATEST
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| NoteLine {
            id: row.id,
            author: row.full_name,
            text: row.text,
            call: row.call_outcome.as_deref().and_then(CallOutcome::from_code),
            at: row.at,
            file: row.file,
        })
        .collect())
}
