//! Formatted text: what a bot's markup becomes, counted in UTF-16 units as Telegram counts.

mod detect;
mod fix;
mod html;
mod links;
mod parse;
mod tags;

use serde::{Deserialize, Serialize};

pub(crate) use detect::detect;
pub(crate) use links::checked as checked_link;
pub(crate) use parse::{Limits, parse};

/// A kind of entity, named as in the Bot API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Blockquote,
    ExpandableBlockquote,
    Bold,
    Italic,
    Underline,
    Strikethrough,
    Spoiler,
    TextLink,
    TextMention,
    CustomEmoji,
    Code,
    Pre,
    BotCommand,
    Mention,
    Hashtag,
    Cashtag,
    Url,
    Email,
    PhoneNumber,
}

/// A stretch of text with a meaning; offset and length are UTF-16 units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entity {
    #[serde(rename = "type")]
    pub kind: Kind,
    pub offset: usize,
    pub length: usize,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub custom_emoji_id: Option<String>,
    /// The person of a `text_mention`; shown as a whole user when a message is given out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user: Option<i64>,
}

impl Entity {
    /// An entity without an argument.
    pub fn plain(kind: Kind, offset: usize, length: usize) -> Self {
        Self { kind, offset, length, url: None, language: None, custom_emoji_id: None, user: None }
    }

    /// The first unit after the entity.
    pub fn end(&self) -> usize {
        self.offset + self.length
    }
}

/// A text with its entities in Telegram's order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Formatted {
    pub text: String,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub entities: Vec<Entity>,
}

/// Length in UTF-16 units, which is how Telegram measures texts.
pub(crate) fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Telegram's order: by place, the longer first, then by kind.
pub(super) fn sort(entities: &mut [Entity]) {
    entities.sort_by(|a, b| a.offset.cmp(&b.offset).then(b.length.cmp(&a.length)).then(a.kind.cmp(&b.kind)));
}
