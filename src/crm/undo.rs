//! Undo of the actor's own writes, for ten minutes, unless the record has changed since or something depends on it.
//!
//! It demands the right to see the record and, as the rights table says, no other. An undo can be undone as well: that is the
//! use case once more, with its own rights.

mod again;
mod assignment;
mod catalogue;
mod clients;
mod consents;
mod contracts;
mod leads;
mod log;
mod merges;
mod people;
mod question;
mod transfers;

pub(super) use assignment::close_lead;

use super::{AuditAction, Crm, Entity, Refusal, Result, StaffId, ads, handover, rights, services};
use crate::domain::Permission;
use log::Write;
pub use question::{Asked, question};

/// How long an own write can be undone.
const MINUTES: i64 = 10;

/// The reason that stands with what is void because its entry was undone: the system's, not a person's.
pub const UNDONE: &str = "undo";

/// A write that its author can still take back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undoable {
    /// The event to name when it is undone.
    pub event: i64,
    /// What was done, as the log has it.
    pub action: String,
    /// To which kind of record.
    pub entity: String,
}

/// What a card offers to take back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UndoOffers {
    /// The actor's latest write.
    pub undo: Option<Undoable>,
    /// The actor's latest undo: what it has taken back can be done again.
    pub again: Option<Undoable>,
}

/// What an undo has left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undone {
    /// A client who is in no list any more; the phone brings the client back.
    Lead,
    /// A service, ad or group that is in no list any more.
    Entry,
    /// A record as it was before.
    Change,
    /// An undo was undone: what it had taken back is done again.
    Again,
}

/// What can be undone, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Lead,
    Details,
    Gaps,
    Phone,
    Merge,
    Lost,
    BroughtBack,
    Touch,
    TouchVoid,
    Note,
    NextStep,
    StepDone,
    Take,
    Offer,
    HandoverEnd,
    Consent,
    ConsentEnd,
    Contract,
    ContractTerms,
    ContractEnd,
    ContractVoid,
    ContractBack,
    ContractTouch,
    ContractFile,
    Service,
    ServiceDetails,
    ServiceArchive,
    Ad,
    AdDetails,
    AdFinish,
    Membership,
    Access,
    Invite,
    Transfer,
    Group,
    GroupRight,
}

/// What an undo can do about an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reversal {
    By(Kind),
    /// It took access away. An undo never gives it back, and what was done before it is not undone across it.
    Final,
    /// It is no write of its record that an undo would have to look at.
    None,
}

/// Whether an action can be undone, and how.
const fn reversal(of: AuditAction) -> Reversal {
    use AuditAction as A;
    Reversal::By(match of {
        A::ClientCreate | A::ClientRevive => Kind::Lead,
        A::ClientEdit => Kind::Details,
        A::ClientFill => Kind::Gaps,
        A::ClientPhone => Kind::Phone,
        A::ClientMerge => Kind::Merge,
        A::ClientLose => Kind::Lost,
        A::ClientBringBack => Kind::BroughtBack,
        A::ClientTake => Kind::Take,
        A::ClientOffer => Kind::Offer,
        A::ClientAccept | A::ClientDecline | A::ClientWithdraw => Kind::HandoverEnd,
        A::TouchCreate => Kind::Touch,
        A::TouchVoid => Kind::TouchVoid,
        A::NoteCreate => Kind::Note,
        A::FollowUpSet => Kind::NextStep,
        A::FollowUpFinish => Kind::StepDone,
        A::ConsentGive => Kind::Consent,
        A::ConsentWithdraw => Kind::ConsentEnd,
        A::ContractCreate => Kind::Contract,
        A::ContractEdit => Kind::ContractTerms,
        A::ContractProlong | A::ContractTerminate => Kind::ContractEnd,
        A::ContractVoid => Kind::ContractVoid,
        A::ContractBringBack => Kind::ContractBack,
        A::ContractRelink => Kind::ContractTouch,
        A::ContractAttach => Kind::ContractFile,
        A::ServiceCreate => Kind::Service,
        A::ServiceEdit => Kind::ServiceDetails,
        A::ServiceArchive | A::ServiceRestore => Kind::ServiceArchive,
        A::AdCreate => Kind::Ad,
        A::AdEdit => Kind::AdDetails,
        A::AdFinish | A::AdRestart => Kind::AdFinish,
        A::StaffJoin => Kind::Membership,
        A::StaffUnblock => Kind::Access,
        A::StaffInvite => Kind::Invite,
        A::StaffHandOver => Kind::Transfer,
        A::GroupCreate => Kind::Group,
        A::GroupGrant => Kind::GroupRight,
        A::StaffLeave | A::StaffBlock | A::GroupWithdraw => return Reversal::Final,
        A::ClientViewPhone
        | A::ClientFindPhone
        | A::ClientViewCard
        | A::ClientEndLost
        | A::ClientHandOver
        | A::ClientRepair
        | A::ClientErase
        | A::AdRepair
        | A::FollowUpHandOver
        | A::StaffCreate
        | A::StaffRename
        | A::StaffSuperuser
        | A::StaffLink
        | A::StaffLogout
        | A::StaffRevoke
        | A::StaffInviteEnd
        | A::StaffErase
        | A::StaffSettings
        | A::StaffPassword
        | A::StaffPasswordRemoved
        | A::StaffLoginFailed
        | A::CompanyPasswordLogins
        | A::CompanyLooks
        | A::ParkedDrop
        | A::ParkedRetry
        | A::ParkedRetryFailed
        | A::PermissionDenied => return Reversal::None,
    })
}

/// The actor's write on a record that can still be undone: the latest of all on the record; on a client, the actor's latest.
///
/// # Errors
/// [`Refusal::Denied`] without the right to see the record.
pub async fn undoable(crm: &mut Crm<'_>, entity: Entity, id: i64) -> Result<Option<Undoable>> {
    Ok(offers(crm, entity, id).await?.undo)
}

/// What the actor can still take back on a record: as [`undoable`], and the actor's undo, as long as nothing was written on
/// the record since; on a client, nothing by the actor.
///
/// # Errors
/// [`Refusal::Denied`] without the right to see the record.
pub async fn offers(crm: &mut Crm<'_>, entity: Entity, id: i64) -> Result<UndoOffers> {
    let me = require_sight(crm, entity).await?;
    let (latest, undo) = log::latest_of(crm, entity, id, me).await?;
    let again = match undo {
        Some(undo) => again::offer(crm, undo).await?,
        None => None,
    };
    Ok(UndoOffers { undo: standing(crm, id, latest, me).await?, again })
}

/// The undo of this event, which was just done, if that can be undone in turn.
///
/// # Errors
/// [`Refusal::Gone`] for another user's event, [`Refusal::Denied`] without the right to see the record.
pub async fn repeatable(crm: &mut Crm<'_>, event: i64) -> Result<Option<Undoable>> {
    let (entity, _) = log::own_write(crm, event).await?.record().ok_or(Refusal::Gone)?;
    require_sight(crm, entity).await?;
    match log::undo_of(crm, event).await? {
        Some(undo) => again::offer(crm, undo).await,
        None => Ok(None),
    }
}

async fn standing(crm: &mut Crm<'_>, id: i64, latest: Option<Write>, me: StaffId) -> Result<Option<Undoable>> {
    let own = latest.filter(|write| write.by.0 == me && write.is_recent(crm.now) && write.kind().is_some());
    let Some(write) = &own else { return Ok(None) };
    let stands = match write.kind() {
        Some(Kind::Invite) => people::is_invited(crm, StaffId(id)).await?,
        Some(Kind::Offer) => handover::waiting(crm, id).await?.is_some(),
        Some(Kind::HandoverEnd) => handover::waiting(crm, id).await?.is_none(),
        Some(Kind::Merge) => !merges::written_since(crm, id, write).await?,
        Some(Kind::Group) => !people::has_members(crm, id).await?,
        _ => true,
    };
    if !stands {
        return Ok(None);
    }
    Ok(own.map(|write| Undoable { event: write.event, action: write.action, entity: write.entity }))
}

/// Undoes a write of the actor's.
///
/// # Errors
/// [`Refusal::Gone`] for a forged event and for another user's, [`Refusal::AlreadyDone`] the second time,
/// [`Refusal::TooLate`] after ten minutes, [`Refusal::ChangedSince`], [`Refusal::HasDependents`], [`Refusal::Denied`]
/// without the right to see the record; and whatever stands against the former state: a title that is taken, an
/// archived service, the last administrator (A8).
pub async fn undo(crm: &mut Crm<'_>, event: i64) -> Result<Undone> {
    crm.atomically(async |crm| {
        let write = log::own_write(crm, event).await?;
        if write.undoes.is_some() {
            again::undo_undo(crm, &write).await?;
            return Ok(Undone::Again);
        }
        let (Some(kind), Some((entity, record))) = (write.kind(), write.record()) else {
            return Err(Refusal::Gone.into());
        };
        let me = require_sight(crm, entity).await?;
        if let Some(done) = log::undone(crm, event).await? {
            return Err(done.into());
        }
        hold(crm, entity, record).await?;
        if !write.is_recent(crm.now) {
            return Err(Refusal::TooLate.into());
        }
        match log::latest_write(crm, entity, record, me).await? {
            Some(latest) if latest.event == event => {}
            Some(latest) => return Err(latest.stands_against().into()),
            None => return Err(Refusal::Gone.into()),
        }
        reverse(crm, kind, record, &write).await?;
        log::audit_undo(crm, entity, record, &write).await?;
        Ok(match kind {
            Kind::Lead => Undone::Lead,
            Kind::Service | Kind::Ad | Kind::Group => Undone::Entry,
            _ => Undone::Change,
        })
    })
    .await
}

async fn reverse(crm: &mut Crm<'_>, kind: Kind, record: i64, write: &Write) -> Result<()> {
    match kind {
        Kind::Merge => merges::undo_merge(crm, record, write).await,
        Kind::Lead
        | Kind::Details
        | Kind::Gaps
        | Kind::Phone
        | Kind::Lost
        | Kind::BroughtBack
        | Kind::Touch
        | Kind::TouchVoid
        | Kind::Note
        | Kind::NextStep
        | Kind::StepDone => clients::reverse_about_client(crm, kind, record, write).await,
        Kind::Take | Kind::Offer | Kind::HandoverEnd => assignment::reverse_assignment(crm, kind, record, write).await,
        Kind::Consent | Kind::ConsentEnd => consents::reverse_consent(crm, kind, write).await,
        Kind::Contract
        | Kind::ContractTerms
        | Kind::ContractEnd
        | Kind::ContractVoid
        | Kind::ContractBack
        | Kind::ContractTouch
        | Kind::ContractFile => contracts::reverse_contract(crm, kind, record, write).await,
        Kind::Service | Kind::ServiceDetails | Kind::ServiceArchive => {
            catalogue::reverse_service(crm, kind, record, write).await
        }
        Kind::Ad | Kind::AdDetails | Kind::AdFinish => catalogue::reverse_ad(crm, kind, record, write).await,
        Kind::Membership | Kind::Access | Kind::Invite => {
            people::reverse_staff(crm, kind, StaffId(record), write).await
        }
        Kind::Transfer => transfers::undo_transfer(crm, StaffId(record), write).await,
        Kind::Group => people::undo_group(crm, record).await,
        Kind::GroupRight => people::reverse_rights(crm, record, write).await,
    }
}

/// The right that every access to such a record demands.
async fn require_sight(crm: &mut Crm<'_>, entity: Entity) -> Result<StaffId> {
    crm.require(match entity {
        Entity::Client | Entity::Touch | Entity::Note | Entity::FollowUp | Entity::Consent => Permission::ClientView,
        Entity::Contract => Permission::ContractView,
        Entity::Service => Permission::ServiceView,
        Entity::Ad => Permission::AdView,
        Entity::Staff => Permission::StaffManage,
        Entity::Group => Permission::GroupManage,
        Entity::Parked => Permission::SystemCheck,
    })
    .await
}

/// Locks a record as its own use cases do, so that it does not change between the check and the undo.
async fn hold(crm: &mut Crm<'_>, entity: Entity, id: i64) -> Result<()> {
    match entity {
        // After a merge everything belongs to the surviving record: there is nothing left to undo here (C10).
        Entity::Client if super::clients::lock_live(crm, id).await?.id != id => Err(Refusal::HasDependents.into()),
        Entity::Client => Ok(()),
        Entity::Contract => super::contracts::lock(crm, id).await.map(|_| ()),
        Entity::Staff => rights::lock(crm, Permission::StaffManage).await.map(|_| ()),
        Entity::Group => rights::lock(crm, Permission::GroupManage).await.map(|_| ()),
        Entity::Service => services::lock(crm, id).await,
        Entity::Ad => ads::lock(crm, id).await,
        Entity::Touch | Entity::Note | Entity::FollowUp | Entity::Consent | Entity::Parked => Ok(()),
    }
}
