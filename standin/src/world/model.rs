//! What the stand-in remembers. Each piece is written to the journal as it is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::entities::Formatted;

/// A person who has a Telegram account; the bot knows them only once they wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    pub id: i64,
    pub first_name: String,
    #[serde(default)]
    pub last_name: Option<String>,
    #[serde(default)]
    pub username: Option<String>,
    #[serde(default)]
    pub language_code: Option<String>,
    #[serde(default)]
    pub phone: Option<String>,
    /// He has blocked the bot.
    #[serde(default)]
    pub blocked: bool,
    /// They have written to the bot at least once, so the bot may write to them.
    #[serde(default)]
    pub met: bool,
}

/// One line of a command menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Command {
    pub command: String,
    pub description: String,
}

/// A message in a chat with the bot. Ids are the bot's own, over all private chats.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Message {
    pub id: i64,
    pub chat: i64,
    /// The bot's id or a person's.
    pub from: i64,
    /// The channel or group that speaks, when no person does.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sender_chat: Option<i64>,
    /// Seconds since 1970.
    pub date: i64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub edited: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reply_to: Option<i64>,
    /// `forward_origin` as the Bot API gives it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub origin: Option<Value>,
    pub content: Content,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub buttons: Option<InlineKeyboard>,
    /// It brought or took away a reply keyboard; Telegram lets no bot edit such a message.
    #[serde(skip_serializing_if = "is_false", default)]
    pub frozen: bool,
    #[serde(skip_serializing_if = "is_false", default)]
    pub protected: bool,
    /// The album it belongs to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub album: Option<String>,
    /// Reactions by who made them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub reactions: BTreeMap<i64, Vec<Value>>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// The rows of buttons under a message.
pub(crate) type InlineKeyboard = Vec<Vec<InlineButton>>;

/// A button under a message with its single action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct InlineButton {
    pub text: String,
    #[serde(flatten)]
    pub action: Action,
}

/// What a button does, named as in the Bot API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Action {
    Url(String),
    CallbackData(String),
    SwitchInlineQuery(String),
    SwitchInlineQueryCurrentChat(String),
    SwitchInlineQueryChosenChat(Value),
    WebApp(Value),
    LoginUrl(Value),
    CopyText(Value),
    CallbackGame(Value),
    Pay(bool),
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Content {
    /// Text and, when the bot chose, how its link is previewed.
    Text {
        body: Formatted,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        preview: Option<Value>,
    },
    /// A file with its caption; `object` is what the Bot API shows under the name of the kind.
    Media { kind: MediaKind, object: Value, caption: Formatted },
    /// A contact, a place: fields as the Bot API shows them.
    Other(Map<String, Value>),
    /// What Telegram itself says in a chat, in the Bot API's fields.
    Service(Map<String, Value>),
}

/// Kinds of files, named as in the Bot API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MediaKind {
    Animation,
    Audio,
    Document,
    Photo,
    Sticker,
    Video,
    VideoNote,
    Voice,
}

impl MediaKind {
    /// The field's name in the Bot API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Animation => "animation",
            Self::Audio => "audio",
            Self::Document => "document",
            Self::Photo => "photo",
            Self::Sticker => "sticker",
            Self::Video => "video",
            Self::VideoNote => "video_note",
            Self::Voice => "voice",
        }
    }

    /// May it carry a caption?
    pub fn captioned(self) -> bool {
        !matches!(self, Self::Sticker | Self::VideoNote)
    }
}

/// A press of a button that waits for the bot's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tap {
    pub id: i64,
    pub person: i64,
    /// Seconds since 1970.
    pub at: i64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub answer: Option<Answer>,
}

/// What the bot said to a press.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answer {
    pub text: String,
    pub show_alert: bool,
    pub url: String,
}

/// An update that waits for the bot, or was confirmed and can be delivered again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Queued {
    pub id: i64,
    /// `message`, `callback_query`, …
    pub kind: String,
    /// The person or chat within which Telegram keeps the order of one kind.
    pub lane: i64,
    /// The value of the field named by `kind`, as JSON text.
    pub body: String,
    /// Seconds since 1970; after that it is forgotten.
    pub expires: i64,
}

/// A file that was sent; its bytes lie beside the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredFile {
    pub id: String,
    pub kind: MediaKind,
    pub unique: String,
    /// The path under `/file/bot<token>/`.
    pub path: String,
    pub size: usize,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mime: Option<String>,
}

/// The keyboard in place of a person's letters, or the wish for a reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ReplyMarkup {
    /// The message that brought it; the keyboard goes with it.
    pub message: i64,
    pub markup: Value,
}
