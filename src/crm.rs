//! The use cases of the business: one module per entity, each use case in the order right → rule → SQL.
//!
//! A use case answers a [`Result`]: what it made, or an [`Error`]. A [`Refusal`] is a sentence for the user and leaves the
//! transaction usable; a [`SystemError`] ends the turn.

pub mod access;
mod actor;
pub mod ads;
mod audit;
pub mod audit_log;
pub mod backups;
mod catalogue;
mod client_state;
pub mod clients;
mod code;
mod company;
pub mod consents;
pub mod consistency;
pub mod contracts;
pub mod documents;
mod error;

pub mod follow_ups;
pub mod group_rights;
pub mod groups;
pub mod handover;
pub mod invites;
pub mod logins;
pub mod look_policy;
pub mod notes;
mod notice;
pub mod outdated;
mod page;
pub mod parked;
pub mod passwords;
pub mod people;
pub mod person;
pub mod reach;
mod refusal;
pub mod rights;
pub mod services;
pub mod settings;
pub mod staff;
pub mod stats;
pub mod touches;
pub mod undo;

pub use access::{InvitePreview, linked_chats};
pub use actor::{Actor, Staff, StaffId, Visitor};
pub use ads::{Ad, AdCard, AdChoice, AdDraft};
pub use audit::AuditAction;
pub use audit_log::{AuditCard, AuditFilter, AuditLine, AuditRecord, Change, Entity, Shown};
pub use backups::BackupCard;
pub use catalogue::{SumChange, TitleKey, Titled};
pub use clients::{
    ClientCard, ClientEdit, ClientLine, ContractLine, FollowUpLine, Happened, Known, LastTouch, Lead, LeadDraft,
    LeadOutcome, MergePlan, NoteLine, PhoneEdit, QueueKey, QueueOf, SearchKey, StateCounts, Timeline, TimelineKey,
    TimelineLine, TouchLine, Verdict,
};
pub use code::Code;
pub use company::{BotName, Company};
pub use consents::ConsentLine;
pub use consistency::{Consistency, Drift, Kept};
pub use contracts::{ContractCard, ContractDraft, ContractEdit, ContractFilter, ContractKey, ContractRow, TouchChoice};
pub use documents::DocumentLine;
pub use error::{Error, Result, SplitRefusal};
pub use follow_ups::{Due, DueKey};
pub use group_rights::GroupCard;
pub use groups::{AccountPlan, FoundAccount, GroupPlan, SeedPlan, Seeded};
pub use handover::{Handover, HandoverEnd, Workload};
pub use invites::{Invite, Issued, NewPerson};
pub use logins::{LoginTarget, forget_guesses};
pub use look_policy::LookPolicy;
pub use notes::{Attachment, CallOutcome, NoteFile};
pub use notice::{Audience, Notice, PendingAction, Recipient, Resolution};
pub use page::{Choices, Page, Rest};
pub use parked::{Parked, Sealed};
pub use people::{Colleague, GroupRow};
pub use person::{Subject, Traces};
pub use refusal::{Field, Refusal};
pub use services::{Service, ServiceCard, ServiceChoice, ServiceDraft};
pub use settings::{Settings, Topic};
pub use staff::Person;
pub use stats::{AdStats, Stats};
pub use touches::{RunningAd, TouchCard, Touched};
pub use undo::{UNDONE, UndoOffers, Undoable, Undone};

use chrono::{DateTime, NaiveDate, Utc};
use futures::future::BoxFuture;
use sqlx::{AssertSqlSafe, PgConnection};

use crate::domain::{Language, Permission, local_day};
use crate::error::SystemError;

/// Opens a turn's transaction: what it answers is the connection that is in it.
pub type Opening<'t> = Box<dyn FnOnce() -> BoxFuture<'t, Result<&'t mut PgConnection, SystemError>> + Send + Sync + 't>;

/// One turn with its actor and its time: in an open transaction, or reading without one until it first writes.
pub struct Crm<'t> {
    connection: &'t mut PgConnection,
    /// What has to be done before the first write; none in an open transaction.
    opening: Option<Opening<'t>>,
    /// The acting user: read in this transaction (G5).
    pub actor: Actor,
    /// The turn's time; nothing below asks the clock.
    pub now: DateTime<Utc>,
    pub company: &'t Company,
    notices: Vec<(Audience, Notice)>,
    resolutions: Vec<(PendingAction, Resolution)>,
    changed_staff: Vec<StaffId>,
    left_chats: Vec<(i64, Language)>,
    identity_changed: bool,
    /// How many use cases are open, each in a savepoint.
    savepoints: u32,
    /// How many savepoints the transaction has.
    unreleased: u32,
    /// What the open use cases have done, to be written to the audit log in one statement.
    events: Vec<audit::Done>,
    /// Denials in an open savepoint: they are logged once it is closed, whichever way.
    denials: Vec<Permission>,
}

impl<'t> Crm<'t> {
    /// A transaction in which `actor` acts.
    pub fn new(connection: &'t mut PgConnection, actor: Actor, now: DateTime<Utc>, company: &'t Company) -> Self {
        Self {
            connection,
            opening: None,
            actor,
            now,
            company,
            notices: Vec::new(),
            resolutions: Vec::new(),
            changed_staff: Vec::new(),
            left_chats: Vec::new(),
            identity_changed: false,
            savepoints: 0,
            unreleased: 0,
            events: Vec::new(),
            denials: Vec::new(),
        }
    }

    /// The same on a connection that can only read; `opening` opens the transaction before the first write.
    pub fn reading(
        connection: &'t mut PgConnection,
        actor: Actor,
        now: DateTime<Utc>,
        company: &'t Company,
        opening: Opening<'t>,
    ) -> Self {
        Self { opening: Some(opening), ..Self::new(connection, actor, now, company) }
    }

    /// Whether nothing can have been written.
    #[must_use]
    pub fn has_only_read(&self) -> bool {
        self.opening.is_some()
    }

    /// The open transaction, for a write or a lock; opens it where the turn has only read. An advisory lock that was taken without a
    /// transaction would be gone with its statement.
    ///
    /// # Errors
    /// A system error when it cannot be opened: also when what the turn relies on has changed since.
    pub(crate) async fn writing(&mut self) -> Result<&mut PgConnection, SystemError> {
        if let Some(open) = self.opening.take() {
            self.connection = open().await?;
        }
        Ok(&mut *self.connection)
    }

    /// Today in the company's time zone: the day on which contracts run and touches count.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        local_day(self.now, self.company.time_zone)
    }

    /// Whether the actor has the right.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.actor.may(permission)
    }

    /// Demands the right; a denial is written to the audit log (deny by default, A4, A5).
    ///
    /// # Errors
    /// [`Refusal::Denied`] without the right; a system error when the database fails.
    pub async fn require(&mut self, permission: Permission) -> Result<StaffId> {
        match self.actor.staff() {
            Some(staff) if self.actor.may(permission) => Ok(staff.id),
            _ => {
                self.deny(permission).await?;
                Err(Refusal::Denied.into())
            }
        }
    }

    /// Writes to the audit log that the actor was refused for want of a right. In a use case that is written after its
    /// savepoint: the rollback of a refused use case does not take the denial along.
    pub async fn deny(&mut self, permission: Permission) -> Result<(), SystemError> {
        self.denials.push(permission);
        self.log_denials().await
    }

    async fn log_denials(&mut self) -> Result<(), SystemError> {
        if self.savepoints == 0 {
            for permission in std::mem::take(&mut self.denials) {
                self.audit_denial(permission).await?;
            }
        }
        Ok(())
    }

    /// Notifies `audience`; the words are found when the turn closes, in each recipient's language.
    pub fn notify(&mut self, audience: Audience, notice: Notice) {
        self.notices.push((audience, notice));
    }

    /// Closes every notice that asks for this: it says that the action is done, and loses its buttons.
    pub fn resolve_notices(&mut self, asked: PendingAction, resolution: Resolution) {
        self.resolutions.push((asked, resolution));
    }

    /// Reports that the rights or language of a person have changed, so that their command menu follows at once.
    pub fn staff_changed(&mut self, id: StaffId) {
        if self.actor.staff().is_some_and(|staff| staff.id == id) {
            self.change_identity();
        }
        if !self.changed_staff.contains(&id) {
            self.changed_staff.push(id);
        }
    }

    /// Reports that a chat has lost its user, who spoke this language: the drafts in it are deleted, and its screen says no more
    /// than a stranger's (G14).
    pub fn leave_chat(&mut self, chat_id: i64, language: Language) {
        self.left_chats.push((chat_id, language));
    }

    /// Reports that the actor has changed: linked, unlinked, or with another language.
    pub fn change_identity(&mut self) {
        self.identity_changed = true;
    }

    /// Whether the actor has to be read again at the end of the turn.
    #[must_use]
    pub fn identity_changed(&self) -> bool {
        self.identity_changed
    }

    /// Reloads the actor, after a login or logout in this very turn.
    pub async fn read_actor(&mut self) -> Result<(), SystemError> {
        self.actor = Actor::read(&mut *self.connection, self.actor.visitor.clone(), self.company).await?;
        Ok(())
    }

    /// The connection, for the turn's own tables.
    pub fn connection(&mut self) -> &mut PgConnection {
        self.connection
    }

    /// What the turn has to send besides the screen.
    pub fn take_notices(&mut self) -> Vec<(Audience, Notice)> {
        std::mem::take(&mut self.notices)
    }

    /// The notices that have to be closed, and with what.
    pub fn take_resolutions(&mut self) -> Vec<(PendingAction, Resolution)> {
        std::mem::take(&mut self.resolutions)
    }

    /// The people whose command menus have to follow.
    pub fn take_changed_staff(&mut self) -> Vec<StaffId> {
        std::mem::take(&mut self.changed_staff)
    }

    /// The chats whose drafts and screens have to go, and the languages of their users.
    pub fn take_left_chats(&mut self) -> Vec<(i64, Language)> {
        std::mem::take(&mut self.left_chats)
    }

    /// Runs a use case that demands one right, with the actor's id: what it writes is kept, or rolled back when it is
    /// refused (R5).
    ///
    /// # Errors
    /// [`Refusal::Denied`] without the right; whatever the use case answers.
    // The closures take a `Crm` of any lifetime, not `Self`: tied to `'t` their futures are not provably `Send`.
    async fn use_case<T>(
        &mut self,
        right: Permission,
        act: impl AsyncFnOnce(&mut Crm<'_>, StaffId) -> Result<T>,
    ) -> Result<T> {
        let by = self.require(right).await?;
        self.atomically(async |crm| act(crm, by).await).await
    }

    /// Runs a use case that demands its rights itself, in a savepoint: a broken constraint aborts the use case, not the
    /// turn.
    async fn atomically<T>(&mut self, act: impl AsyncFnOnce(&mut Crm<'_>) -> Result<T>) -> Result<T> {
        let depth = self.savepoints;
        let begin = match self.unreleased > depth {
            true => format!("release savepoint use_case_{depth}; savepoint use_case_{depth}"),
            false => format!("savepoint use_case_{depth}"),
        };
        sqlx::raw_sql(AssertSqlSafe(begin)).execute(self.writing().await?).await?;
        // What follows may write as before: the savepoint is released with the transaction, or by the next use case.
        (self.savepoints, self.unreleased) = (depth + 1, depth + 1);
        let written = self.events.len();
        // Boxed: the futures of use cases stay shallow enough for the compiler, and a turn's stays small.
        let done = Box::pin(act(self)).await;
        self.savepoints = depth;
        match &done {
            Ok(_) => self.write_events().await?,
            Err(Error::Refused(_)) => {
                self.events.truncate(written);
                let undo = format!("rollback to savepoint use_case_{depth}");
                sqlx::raw_sql(AssertSqlSafe(undo)).execute(&mut *self.connection).await?;
                self.unreleased = depth + 1;
            }
            // The turn ends here, and its transaction with it.
            Err(Error::System(_)) => return done,
        }
        self.log_denials().await?;
        done
    }
}
