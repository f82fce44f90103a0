//! What others have to be told, as values; the words are found at the close of the turn, in each recipient's language.

use chrono::{DateTime, Utc};

use super::{HandoverEnd, StaffId, Workload};
use crate::domain::{Language, Permission, TimeZone};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Everybody linked and active who has the right, but the actor.
    Holders(Permission),
    /// One user, and everybody linked and active who has the right; not the actor.
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
    /// The zone in which he reads times.
    pub zone: TimeZone,
    /// The end of his quiet hours, while they last.
    pub quiet_until: Option<DateTime<Utc>>,
    /// Whose chat it is: the notice is dropped at sending when his rights have changed by then (G5).
    pub staff: Option<StaffId>,
}

/// A thing worth telling. Clients' phones are masked in notices.
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
    /// No message reaches a colleague any more (R8).
    Unreachable { staff: StaffId, who: String, username: String },
    /// A client came, for the first time or again (H2).
    NewLead {
        client: i64,
        /// His name or masked phone.
        who: String,
        ad: String,
        /// Whether he was known before.
        returned: bool,
        /// Whether nobody has taken him.
        free: bool,
    },
    /// A client whom nobody has waits again: that he was taken, or lost, has been taken back.
    FreeAgain {
        client: i64,
        /// His name or masked phone.
        who: String,
    },
    /// Nobody has taken a client for too long.
    Waiting {
        client: i64,
        /// His name or masked phone.
        who: String,
        ad: String,
        /// For how many minutes.
        minutes: i64,
    },
    /// Nobody has taken many clients for too long.
    ManyWaiting { clients: usize },
    /// A colleague offers the recipient a client, who answers.
    Offered {
        handover: i64,
        client: i64,
        /// His name or masked phone.
        who: String,
        phone: String,
        /// Whose client he is.
        from: String,
        /// What the giver wrote; may be empty.
        note: String,
    },
    /// Another has offered the recipient's client to a colleague.
    OfferedForYou {
        client: i64,
        /// His name or masked phone.
        who: String,
        to: String,
        /// Who has offered him.
        by: String,
    },
    /// A colleague has answered.
    Answered {
        client: i64,
        /// His name or masked phone.
        who: String,
        to: String,
        /// Whether he has the client now.
        accepted: bool,
        reason: Option<String>,
    },
    /// A colleague has undone his answer and is asked again.
    AnswerUndone {
        client: i64,
        /// His name or masked phone.
        who: String,
        to: String,
    },
    /// Whoever was asked cannot answer any more: the client stays with the recipient.
    OfferReturned {
        client: i64,
        /// His name or masked phone.
        who: String,
        to: String,
    },
    /// A leaving colleague's clients and next steps are the recipient's now.
    HandedOver {
        from: String,
        /// How many of each; not both are none.
        workload: Workload,
    },
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
    /// To accept or decline him.
    Handover(i64),
}

/// What stands in place of such notices from then on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// Somebody has the client now.
    Taken {
        /// The client's name or masked phone.
        who: String,
        by: String,
        at: DateTime<Utc>,
    },
    /// The client waits for nobody any more: undone, lost, or in another card.
    Over {
        /// The client's name or masked phone.
        who: String,
    },
    /// The hand-over has ended.
    HandoverEnded {
        /// The client's name or masked phone.
        who: String,
        how: HandoverEnd,
        by: String,
        at: DateTime<Utc>,
    },
}
