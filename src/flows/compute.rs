//! Work outside the transaction that a conversation asks for, and what comes of it.

use bytes::Bytes;

use super::File;
use crate::crm::{Refusal, StaffId};

/// Work that does not belong inside a transaction: the turn rolls back, does the work and runs again with the result.
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
    Fetched(File, Bytes),
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
    /// It is the administrator's own: they can send it again.
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
