//! What surrounds the chats: groups, the webhook, the bot's profile, the stand-in's switches.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A group or channel in which the bot is or was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Group {
    /// Negative, for supergroups and channels below -1000000000000.
    pub id: i64,
    pub kind: GroupKind,
    pub title: String,
    pub status: Membership,
}

/// What supergroups' and channels' ids are below.
pub(crate) const SUPERGROUPS: i64 = -1_000_000_000_000;

impl Group {
    /// The part of its id that was counted.
    pub fn number(&self) -> i64 {
        if self.kind == GroupKind::Group { -self.id } else { SUPERGROUPS - self.id }
    }
}

/// Kinds of chats that are not private, named as in the Bot API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GroupKind {
    Group,
    Supergroup,
    Channel,
}

impl GroupKind {
    /// Its name in the Bot API and in error texts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Supergroup => "supergroup",
            Self::Channel => "channel",
        }
    }
}

/// What the bot is in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Membership {
    Member,
    Administrator,
    Left,
    Kicked,
}

/// Where updates are delivered instead of waiting to be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Webhook {
    pub url: String,
    #[serde(default)]
    pub secret: String,
    pub max_connections: usize,
    #[serde(default)]
    pub ip_address: String,
    /// A certificate the bot signed itself, as PEM.
    #[serde(default)]
    pub certificate: Option<String>,
    /// When and why a delivery failed last.
    #[serde(default)]
    pub error: Option<(i64, String)>,
}

/// What people read about the bot, by language; the empty language is everyone's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Profile {
    pub name: BTreeMap<String, String>,
    pub description: BTreeMap<String, String>,
    pub short_description: BTreeMap<String, String>,
    /// By chat; chat 0 is everyone's.
    #[serde(default)]
    pub menu_buttons: BTreeMap<i64, Value>,
}

/// What one can switch on the stand-in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    /// Refuse bursts as Telegram does.
    pub rate_limits: bool,
    /// How many seconds the world's clock is ahead.
    pub ahead: i64,
}
