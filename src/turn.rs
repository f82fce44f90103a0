//! One update, one transaction: the only place that knows the way of an update from its arrival to COMMIT.
//!
//! 1. first sight of this update? and the lock on the chat's session: one statement
//! 2. who is this, what may he do: one statement
//! 3. the dialogue acts and draws
//! 4. dialogue, outgoing messages: one statement, then COMMIT
//!
//! Only then is the update confirmed to Telegram (R1), and the fresh messages are handed to the courier in memory (R6).

mod again;
mod amendment;
mod announce;
mod attempt;
mod attempts;
mod compute;
mod file_job;
mod forget;
mod gate;
mod guard;
mod hearing;
mod inbound;
pub mod lease;
mod letter;
mod load;
mod outbox;
mod outgoing;
mod parked;
mod presence;
mod reach;
mod refused;
mod retry;
mod seal;
mod sent;
mod session;
mod telling;
mod undeliverable;
mod unsure;

pub use attempts::{Attempts, Limits};
pub use compute::{Fetch, FetchError, hash_password, wrong_passwords};
pub use file_job::Background;
pub use forget::{forget, forget_drafts_but};
pub use gate::Turns;
pub use hearing::Hearing;
pub use inbound::Inbound;
pub use load::Load;
pub use outbox::{Due, Outbox, Row};
pub use outgoing::{Answer, Markup, Outgoing, Target};
pub use presence::Presence;
pub use seal::Seal;
pub use sent::Living;
pub use undeliverable::{Undeliverable, Why};

use crate::crm::Visitor;
use crate::flows::dialogue::Input;

#[derive(Clone)]
pub struct Arrival {
    /// Telegram's id of the update.
    pub update_id: i64,
    /// What kind of update it is, for logs.
    pub kind: &'static str,
    pub what: What,
}

/// What an update says.
#[derive(Clone)]
pub enum What {
    /// Somebody wrote or tapped in his private chat.
    Said {
        visitor: Visitor,
        input: Input,
        /// The tap to answer.
        callback_id: Option<String>,
        /// The message that was written, or that the tapped button stands below.
        message_id: Option<i64>,
    },
    /// A group or channel: nothing of ours is said there (G7).
    Foreign { chat_id: i64 },
    /// The person has blocked the bot, or unblocked it.
    Reachable {
        chat_id: i64,
        /// Whether messages arrive now.
        reachable: bool,
    },
    /// Nothing that concerns us, such as an edit of an old message.
    Ignored,
    /// Not understood: parked (R10, R17).
    Unreadable {
        /// The person in whose private chat it came, where that much could be read.
        visitor: Option<Visitor>,
    },
}

impl Arrival {
    /// The chat whose order it belongs to (R4).
    #[must_use]
    pub fn chat_id(&self) -> Option<i64> {
        match &self.what {
            What::Foreign { chat_id } | What::Reachable { chat_id, .. } => Some(*chat_id),
            _ => self.sender().map(|visitor| visitor.chat_id),
        }
    }

    /// The person who sent it in a private chat.
    fn sender(&self) -> Option<&Visitor> {
        match &self.what {
            What::Said { visitor, .. } | What::Unreadable { visitor: Some(visitor) } => Some(visitor),
            _ => None,
        }
    }
}

/// What became of an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// Its effect is committed: it may be confirmed.
    Done,
    /// Not now: it must not be confirmed and comes again.
    NotYet,
}
