//! From Telegram's update to what happened: a dptree of the kinds of updates that concern us.

mod raw;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use serde_json::Value;
use teloxide::dptree::{self, Handler};
use teloxide::types::{CallbackQuery, ChatMemberUpdated, Message, Update, UpdateKind, User};

use crate::crm::Visitor;
use crate::flows::dialogue::Input;
use crate::flows::{Contact, Event, Tap};
use crate::turn::{Arrival, What};

/// Reads updates.
#[derive(Clone)]
pub struct Decoder {
    tree: Handler<'static, What>,
}

impl Default for Decoder {
    fn default() -> Self {
        let tree = dptree::entry()
            .branch(dptree::filter_map(private_message).endpoint(said))
            .branch(dptree::filter_map(private_tap).endpoint(tapped))
            .branch(dptree::filter_map(own_membership).endpoint(membership))
            .branch(dptree::filter_map(foreign_chat).endpoint(foreign))
            .branch(dptree::filter(is_unreadable).endpoint(|| async { What::Unreadable }))
            .branch(dptree::endpoint(|| async { What::Ignored }));
        Self { tree }
    }
}

impl Decoder {
    /// Understands an update; none without an id, which Telegram never sends.
    pub async fn decode(&self, raw: &Value) -> Option<Arrival> {
        let update_id = raw.get("update_id").and_then(Value::as_i64)?;
        let Some(update) = raw::read(raw) else {
            return Some(Arrival { update_id, kind: "unreadable", what: What::Unreadable });
        };
        let kind = kind(&update.kind);
        let what = match self.tree.dispatch(dptree::deps![update]).await {
            ControlFlow::Break(what) => what,
            ControlFlow::Continue(_) => What::Ignored,
        };
        Some(Arrival { update_id, kind, what })
    }
}

/// When what an update tells was done, where Telegram says so: of messages, not of taps.
pub(super) fn made_at(raw: &Value) -> Option<DateTime<Utc>> {
    let seconds = raw.get("message")?.get("date")?.as_i64()?;
    DateTime::from_timestamp(seconds, 0)
}

fn kind(kind: &UpdateKind) -> &'static str {
    match kind {
        UpdateKind::Message(_) => "message",
        UpdateKind::CallbackQuery(_) => "callback_query",
        UpdateKind::MyChatMember(_) => "my_chat_member",
        UpdateKind::Error(_) => "unknown",
        _ => "other",
    }
}

fn private_message(update: Update) -> Option<(User, Message)> {
    match update.kind {
        UpdateKind::Message(message) if message.chat.is_private() => message.from.clone().map(|user| (user, message)),
        _ => None,
    }
}

fn private_tap(update: Update) -> Option<CallbackQuery> {
    match update.kind {
        UpdateKind::CallbackQuery(tap) => {
            let private = tap.message.as_ref().is_none_or(|message| message.chat().is_private());
            private.then_some(tap)
        }
        _ => None,
    }
}

fn own_membership(update: Update) -> Option<ChatMemberUpdated> {
    match update.kind {
        UpdateKind::MyChatMember(change) if change.chat.is_private() => Some(change),
        _ => None,
    }
}

/// Groups and channels, and taps in them (G7). Being thrown out of one needs no answer.
fn foreign_chat(update: Update) -> Option<i64> {
    match &update.kind {
        UpdateKind::MyChatMember(change) if !change.new_chat_member.is_present() => None,
        UpdateKind::Error(_) => None,
        _ => update.chat().filter(|chat| !chat.is_private()).map(|chat| chat.id.0),
    }
}

fn is_unreadable(update: Update) -> bool {
    matches!(update.kind, UpdateKind::Error(_))
}

async fn foreign(chat_id: i64) -> What {
    What::Foreign { chat_id }
}

async fn membership(change: ChatMemberUpdated) -> What {
    What::Reachable { chat_id: change.chat.id.0, reachable: change.new_chat_member.is_present() }
}

async fn tapped(tap: CallbackQuery) -> What {
    let chat_id = tap.message.as_ref().map(|message| message.chat().id.0);
    What::Said {
        visitor: visitor(&tap.from, chat_id),
        input: Input::Tap(tap.data.as_deref().and_then(Tap::decode)),
        callback_id: Some(tap.id.0),
        message_id: tap.message.map(|message| i64::from(message.id().0)),
    }
}

async fn said((user, message): (User, Message)) -> What {
    let Some(input) = input(&message).map(|input| replied(input, &message)) else { return What::Ignored };
    What::Said {
        visitor: visitor(&user, Some(message.chat.id.0)),
        input,
        callback_id: None,
        message_id: Some(i64::from(message.id.0)),
    }
}

fn visitor(user: &User, chat_id: Option<i64>) -> Visitor {
    let telegram_id = i64::try_from(user.id.0).unwrap_or(i64::MAX);
    // A private chat has the id of its person.
    Visitor { telegram_id, chat_id: chat_id.unwrap_or(telegram_id), language_code: user.language_code.clone() }
}

/// A reply to a message of the bot's own chat with the person is told apart; one to his own words or to another chat's is not.
fn replied(input: Input, message: &Message) -> Input {
    let earlier = message.reply_to_message().filter(|earlier| earlier.from.as_ref().is_some_and(|from| from.is_bot));
    match (input, earlier) {
        (Input::Event(said), Some(earlier)) => Input::Replied { to: i64::from(earlier.id.0), about: None, said },
        (input, _) => input,
    }
}

/// What a message says; none for service messages, which are nobody's words.
fn input(message: &Message) -> Option<Input> {
    if let Some(text) = message.text() {
        return Some(command(text).unwrap_or_else(|| Input::Event(Event::Typed(text.to_owned()))));
    }
    if let Some(contact) = message.contact() {
        return Some(Input::Event(Event::Shared(Contact {
            phone: contact.phone_number.clone(),
            first_name: contact.first_name.clone(),
            last_name: contact.last_name.clone(),
            more_phones: contact.vcard.as_deref().map(numbers).unwrap_or_default(),
        })));
    }
    if let Some(file) = super::files::sent(message) {
        return Some(Input::Event(Event::Sent(file)));
    }
    // A sticker or a place says nothing here: an empty text is answered with the question that is open.
    let is_service = !matches!(message.kind, teloxide::types::MessageKind::Common(_));
    (!is_service).then(|| Input::Event(Event::Typed(message.caption().unwrap_or_default().to_owned())))
}

/// The numbers of a vCard: `TEL;TYPE=CELL:+7…`, `item1.TEL:…`, `TEL;VALUE=uri:tel:+7…`.
fn numbers(vcard: &str) -> Vec<String> {
    let number = |line: &str| {
        let (property, value) = line.trim().split_once(':')?;
        let name = property.split(';').next()?.rsplit('.').next()?;
        name.eq_ignore_ascii_case("tel").then(|| value.trim().trim_start_matches("tel:").to_owned())
    };
    vcard.lines().filter_map(number).collect()
}

/// `/name@bot rest` is a command whatever case it is typed in.
fn command(text: &str) -> Option<Input> {
    let line = text.trim().strip_prefix('/')?;
    let (head, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let name = head.split('@').next().unwrap_or(head);
    let plausible = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    plausible.then(|| Input::Command { name: name.to_ascii_lowercase(), rest: rest.trim().to_owned() })
}
