//! Undo: for ten minutes its author takes a write back, unless somebody has changed the record since or something depends
//! on it already. It asks for the right to see the record and, as the rights table says, for nothing else.

mod assignment;
mod catalogue;
mod clients;
mod consents;
mod contracts;
mod leads;
mod log;
mod people;
mod question;

use super::{Crm, Entity, Refusal, Result, StaffId};
use crate::domain::Permission;
use log::Write;

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

/// What an undo has left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undone {
    /// A client who is in no list any more; his phone brings him back.
    Lead,
    /// A service or ad that is in no list any more.
    Entry,
    /// A record as it was before.
    Change,
}

/// What can be undone, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Lead,
    Details,
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
    GroupRight,
}

/// Every write that can be undone: record, action, kind.
const KINDS: [(Entity, &str, Kind); 36] = [
    (Entity::Client, "create", Kind::Lead),
    (Entity::Client, "revive", Kind::Lead),
    (Entity::Client, "edit", Kind::Details),
    (Entity::Client, "lose", Kind::Lost),
    (Entity::Client, "bring_back", Kind::BroughtBack),
    (Entity::Client, "take", Kind::Take),
    (Entity::Client, "offer", Kind::Offer),
    (Entity::Client, "accept", Kind::HandoverEnd),
    (Entity::Client, "decline", Kind::HandoverEnd),
    (Entity::Client, "withdraw", Kind::HandoverEnd),
    (Entity::Touch, "create", Kind::Touch),
    (Entity::Touch, "void", Kind::TouchVoid),
    (Entity::Note, "create", Kind::Note),
    (Entity::FollowUp, "set", Kind::NextStep),
    (Entity::FollowUp, "finish", Kind::StepDone),
    (Entity::Consent, "give", Kind::Consent),
    (Entity::Consent, "withdraw", Kind::ConsentEnd),
    (Entity::Contract, "create", Kind::Contract),
    (Entity::Contract, "edit", Kind::ContractTerms),
    (Entity::Contract, "prolong", Kind::ContractEnd),
    (Entity::Contract, "terminate", Kind::ContractEnd),
    (Entity::Contract, "void", Kind::ContractVoid),
    (Entity::Contract, "relink", Kind::ContractTouch),
    (Entity::Contract, "attach", Kind::ContractFile),
    (Entity::Service, "create", Kind::Service),
    (Entity::Service, "edit", Kind::ServiceDetails),
    (Entity::Service, "archive", Kind::ServiceArchive),
    (Entity::Service, "restore", Kind::ServiceArchive),
    (Entity::Ad, "create", Kind::Ad),
    (Entity::Ad, "edit", Kind::AdDetails),
    (Entity::Ad, "finish", Kind::AdFinish),
    (Entity::Ad, "restart", Kind::AdFinish),
    (Entity::Staff, "join", Kind::Membership),
    (Entity::Staff, "unblock", Kind::Access),
    (Entity::Staff, "invite", Kind::Invite),
    (Entity::Group, "grant", Kind::GroupRight),
];

/// Writes that took access away. An undo never gives it back, and what was done before them is not undone across them.
const FINAL: [(Entity, &str); 3] = [(Entity::Staff, "leave"), (Entity::Staff, "block"), (Entity::Group, "withdraw")];

impl Crm<'_> {
    /// The actor's write on a record that can still be undone: the latest of all on the record; of a client, his latest.
    ///
    /// # Errors
    /// [`Refusal::Denied`] without the right to see the record.
    pub async fn undoable(&mut self, entity: Entity, id: i64) -> Result<Option<Undoable>> {
        let me = self.need_sight(entity).await?;
        let latest = self.latest_write(entity, id, me).await?;
        let own = latest.filter(|write| write.by.0 == me && write.is_recent(self.now) && write.kind().is_some());
        let Some(write) = &own else { return Ok(None) };
        let stands = match write.kind() {
            Some(Kind::Invite) => self.is_invited(StaffId(id)).await?,
            Some(Kind::Offer) => self.waiting_handover(id).await?.is_some(),
            Some(Kind::HandoverEnd) => self.waiting_handover(id).await?.is_none(),
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
    /// [`Refusal::Gone`] for a forged event and for somebody else's, [`Refusal::AlreadyDone`] the second time,
    /// [`Refusal::TooLate`] after ten minutes, [`Refusal::ChangedSince`], [`Refusal::HasDependents`], [`Refusal::Denied`]
    /// without the right to see the record; and whatever stands against the former state: a title that is taken, an
    /// archived service, the last administrator (A8).
    pub async fn undo(&mut self, event: i64) -> Result<Undone> {
        self.mark().await?;
        let done = self.take_back(event).await;
        self.settle(done).await
    }

    async fn take_back(&mut self, event: i64) -> Result<Undone> {
        let write = self.own_write(event).await?;
        let (Some(kind), Some((entity, record))) = (write.kind(), write.record()) else {
            return Err(Refusal::Gone.into());
        };
        let me = self.need_sight(entity).await?;
        if let Some(done) = self.undone(event).await? {
            return Err(done.into());
        }
        self.hold(entity, record).await?;
        if !write.is_recent(self.now) {
            return Err(Refusal::TooLate.into());
        }
        match self.latest_write(entity, record, me).await? {
            Some(latest) if latest.event == event => {}
            Some(latest) => {
                let (by, at) = (latest.by.1, latest.at);
                return Err(Refusal::ChangedSince { by, at, action: latest.action, entity: latest.entity }.into());
            }
            None => return Err(Refusal::Gone.into()),
        }
        self.reverse(kind, record, &write).await?;
        self.audit_undo(entity, record, &write).await?;
        Ok(match kind {
            Kind::Lead => Undone::Lead,
            Kind::Service | Kind::Ad => Undone::Entry,
            _ => Undone::Change,
        })
    }

    async fn reverse(&mut self, kind: Kind, record: i64, write: &Write) -> Result<()> {
        match kind {
            Kind::Lead
            | Kind::Details
            | Kind::Lost
            | Kind::BroughtBack
            | Kind::Touch
            | Kind::TouchVoid
            | Kind::Note
            | Kind::NextStep
            | Kind::StepDone => self.reverse_about_client(kind, record, write).await,
            Kind::Take | Kind::Offer | Kind::HandoverEnd => self.reverse_hands(kind, record, write).await,
            Kind::Consent | Kind::ConsentEnd => self.reverse_consent(kind, write).await,
            Kind::Contract
            | Kind::ContractTerms
            | Kind::ContractEnd
            | Kind::ContractVoid
            | Kind::ContractTouch
            | Kind::ContractFile => self.reverse_contract(kind, record, write).await,
            Kind::Service | Kind::ServiceDetails | Kind::ServiceArchive => {
                self.reverse_service(kind, record, write).await
            }
            Kind::Ad | Kind::AdDetails | Kind::AdFinish => self.reverse_ad(kind, record, write).await,
            Kind::Membership | Kind::Access | Kind::Invite => self.reverse_staff(kind, StaffId(record), write).await,
            Kind::GroupRight => self.reverse_rights(record, write).await,
        }
    }

    /// The right without which nobody comes near such a record.
    async fn need_sight(&mut self, entity: Entity) -> Result<StaffId> {
        self.require(match entity {
            Entity::Client | Entity::Touch | Entity::Note | Entity::FollowUp | Entity::Consent => {
                Permission::ClientView
            }
            Entity::Contract => Permission::ContractView,
            Entity::Service => Permission::ServiceView,
            Entity::Ad => Permission::AdView,
            Entity::Staff => Permission::StaffManage,
            Entity::Group => Permission::GroupManage,
            Entity::Parked => Permission::SystemCheck,
        })
        .await
    }

    /// Locks a record as its own use cases do, so that nobody changes it between the look and the undo.
    async fn hold(&mut self, entity: Entity, id: i64) -> Result<()> {
        match entity {
            // After a merge his things are another's: there is nothing left to undo on him (C10).
            Entity::Client if self.lock_live_client(id).await?.id != id => Err(Refusal::HasDependents.into()),
            Entity::Client => Ok(()),
            Entity::Contract => self.lock_contract(id).await.map(|_| ()),
            Entity::Staff => self.lock_rights(Permission::StaffManage).await.map(|_| ()),
            Entity::Group => self.lock_rights(Permission::GroupManage).await.map(|_| ()),
            Entity::Service => self.lock_service(id).await,
            Entity::Ad => self.lock_ad(id).await,
            Entity::Touch | Entity::Note | Entity::FollowUp | Entity::Consent | Entity::Parked => Ok(()),
        }
    }
}
