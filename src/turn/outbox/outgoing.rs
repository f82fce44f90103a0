//! Outgoing messages as serialisable values.

use serde::{Deserialize, Serialize};

use crate::flows::CallbackData;
use crate::flows::about::About;
use crate::flows::screen::{Button, Does, MESSAGE_UNITS, Screen};

/// A message or an action in a chat. The courier chooses the method of the Bot API.
#[derive(Clone, Serialize, Deserialize)]
pub enum Outgoing {
    Answer {
        /// Telegram's id of the tap.
        callback_id: String,
        /// A word, without markup.
        text: String,
        /// As an alert that has to be closed.
        alert: bool,
    },
    /// Shows the living screen.
    Screen {
        markup: Markup,
        /// Below what was typed, instead of in place.
        below: bool,
        /// The answer to the tap that led here. This process gives it beside the row; one that takes the row over gives it again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<Answer>,
    },
    /// Redraws the living screen after an outage (R9): without a sound, and only if the user has done nothing since.
    #[serde(rename = "Again")]
    Redraw {
        markup: Markup,
        /// The version that it shows.
        version: i64,
    },
    /// Takes the buttons off a message that is not the living screen.
    Strip {
        message_id: i64,
    },
    /// Sends a message beside the screen.
    Notice(Markup),
    /// Shows a text in place of every message of this kind about this client that the chat has; nothing when it has none.
    /// Which these are is looked up at sending: in the lane of the notices it finds even one that waits before it.
    Amend {
        /// What was said earlier.
        earlier: About,
        /// What stands there from now on.
        markup: Markup,
    },
    Delete {
        message_id: i64,
    },
    /// Sends a stored document.
    Document {
        id: i64,
        /// HTML.
        caption: String,
        /// Can be neither forwarded nor copied.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        protected: bool,
    },
    /// Sets the command menu of the chat; an empty one is taken away.
    Commands(Vec<(String, String)>),
    /// Leaves a group or channel.
    Leave,
}

impl Outgoing {
    /// Its kind in one word, for logs and lists.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Answer { .. } => "answer",
            Self::Screen { .. } | Self::Redraw { .. } => "screen",
            Self::Strip { .. } => "strip",
            Self::Notice(_) => "notice",
            Self::Amend { .. } => "amendment",
            Self::Delete { .. } => "delete",
            Self::Document { .. } => "document",
            Self::Commands(_) => "commands",
            Self::Leave => "leave",
        }
    }
}

/// The answer to a tap.
#[derive(Clone, Serialize, Deserialize)]
pub struct Answer {
    /// Telegram's id of the tap.
    pub callback_id: String,
    /// A word, without markup.
    pub text: String,
    /// As an alert that has to be closed.
    pub alert: bool,
}

impl From<Answer> for Outgoing {
    fn from(Answer { callback_id, text, alert }: Answer) -> Self {
        Self::Answer { callback_id, text, alert }
    }
}

/// A text with buttons, ready to be sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Markup {
    /// HTML, within Telegram's limits.
    pub text: String,
    /// Rows of labels and what the buttons do.
    pub rows: Vec<Vec<(String, Target)>>,
    /// The client it is about: kept with the message once it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
    /// Without markup: the text is sent as it is. It has no tags or entities either, as an older program sends it as HTML.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub plain: bool,
    /// Can be neither forwarded nor copied (J6).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub protected: bool,
}

/// What a button of a message does.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    Data(String),
    Url(String),
    /// A text to copy.
    Copy(String),
}

impl Markup {
    /// A text without markup and buttons, which Telegram cannot refuse for what they are.
    #[must_use]
    pub fn plain(text: String) -> Self {
        Self { text, rows: Vec::new(), about: None, plain: true, protected: false }
    }

    /// Whether it may be shown in a message that is `protected` or not. What is there to be passed on, such as an invite, has
    /// buttons that copy it; other screens lose nothing in a protected message.
    #[must_use]
    pub fn suits(&self, protected: bool) -> bool {
        let copied = |(_, target): &(String, Target)| matches!(target, Target::Copy(_));
        protected == self.protected || protected && !self.rows.iter().flatten().any(copied)
    }

    /// A screen whose buttons carry `version`.
    #[must_use]
    pub fn of(screen: Screen, version: i64) -> Self {
        let target = |does| match does {
            Does::Callback(press) => Target::Data(CallbackData { version, press }.encode()),
            Does::Link(url) => Target::Url(url),
            Does::Copy(text) => Target::Copy(text),
        };
        let button = |Button { label, does }| (label, target(does));
        Self {
            text: screen.text.trimmed(MESSAGE_UNITS).as_str().to_owned(),
            about: screen.about,
            plain: false,
            protected: screen.protected,
            rows: screen.rows.into_iter().map(|row| row.into_iter().map(button).collect()).collect(),
        }
    }
}
