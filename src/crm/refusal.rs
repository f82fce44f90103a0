//! Business-rule errors as values; each has a sentence for the user (`flows::refusals`).

use chrono::{DateTime, NaiveDate, Utc};

use super::{ContractLine, HandoverEnd};
use crate::domain::DocumentError;

/// A refusal is not a system error: it is shown to the person as a sentence and is not logged as an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No right for it (A4, A5, A6).
    Denied,
    /// The record is not there any more, or never was (a forged id looks the same).
    Gone,
    /// The record was changed in the meantime; the person sees the present state first (E1).
    Changed,
    /// An invite that is spent, expired or unknown: which of them is not said (A3).
    InviteUnusable,
    /// A name or title that is taken (P2).
    Taken(Field),
    /// The service was archived in the meantime (P3).
    ServiceArchived,
    /// The ad was finished in the meantime (P8, P14).
    AdFinished,
    /// "No ad" stays as it is: running, without a budget.
    AdBuiltIn,
    /// The touch cannot carry a contract: void or of another client (K3, H9).
    TouchUnusable,
    /// A touch with a non-void contract cannot be voided (H8).
    TouchHasContract,
    /// The contract is not live any more: ended, terminated or void.
    ContractNotLive,
    /// The file cannot be kept (K14).
    Document(DocumentError),
    /// Not the actor's own or not of today (rights table).
    NotOwnToday,
    /// The phone was entered by another user or on another day, or something hangs on its client (C8).
    NotOwnPhone,
    /// The contract's dates, amount or signing day break a rule (K5).
    Terms(Field),
    /// Something rests on the write that was to be undone.
    HasDependents,
    /// The ten minutes in which a write can be undone are over.
    TooLate,
    /// Another user has changed the record after the write that was to be undone: who, when, and what.
    ChangedSince {
        by: String,
        at: DateTime<Utc>,
        /// What was done, as the log has it.
        action: String,
        /// To which kind of record.
        entity: String,
    },
    /// No touch of the client is unanswered: a new touch brings the client back (X14).
    NeedsTouch,
    /// A client with live contracts cannot be marked lost (X12): which, as far as the actor's rights go.
    HasLiveContracts(Vec<ContractLine>),
    /// The last active administrator stays (A8).
    LastAdministrator,
    /// The database's own check said no: the named field is outside its limits.
    Invalid(Field),
    /// Already done, by whom and when, so that a late tap is told what happened.
    AlreadyDone { by: String, at: DateTime<Utc> },
    /// Another user has the client, since when.
    TakenBy { by: String, at: DateTime<Utc> },
    /// The client has no owner yet: there is nothing to hand over.
    Untaken,
    /// A handover of the client waits for an answer already.
    HandoverWaits { to: String },
    /// The handover waits no more.
    HandoverEnded { how: HandoverEnd, by: String, at: DateTime<Utc> },
    /// The colleague may not take clients, or cannot be told.
    NoAssignee,
    /// The phone is another client's, by its id (C9).
    PhoneOf(i64),
    /// The day is not a possible one for the use case.
    Day(NaiveDate),
}

/// The field that a refusal names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Title of a service, ad or contract.
    Title,
    Description,
    /// Price of a service.
    Price,
    /// Budget of an ad.
    Budget,
    /// Amount of a contract.
    Amount,
    SignedOn,
    StartsOn,
    EndsOn,
    Name,
    Email,
    Phone,
    Username,
    Reason,
    Document,
}

/// The rule behind a constraint of the database, by its name.
pub(super) fn by_constraint(name: &str) -> Option<Refusal> {
    Some(match name {
        "service_title_live_unique" => Refusal::Taken(Field::Title),
        "client_phone_unique" => Refusal::Taken(Field::Phone),
        "client_handover_one_waiting" | "client_consent_one_valid" => Refusal::Changed,
        "staff_user_username_unique" => Refusal::Taken(Field::Username),
        "service_price_not_negative" => Refusal::Invalid(Field::Price),
        "ad_budget_not_negative" => Refusal::Invalid(Field::Budget),
        "ad_built_in_stays" => Refusal::AdBuiltIn,
        "contract_amount_positive" => Refusal::Terms(Field::Amount),
        "contract_ends_after_start" => Refusal::Terms(Field::EndsOn),
        "audit_event_undone_once" => Refusal::Changed,
        "touch_ad_day_unique" => Refusal::HasDependents,
        "contract_touch_of_client" => Refusal::TouchUnusable,
        "follow_up_one_open" => Refusal::HasDependents,
        _ => return None,
    })
}
