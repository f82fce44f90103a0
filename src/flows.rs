//! The conversations: one file per conversation, each a small state machine over the kit.
//!
//! A flow holds ids and the draft, never what the database can tell: [`Flow::screen`] draws it fresh every time.
//! Adding a conversation is one line in `registry.rs`.

pub mod about;
pub mod audit;
mod by_value;
pub mod codec;
pub mod commands;
pub mod dialogue;
pub mod exchange;
mod flow;
pub mod kit;
pub mod notices;
pub mod refusals;
pub mod registry;
pub mod route;
pub mod screen;

mod access;
mod ads;
mod check;
mod clients;
mod contracts;
mod group_rights;
mod help;
mod labels;
mod language;
mod lead;
mod login;
mod me;
mod menu;
mod parked;
mod password;
mod revoke_link;
mod seed_groups;
mod services;
mod settings;
mod staff;
mod stats;
mod welcome;

use serde::{Deserialize, Serialize};

pub use about::About;
pub use access::Access;
pub use by_value::{OldFlow, OldStep};
pub use codec::{ButtonAction, CallbackData};
pub use flow::{Flow, Opened, Step};
pub use registry::UseCase;
pub use route::{Navigation, Route};
pub use screen::{Button, Screen};

use crate::crm::{Crm, Refusal, StaffId};
use crate::domain::{Phone, PhoneRegion};
use crate::error::SystemError;
use crate::text::{Html, Say};

/// What a conversation has at hand: the business, and the person's language.
pub struct Cx<'t> {
    /// The open transaction in the person's hands.
    pub crm: Crm<'t>,
    pub say: Say,
    /// Messages besides the screen, in order.
    pub extras: Vec<Extra>,
}

impl Cx<'_> {
    /// Reads anew who is there, after somebody has come in or gone out.
    async fn enter(&mut self) -> Result<(), SystemError> {
        self.crm.read_actor().await?;
        self.say = Say(self.crm.actor.language);
        Ok(())
    }

    /// Has the message that was just received deleted: it holds a secret (A13, A18).
    fn forget_message(&mut self) {
        if !self.extras.contains(&Extra::ForgetMessage) {
            self.extras.push(Extra::ForgetMessage);
        }
    }
}

/// Something sent beside the living screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extra {
    /// Deletes the message that was just received: it holds a secret (A13, A18).
    ForgetMessage,
    /// Sends a stored document again, with a caption.
    Document { id: i64, caption: Html },
}

/// What happened in the chat, as a conversation sees it.
#[derive(Clone)]
pub enum Event {
    /// A text that is not a command.
    Typed(String),
    /// A button of the living screen.
    Pressed(ButtonAction),
    Shared(Contact),
    Sent(File),
    /// The answer to a [`Compute`].
    Computed(Computed),
    /// The answer to [`Step::Retry`].
    Retried(Retried),
}

impl Event {
    /// What it says in words, if it says anything in words.
    #[must_use]
    pub fn text(&self, region: PhoneRegion) -> Option<String> {
        match self {
            Self::Typed(text) => Some(text.clone()),
            Self::Shared(contact) => Some(contact.as_text(region)),
            Self::Sent(file) if !file.caption.is_empty() => Some(file.caption.clone()),
            Self::Sent(_) | Self::Pressed(_) | Self::Computed(_) | Self::Retried(_) => None,
        }
    }
}

/// A contact card as Telegram gives it; the phone may lack its plus (C2).
#[derive(Clone, Serialize, Deserialize)]
pub struct Contact {
    /// As in the card.
    pub phone: String,
    pub first_name: String,
    pub last_name: Option<String>,
    /// Other numbers of a card that has several.
    pub more_phones: Vec<String>,
}

impl Contact {
    /// As somebody would have typed it, with each number once. A number that is whole only with a plus gets it (C2).
    #[must_use]
    pub fn as_text(&self, region: PhoneRegion) -> String {
        let mut words: Vec<String> =
            [Some(&self.first_name), self.last_name.as_ref()].into_iter().flatten().cloned().collect();
        // Telegram gives the first one without its plus; the others stand as somebody typed them.
        let first = (&self.phone, Phone::from_contact(&self.phone, region));
        let others = self.more_phones.iter().map(|number| (number, Phone::parse(number, region)));
        for (number, phone) in [first].into_iter().chain(others) {
            let typed = phone.map_or_else(|_| number.clone(), |phone| phone.pretty());
            if !words.contains(&typed) {
                words.push(typed);
            }
        }
        words.join(" ")
    }
}

/// A file in the chat; its bytes stay with Telegram until asked for.
#[derive(Clone, Serialize, Deserialize)]
pub struct File {
    pub file_id: String,
    /// As the sender named it.
    pub name: String,
    /// Bytes, as Telegram says.
    pub size: u64,
    /// What was written below it; empty when nothing was.
    #[serde(default)]
    pub caption: String,
}

/// Work that does not belong inside a transaction: the turn leaves it, does the work and begins anew with the answer.
#[derive(Clone)]
pub enum Compute {
    /// Compares a password with a hash; without a hash the same time is spent for nothing (A13).
    CheckPassword {
        /// As typed.
        password: Secret,
        /// The argon2id hash, if there is such a person.
        hash: Option<String>,
    },
    /// Makes a hash of a password that is to be typed once more, and seals it until then (A17).
    SealPassword {
        /// As typed.
        password: Secret,
        /// Whose: it opens for no other user.
        of: StaffId,
    },
    /// Compares the second typing with a sealed hash.
    CheckSealed {
        /// As typed.
        password: Secret,
        sealed: String,
        of: StaffId,
    },
    /// Fetches a file's bytes from Telegram.
    Fetch(File),
}

/// What a [`Compute`] came to.
#[derive(Clone)]
pub enum Computed {
    /// Whether the password fits the hash that was asked about.
    PasswordChecked {
        fits: bool,
        /// The hash that was asked about: it may have changed since.
        hash: Option<String>,
    },
    /// The sealed hash of a new password: the database holds it without being able to read it.
    PasswordSealed(String),
    Fetched(File, Vec<u8>),
    /// Telegram did not give the file.
    NotFetched,
}

/// What became of a parked update that was to be tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Retried {
    /// It took effect, its sender was told, and it is settled.
    Handled,
    /// The business says no: no right, already settled, not there.
    Refused(Refusal),
    /// Nothing was kept of it, or the key does not open it: the bot's token is another one now.
    Lost,
    /// It is the administrator's own: he can simply send it again.
    Own,
    /// Who sent it is no colleague any more.
    SenderGone,
    /// Who sent it is in the middle of something else now.
    SenderBusy,
    /// It was a tap on a screen that has changed since.
    ScreenGone,
    /// It was a message that Telegram had refused, and is on its way again.
    Resent,
    /// The recipient is no colleague any more.
    RecipientGone,
    /// The person whose screen was refused is in the middle of something else now.
    RecipientBusy,
    /// It failed again, with this fault; nothing of it was kept.
    Failed(String),
}

/// A typed secret; never shown by Debug (G9).
#[derive(Clone)]
pub struct Secret(pub String);
