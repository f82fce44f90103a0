//! Notices to other users, as values; worded at the end of the turn, in each recipient's language.

use chrono::{DateTime, Utc};

use super::{HandoverEnd, StaffId, Workload};
use crate::domain::{Language, Permission, TimeZone};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// All linked, active users who have the right, but the actor.
    Holders(Permission),
    /// One user, and all linked, active users who have the right; not the actor.
    OneAndHolders(StaffId, Permission),
    One(StaffId),
    /// A chat that is not of the staff any more, such as the one a link was moved from.
    Chat(i64, Language),
}

/// A chat that a notice goes to.
#[derive(Debug, Clone)]
pub struct Recipient {
    pub chat_id: i64,
    /// The language to say it in.
    pub language: Language,
    /// The zone in which the recipient reads times.
    pub zone: TimeZone,
    /// The end of the recipient's quiet hours, while they last.
    pub quiet_until: Option<DateTime<Utc>>,
    /// The user of the chat: the notice is dropped at sending when their rights have changed by then (G5).
    pub staff: Option<StaffId>,
    /// Whether messages about clients can be neither forwarded nor copied (J6).
    pub protects_cards: bool,
}

/// A notice. Clients' phones are masked in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A user has entered, by an invite or by password (G2, A16).
    Linked {
        staff: StaffId,
        who: String,
        username: String,
        /// By password, not by an invite.
        by_password: bool,
    },
    /// Wrong passwords are being tried at an account (A16).
    LoginFailed { who: String, username: String },
    /// A user has set a password (A16).
    PasswordChanged { staff: StaffId, who: String, username: String },
    /// The recipient's own password was set from this chat (A16).
    OwnPasswordChanged,
    /// The recipient's password is gone (A15).
    PasswordRemoved,
    /// The recipient's account was entered by password from another Telegram account (A16).
    EnteredElsewhere { username: String },
    /// A colleague has looked at the phones of unusually many clients within an hour.
    ManyLooks { staff: StaffId, who: String, username: String, clients: i64 },
    /// No message reaches a colleague any more (R8).
    Unreachable { staff: StaffId, who: String, username: String },
    /// A client came, for the first time or again (H2).
    NewLead {
        client: i64,
        /// The client's name or masked phone.
        who: String,
        ad: String,
        /// Whether the client was known before.
        returned: bool,
        /// Whether the client has no owner.
        free: bool,
    },
    /// A client without an owner waits again: that the client was taken, or lost, has been undone.
    FreeAgain {
        client: i64,
        /// The client's name or masked phone.
        who: String,
    },
    /// A client has been without an owner for too long.
    Waiting {
        client: i64,
        /// The client's name or masked phone.
        who: String,
        ad: String,
        /// For how many minutes.
        minutes: i64,
    },
    /// Many clients have been without an owner for too long.
    ManyWaiting { clients: usize },
    /// A colleague offers the recipient a client, who answers.
    Offered {
        handover: i64,
        client: i64,
        /// The client's name or masked phone.
        who: String,
        phone: String,
        /// The client's owner.
        from: String,
        /// What the previous owner wrote; may be empty.
        note: String,
    },
    /// Another user has offered the recipient's client to a colleague.
    OfferedForYou {
        client: i64,
        /// The client's name or masked phone.
        who: String,
        to: String,
        /// The user who has offered the client.
        by: String,
    },
    /// A colleague has answered.
    Answered {
        client: i64,
        /// The client's name or masked phone.
        who: String,
        to: String,
        /// Whether the colleague has the client now.
        accepted: bool,
        reason: Option<String>,
    },
    /// A colleague has undone their answer and is asked again.
    AnswerUndone {
        client: i64,
        /// The client's name or masked phone.
        who: String,
        to: String,
    },
    /// The assignee cannot answer any more: the client stays with the recipient.
    OfferReturned {
        client: i64,
        /// The client's name or masked phone.
        who: String,
        to: String,
    },
    /// A departing user's clients and next steps are the recipient's now.
    HandedOver {
        from: String,
        /// How many of each; not both are none.
        workload: Workload,
    },
    /// They are the departing user's again: the handover was undone.
    HandedBack { from: String, workload: Workload },
    /// The program could not make its own backup of the day.
    BackupFailed {
        /// Why, in the words of the system.
        fault: String,
    },
    /// The account is used from another Telegram account now (A13).
    LinkMoved,
}

/// What notices ask for, by the client: once it is done, all of them say so and lose their buttons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PendingAction {
    /// To take a client who waits.
    Take(i64),
    /// To accept or decline the client.
    Handover(i64),
}

/// The text that replaces such notices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// The client has an owner now.
    Taken {
        /// The client's name or masked phone.
        who: String,
        by: String,
        at: DateTime<Utc>,
    },
    /// The client does not wait any more: undone, lost, or merged into another card.
    Over {
        /// The client's name or masked phone.
        who: String,
    },
    /// The handover has ended.
    HandoverEnded {
        /// The client's name or masked phone.
        who: String,
        how: HandoverEnd,
        by: String,
        at: DateTime<Utc>,
    },
}
