//! The turn: one update with one effect, from its arrival to COMMIT.
//!
//! A chat that this process has answered before is remembered: the dialogue acts and draws without a lock, and one statement
//! writes mark, dialogue and messages if all is still as remembered. Otherwise, and at first:
//!
//! 1. the mark of the update, and the lock on the chat's session: one statement
//! 2. the actor and their rights: one statement
//! 3. the dialogue acts and draws
//! 4. dialogue, outgoing messages: one statement, then COMMIT
//!
//! Only then is the update confirmed to Telegram (R1), and the fresh messages are handed to the courier in memory (R6).

mod cluster;
mod dead_letters;
pub mod jitter;
mod outbox;
mod pipeline;
mod processor;
mod purge;

pub use cluster::backlog::Backlog;
pub use cluster::liveness::{Clock, Liveness};
pub use cluster::telegram_route::{TelegramRoute, Way};
pub use cluster::watermark::Watermark;
pub use dead_letters::cipher::Cipher;
pub use outbox::outgoing::{Answer, Markup, Outgoing, Target};
pub use outbox::rows::{Due, Fresh, Outbox, Row};
pub use outbox::sent_messages::{Before, Living, Settled, Shown};
pub use outbox::undeliverable::{Undeliverable, Why};
pub use pipeline::attempt_limits::Limits;
pub use pipeline::compute::{Fetch, FetchError, hash_password, wrong_passwords};
pub use pipeline::guard::restarted;
pub use pipeline::inbound::Inbound;
pub use processor::{ProcessorSettings, UpdateProcessor};
pub use purge::{
    PERSONAL_TABLES, purge_chats, purge_drafts_except, purge_old_drafts, purge_person, purge_screens_except,
    purge_strangers_except, rows_of_chats,
};

use crate::crm::Visitor;
use crate::flows::dialogue::Input;

#[derive(Clone)]
pub struct IncomingUpdate {
    /// Telegram's id of the update.
    pub update_id: i64,
    /// What kind of update it is, for logs.
    pub label: &'static str,
    pub kind: UpdateKind,
}

/// What an update says.
#[derive(Clone)]
pub enum UpdateKind {
    /// A user wrote or tapped in their private chat.
    Message {
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
        /// The sender in a private chat, where that much could be read.
        visitor: Option<Visitor>,
    },
}

impl IncomingUpdate {
    /// The chat whose order it belongs to (R4).
    #[must_use]
    pub fn chat_id(&self) -> Option<i64> {
        match &self.kind {
            UpdateKind::Foreign { chat_id } | UpdateKind::Reachable { chat_id, .. } => Some(*chat_id),
            _ => self.sender().map(|visitor| visitor.chat_id),
        }
    }

    /// The sender in a private chat.
    fn sender(&self) -> Option<&Visitor> {
        match &self.kind {
            UpdateKind::Message { visitor, .. } | UpdateKind::Unreadable { visitor: Some(visitor) } => Some(visitor),
            _ => None,
        }
    }
}

/// How the processing of an update ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Its effect is committed: it may be confirmed.
    Done,
    /// It is in the durable inbox, and its turn comes later: it may be confirmed.
    Stored,
    /// Not processed: it must not be confirmed and comes again.
    Retry,
    /// Not processed: this process of a newer release has to do it (R20).
    ForNewer(i32),
}
