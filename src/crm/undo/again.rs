//! Undo of an undo: the use case is run again, with its own rights and checks, within ten minutes of the undo.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use super::log::{self, Write};
use super::{Kind, Undoable};
use crate::crm::{
    AdDraft, AuditAction, ClientEdit, ContractEdit, Crm, Entity, LeadDraft, PhoneEdit, Refusal, Result, ServiceDraft,
    StaffId, ads, clients, consents, contracts, follow_ups, handover, notes, services, touches,
};
use crate::domain::{ConsentMeans, Email, Note, PersonName, Phone, Reason, Remark};

impl Kind {
    /// Whether an undo of it can be undone. What gives access is done by the ordinary use case alone, which asks.
    pub(super) const fn repeats(self) -> bool {
        !matches!(self, Self::Membership | Self::Access | Self::Invite | Self::Group | Self::GroupRight)
    }

    /// Whether doing it again takes a record out of the figures: that is asked about first.
    pub(super) const fn ends_when_repeated(self) -> bool {
        matches!(self, Self::TouchVoid | Self::ContractVoid | Self::ConsentEnd | Self::Merge)
    }
}

#[derive(Deserialize)]
struct Details {
    name: Option<PersonName>,
    email: Option<Email>,
}

#[derive(Deserialize)]
struct Number {
    phone: Phone,
}

#[derive(Deserialize)]
struct Merged {
    merged: i64,
}

#[derive(Deserialize)]
struct Touched {
    ad: i64,
    corrects: Option<i64>,
}

#[derive(Deserialize)]
struct Step {
    due_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Offered {
    to: i64,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize)]
struct Answered {
    handover: i64,
}

#[derive(Deserialize)]
struct Consented {
    means: ConsentMeans,
}

#[derive(Deserialize)]
struct End {
    ends_on: Option<NaiveDate>,
    terminated_on: Option<NaiveDate>,
}

#[derive(Deserialize)]
struct Origin {
    touch: i64,
}

#[derive(Deserialize)]
struct File {
    document: i64,
}

#[derive(Deserialize)]
struct Receiver {
    to: i64,
}

/// The undone write behind an undo, if that can be undone.
pub(super) async fn undone_write(crm: &mut Crm<'_>, undo: &Write) -> Result<(Write, Kind)> {
    let of = undo.undoes.ok_or(Refusal::Gone)?;
    let write = log::write(crm, of).await?.ok_or(Refusal::Gone)?;
    let kind = write.kind().filter(|kind| kind.repeats()).ok_or(Refusal::Gone)?;
    Ok((write, kind))
}

/// What a person who has undone something may have done again; none for an undo that cannot be undone.
pub(super) async fn offer(crm: &mut Crm<'_>, undo: i64) -> Result<Option<Undoable>> {
    let Some(undo) = log::write(crm, undo).await? else { return Ok(None) };
    let Some(of) = undo.undoes else { return Ok(None) };
    let Some(write) = log::write(crm, of).await? else { return Ok(None) };
    let repeats = write.kind().is_some_and(Kind::repeats) && write.by.0 == undo.by.0;
    Ok(repeats.then_some(Undoable { event: undo.event, action: write.action, entity: write.entity }))
}

/// Undoes an undo of the actor's.
///
/// # Errors
/// As [`super::undo`]; and whatever the use case that is run again refuses.
pub(super) async fn undo_undo(crm: &mut Crm<'_>, undo: &Write) -> Result<()> {
    let (write, kind) = undone_write(crm, undo).await?;
    let (entity, record) = write.record().ok_or(Refusal::Gone)?;
    let me = super::require_sight(crm, entity).await?;
    if write.by.0 != me {
        return Err(Refusal::Gone.into());
    }
    if let Some(done) = log::undone(crm, undo.event).await? {
        return Err(done.into());
    }
    if !undo.is_recent(crm.now) {
        return Err(Refusal::TooLate.into());
    }
    if let Some(latest) = log::latest_write(crm, entity, record, me).await?.filter(|latest| latest.event > undo.event) {
        return Err(latest.stands_against().into());
    }
    // Before what is done again: it is no later write that would stand against another undo.
    log::audit_undo(crm, entity, record, undo).await?;
    // Boxed: each branch is a use case with a future of its own.
    Box::pin(repeat(crm, kind, record, &write, undo)).await
}

async fn repeat(crm: &mut Crm<'_>, kind: Kind, record: i64, write: &Write, undo: &Write) -> Result<()> {
    match kind {
        Kind::Contract
        | Kind::ContractTerms
        | Kind::ContractEnd
        | Kind::ContractVoid
        | Kind::ContractBack
        | Kind::ContractTouch
        | Kind::ContractFile => about_contract(crm, kind, record, write).await,
        Kind::Service | Kind::ServiceDetails | Kind::ServiceArchive | Kind::Ad | Kind::AdDetails | Kind::AdFinish => {
            about_catalogue(crm, kind, record, write).await
        }
        Kind::Transfer => {
            let Receiver { to } = write.after()?.ok_or(Refusal::Gone)?;
            handover::transfer_all(crm, StaffId(record), StaffId(to)).await.map(|_| ())
        }
        Kind::Take | Kind::Offer | Kind::HandoverEnd => about_assignment(crm, kind, record, write).await,
        _ => about_client(crm, kind, record, write, undo).await,
    }
}

async fn about_client(crm: &mut Crm<'_>, kind: Kind, client: i64, write: &Write, undo: &Write) -> Result<()> {
    match kind {
        Kind::Lead => register(crm, client, write, undo).await,
        Kind::Details | Kind::Gaps => edit(crm, client, write).await,
        Kind::Phone => number(crm, client, write).await,
        Kind::Merge => {
            let Merged { merged } = write.after()?.ok_or(Refusal::Gone)?;
            clients::merge(crm, client, merged, &write.reason()?).await.map(|_| ())
        }
        Kind::Lost => clients::mark_lost(crm, client, &write.reason()?).await,
        Kind::BroughtBack => clients::bring_back(crm, client).await,
        Kind::Touch => match write.after()?.ok_or(Refusal::Gone)? {
            Touched { ad, corrects: Some(wrong) } => {
                touches::correct(crm, wrong, ad, &write.reason()?).await.map(|_| ())
            }
            Touched { ad, corrects: None } => touches::register(crm, client, ad).await.map(|_| ()),
        },
        Kind::TouchVoid => touches::void(crm, write.entity_id, &write.reason()?).await.map(|_| ()),
        Kind::Note => notes::add_again(crm, client, write.entity_id).await,
        Kind::NextStep => {
            let Step { due_at } = write.after()?.ok_or(Refusal::Gone)?;
            follow_ups::set(crm, client, due_at).await
        }
        Kind::StepDone => follow_ups::finish(crm, client).await,
        Kind::Consent => {
            let Consented { means } = write.after()?.ok_or(Refusal::Gone)?;
            consents::give(crm, client, means).await
        }
        Kind::ConsentEnd => consents::withdraw(crm, client).await,
        _ => Err(Refusal::Gone.into()),
    }
}

/// Enters an undone lead again, with what was entered with it: the ad has to run still (P8).
async fn register(crm: &mut Crm<'_>, client: i64, write: &Write, undo: &Write) -> Result<()> {
    let details: Details = write.after()?.ok_or(Refusal::Gone)?;
    let row = sqlx::query!(
        r#"select phone, phone_raw,
                  (select ad_id from touch
                    where client_id = client.id and created_by = $2 and created_at = $3 order by id desc limit 1) as ad,
                  array(select text from note
                         where client_id = client.id and author_id = $2 and at = $3 order by id) as "notes!",
                  (select means from client_consent
                    where client_id = client.id and noted_by = $2 and voided_at = $4 order by id desc limit 1) as means
             from client where id = $1 and voided_at is not null"#,
        client,
        write.by.0.0,
        write.at,
        undo.at
    )
    .fetch_optional(&mut *crm.connection)
    .await?
    .ok_or(Refusal::HasDependents)?;
    let phone = Phone::from_stored(&row.phone).ok_or(Refusal::HasDependents)?;
    let draft = LeadDraft {
        phone,
        phone_raw: row.phone_raw,
        name: details.name.unwrap_or_default(),
        email: details.email,
        ad: row.ad.ok_or(Refusal::HasDependents)?,
        notes: row.notes.iter().filter_map(|text| Note::parse(text).ok()).collect(),
    };
    let lead = clients::register(crm, &draft).await?;
    match row.means.as_deref().and_then(ConsentMeans::from_code) {
        Some(means) => consents::give(crm, lead.client, means).await,
        None => Ok(()),
    }
}

/// Writes name and e-mail again, unless another user has changed them since the undo.
async fn edit(crm: &mut Crm<'_>, client: i64, write: &Write) -> Result<()> {
    let after: Details = write.after()?.ok_or(Refusal::Gone)?;
    let before: Details = write.before()?.ok_or(Refusal::Gone)?;
    let card = clients::card(crm, client).await?;
    let email = card.email.as_deref().and_then(|email| Email::parse(email).ok().flatten());
    let whole = write.known() == Some(AuditAction::ClientEdit);
    // What a touch has filled named no more than the gaps.
    let same = before.name.as_ref().is_none_or(|name| *name == card.name)
        && (before.email == email || !whole && after.email.is_none());
    if !same {
        return Err(Refusal::HasDependents.into());
    }
    let edit = ClientEdit {
        client,
        version: card.version,
        name: after.name.unwrap_or(card.name),
        email: if whole || after.email.is_some() { after.email } else { email },
    };
    clients::edit(crm, &edit).await
}

/// Corrects the phone again, unless it was corrected otherwise since the undo. How the number was typed is not in the log.
async fn number(crm: &mut Crm<'_>, client: i64, write: &Write) -> Result<()> {
    let (Some(before), Some(after)) = (write.before::<Number>()?, write.after::<Number>()?) else {
        return Err(Refusal::Gone.into());
    };
    let version =
        sqlx::query_scalar!("select version from client where id = $1 and phone = $2", client, before.phone.as_str())
            .fetch_optional(&mut *crm.connection)
            .await?
            .ok_or(Refusal::HasDependents)?;
    let phone_raw = after.phone.as_str().to_owned();
    match write.reason() {
        Ok(reason) => {
            let edit = PhoneEdit { client, version, phone: after.phone, phone_raw, reason };
            clients::correct_phone(crm, &edit).await
        }
        Err(_) => clients::correct_own_phone(crm, client, version, &after.phone, &phone_raw).await,
    }
}

async fn about_assignment(crm: &mut Crm<'_>, kind: Kind, client: i64, write: &Write) -> Result<()> {
    match (kind, write.known()) {
        (Kind::Take, _) => clients::take(crm, client).await.map(|_| ()),
        (Kind::Offer, _) => {
            let Offered { to, note } = write.after()?.ok_or(Refusal::Gone)?;
            let note = Remark::parse(&note).map_err(|_| Refusal::Gone)?;
            handover::offer(crm, client, StaffId(to), &note).await.map(|_| ())
        }
        (_, ended) => {
            let Answered { handover: id } = write.before()?.ok_or(Refusal::Gone)?;
            let done = match ended {
                Some(AuditAction::ClientAccept) => handover::accept(crm, id).await,
                Some(AuditAction::ClientDecline) => {
                    let reason: Option<Reason> = write.reason().ok();
                    handover::decline(crm, id, reason.as_ref()).await
                }
                _ => handover::withdraw(crm, id).await,
            };
            done.map(|_| ())
        }
    }
}

/// A contract whose entry was undone is there still, void: it is brought back with the checks of a new one.
async fn about_contract(crm: &mut Crm<'_>, kind: Kind, id: i64, write: &Write) -> Result<()> {
    let version = contracts::lock(crm, id).await?.version;
    match kind {
        Kind::Contract | Kind::ContractBack => contracts::bring_back(crm, id, version).await,
        Kind::ContractVoid => contracts::void(crm, id, version, &write.reason()?).await,
        Kind::ContractTouch => {
            let Origin { touch } = write.after()?.ok_or(Refusal::Gone)?;
            contracts::relink(crm, id, version, touch, &write.reason()?).await
        }
        Kind::ContractFile => {
            let File { document } = write.after()?.ok_or(Refusal::Gone)?;
            contracts::attach_again(crm, id, version, document).await
        }
        Kind::ContractEnd => match write.after()?.ok_or(Refusal::Gone)? {
            End { terminated_on: Some(on), .. } => contracts::terminate(crm, id, version, on, &write.reason()?).await,
            End { ends_on: Some(ends_on), .. } => contracts::prolong(crm, id, version, ends_on, &write.reason()?).await,
            End { .. } => Err(Refusal::Gone.into()),
        },
        _ => {
            let terms: ContractEdit = write.after()?.ok_or(Refusal::Gone)?;
            contracts::edit(crm, id, version, &terms, write.reason().ok().as_ref()).await
        }
    }
}

async fn about_catalogue(crm: &mut Crm<'_>, kind: Kind, id: i64, write: &Write) -> Result<()> {
    let service = |write: &Write| -> Result<ServiceDraft> { Ok(write.after()?.ok_or(Refusal::Gone)?) };
    let ad = |write: &Write| -> Result<AdDraft> { Ok(write.after()?.ok_or(Refusal::Gone)?) };
    match (kind, write.known()) {
        (Kind::Service, _) => services::create(crm, &service(write)?).await.map(|_| ()),
        (Kind::ServiceDetails, _) => {
            let version = version_of(crm, Entity::Service, id).await?;
            services::edit(crm, id, version, &service(write)?).await
        }
        (Kind::ServiceArchive, Some(AuditAction::ServiceArchive)) => services::archive(crm, id).await,
        (Kind::ServiceArchive, _) => services::restore(crm, id).await,
        (Kind::Ad, _) => ads::create(crm, &ad(write)?).await.map(|_| ()),
        (Kind::AdDetails, _) => {
            let version = version_of(crm, Entity::Ad, id).await?;
            ads::edit(crm, id, version, &ad(write)?).await
        }
        (_, Some(AuditAction::AdFinish)) => ads::finish(crm, id).await,
        _ => ads::restart(crm, id).await,
    }
}

/// The present version: what stands was written by the undo, since nothing is later than it.
async fn version_of(crm: &mut Crm<'_>, entity: Entity, id: i64) -> Result<i32> {
    let version = match entity {
        Entity::Service => {
            sqlx::query_scalar!("select version from service where id = $1", id)
                .fetch_optional(&mut *crm.connection)
                .await?
        }
        _ => {
            sqlx::query_scalar!("select version from ad where id = $1", id).fetch_optional(&mut *crm.connection).await?
        }
    };
    Ok(version.ok_or(Refusal::Gone)?)
}
