//! What a message is about, kept when it is sent: a reply to it is meant for that client, and a later word finds it again.

use serde::{Deserialize, Serialize};

/// Whom a message is about, and what sort of message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// What sort of message.
    pub kind: Kind,
    pub client: i64,
}

/// What sort of message is about a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    Card,
    Timeline,
    /// A notice that the client came, for the first time or again.
    NewLead,
    /// A notice that the client is offered to the recipient.
    Handover,
    /// A notice that asks for nothing, or for nothing any more.
    Told,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::Card, Self::Timeline, Self::NewLead, Self::Handover, Self::Told];

    /// The code that the database keeps.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Timeline => "timeline",
            Self::NewLead => "new_lead",
            Self::Handover => "handover",
            Self::Told => "told",
        }
    }

    /// Whether such a message asks for something, and has to be put right when that is done.
    #[must_use]
    pub const fn asks(self) -> bool {
        matches!(self, Self::NewLead | Self::Handover)
    }

    /// The kind of a code; none for one that a newer version wrote.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl About {
    #[must_use]
    pub const fn card(client: i64) -> Self {
        Self { kind: Kind::Card, client }
    }

    /// A notice that a client is offered.
    #[must_use]
    pub const fn handover(client: i64) -> Self {
        Self { kind: Kind::Handover, client }
    }

    /// A notice that asks for nothing.
    #[must_use]
    pub const fn told(client: i64) -> Self {
        Self { kind: Kind::Told, client }
    }

    #[must_use]
    pub const fn timeline(client: i64) -> Self {
        Self { kind: Kind::Timeline, client }
    }

    /// A notice that a client came.
    #[must_use]
    pub const fn new_lead(client: i64) -> Self {
        Self { kind: Kind::NewLead, client }
    }
}
