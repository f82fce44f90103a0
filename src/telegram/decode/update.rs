//! The fields of an update that the bot reads. Serde skips all others, so newer versions of the Bot API still parse.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// An update: one of the kinds that are subscribed to, or none that is known.
#[derive(Clone, Deserialize)]
pub(super) struct Update {
    pub message: Option<Message>,
    pub callback_query: Option<CallbackQuery>,
    pub my_chat_member: Option<ChatMemberUpdated>,
}

#[derive(Clone, Deserialize)]
pub(super) struct Chat {
    pub id: i64,
    #[serde(rename = "type")]
    kind: String,
}

impl Chat {
    pub fn is_private(&self) -> bool {
        self.kind == "private"
    }
}

#[derive(Clone, Deserialize)]
pub(super) struct User {
    pub id: i64,
    #[serde(default)]
    pub is_bot: bool,
    pub language_code: Option<String>,
}

#[derive(Clone, Deserialize)]
pub(super) struct Message {
    pub message_id: i64,
    pub from: Option<User>,
    pub chat: Chat,
    #[serde(default, deserialize_with = "storable")]
    pub text: Option<String>,
    #[serde(default, deserialize_with = "storable")]
    pub caption: Option<String>,
    pub contact: Option<Contact>,
    pub document: Option<Media>,
    pub photo: Option<Vec<Media>>,
    pub voice: Option<Media>,
    pub audio: Option<Media>,
    pub video: Option<Media>,
    pub video_note: Option<Media>,
    pub animation: Option<Media>,
    pub reply_to_message: Option<Earlier>,
}

#[derive(Clone, Deserialize)]
pub(super) struct Contact {
    #[serde(deserialize_with = "storable_text")]
    pub phone_number: String,
    #[serde(deserialize_with = "storable_text")]
    pub first_name: String,
    #[serde(default, deserialize_with = "storable")]
    pub last_name: Option<String>,
    #[serde(default, deserialize_with = "storable")]
    pub vcard: Option<String>,
}

/// A file of whatever kind.
#[derive(Clone, Deserialize)]
pub(super) struct Media {
    pub file_id: String,
    #[serde(default, deserialize_with = "storable")]
    pub file_name: Option<String>,
    /// Bytes; Telegram may leave it out.
    #[serde(default)]
    pub file_size: u64,
}

/// A message that another one answers or that a tapped button stands below.
#[derive(Clone, Deserialize)]
pub(super) struct Earlier {
    pub message_id: i64,
    pub from: Option<User>,
    pub chat: Chat,
}

#[derive(Clone, Deserialize)]
pub(super) struct CallbackQuery {
    pub id: String,
    pub from: User,
    pub message: Option<Earlier>,
    pub data: Option<String>,
}

#[derive(Clone, Deserialize)]
pub(super) struct ChatMemberUpdated {
    pub chat: Chat,
    new_chat_member: ChatMember,
}

#[derive(Clone, Deserialize)]
struct ChatMember {
    status: String,
    /// Only of a restricted member.
    #[serde(default)]
    is_member: bool,
}

impl ChatMemberUpdated {
    /// Whether the bot is in the chat from now on.
    pub fn is_present(&self) -> bool {
        match self.new_chat_member.status.as_str() {
            "left" | "kicked" => false,
            "restricted" => self.new_chat_member.is_member,
            _ => true,
        }
    }
}

/// Contents without text or file: the open question is asked again.
const WORDLESS: [&str; 14] = [
    "sticker",
    "location",
    "venue",
    "dice",
    "game",
    "poll",
    "story",
    "invoice",
    "paid_media",
    "giveaway",
    "giveaway_winners",
    "checklist",
    "gift",
    "unique_gift",
];

/// Service messages, as far as they can reach a private chat: no answer is due.
const SERVICE: [&str; 27] = [
    "pinned_message",
    "message_auto_delete_timer_changed",
    "successful_payment",
    "refunded_payment",
    "users_shared",
    "user_shared",
    "chat_shared",
    "connected_website",
    "write_access_allowed",
    "passport_data",
    "proximity_alert_triggered",
    "chat_background_set",
    "boost_added",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "giveaway_created",
    "giveaway_completed",
    "managed_bot_created",
    "paid_message_price_changed",
    "checklist_tasks_done",
    "checklist_tasks_added",
    "gift_upgrade_sent",
    "web_app_data",
    "poll_option_added",
    "poll_option_deleted",
];

/// What a message carries that has neither words nor a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// A sticker, a place.
    Wordless,
    Service,
    /// A kind that this program does not know.
    Unknown,
}

impl Rest {
    /// By the names of the message's fields.
    pub fn of(message: &Value) -> Self {
        let has = |fields: &[&str]| fields.iter().any(|field| message.get(field).is_some());
        match () {
            () if has(&WORDLESS) => Self::Wordless,
            () if has(&SERVICE) => Self::Service,
            () => Self::Unknown,
        }
    }
}

/// A text without the one character that Postgres cannot store.
fn storable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(without_nul))
}

fn storable_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    String::deserialize(deserializer).map(without_nul)
}

fn without_nul(mut text: String) -> String {
    text.retain(|sign| sign != '\0');
    text
}
