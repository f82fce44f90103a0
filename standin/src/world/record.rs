//! Changes of the world; the journal is a list of them.

use serde::{Deserialize, Serialize};

use super::model::{Command, Message, Person, Queued, ReplyMarkup, StoredFile, Tap};
use super::setup::{Group, Profile, Settings, Webhook};

/// The next free ids. They only grow, also over restarts and resets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counters {
    pub message: i64,
    pub update: i64,
    pub person: i64,
    pub tap: i64,
    pub file: i64,
    #[serde(default = "first_group")]
    pub group: i64,
}

fn first_group() -> i64 {
    2_000_000_001
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            message: 1,
            update: 100_000_001,
            person: 5_000_000_001,
            tap: 4_000_000_000_000_001,
            file: 1,
            group: first_group(),
        }
    }
}

/// One change; the journal is a list of them and replaying it gives the world back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Record {
    Person(Person),
    Message(Box<Message>),
    /// A message was deleted.
    Gone(i64),
    Update(Box<Queued>),
    /// Every update with a smaller id was confirmed.
    Confirmed(i64),
    Tap(Tap),
    Keyboard {
        chat: i64,
        markup: Option<ReplyMarkup>,
    },
    Commands {
        scope: String,
        language: String,
        list: Vec<Command>,
    },
    File(StoredFile),
    /// One update was taken by the webhook.
    Settled(i64),
    Group(Group),
    Profile(Profile),
    Webhook(Option<Webhook>),
    Settings(Settings),
    /// Which kinds of updates the bot wants; none = Telegram's default.
    Allowed(Option<Vec<String>>),
    Counters(Counters),
    /// Everything back to empty, people too when asked.
    Reset {
        people: bool,
    },
}
