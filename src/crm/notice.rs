//! What others have to be told, as values; the words are found at the close of the turn, in each recipient's language.

use super::StaffId;
use crate::domain::{Language, Permission};

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Everybody linked and active who has the right, but the actor.
    Holders(Permission),
    /// One person.
    One(StaffId),
    /// A chat that is not of the staff any more, such as the one a link was moved from.
    Chat(i64, Language),
}

/// A chat that a notice goes to.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// The private chat.
    pub chat_id: i64,
    /// The language to say it in.
    pub language: Language,
    /// Whose chat it is: the notice is dropped at sending when his rights have changed by then (G5).
    pub staff: Option<StaffId>,
}

/// A thing worth telling. Clients' phones are masked in notices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Somebody opened an invite (G2).
    Linked {
        /// Whose account.
        staff: StaffId,
        /// Full name.
        who: String,
        /// Login.
        username: String,
    },
    /// A client came, for the first time or again (H2).
    NewLead {
        /// The client.
        client: i64,
        /// His name or masked phone.
        who: String,
        /// The ad's title.
        ad: String,
        /// Whether he was known before.
        returned: bool,
        /// Whether nobody has taken him.
        free: bool,
    },
    /// A leaving colleague's clients are the recipient's now.
    HandedOver {
        /// Whose they were.
        from: String,
        /// How many clients.
        clients: usize,
    },
    /// The program could not make its own backup of the day.
    BackupFailed {
        /// Why, in the words of the system.
        fault: String,
    },
    /// The account is used from another Telegram account now (A13).
    LinkMoved,
}
