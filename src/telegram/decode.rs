//! Decoding of updates: a dptree of the kinds that concern the bot.
//!
//! Only what is read is parsed, by types of our own: a message with an entity, a field or a kind that this program does not
//! know is understood as far as it can be, and what cannot be is parked, never dropped (R17).

#[cfg(test)]
mod tests;
mod update;

use std::ops::ControlFlow;
use std::panic::AssertUnwindSafe;

use chrono::{DateTime, Utc};
use futures::FutureExt as _;
use lead_capture::vcard;
use serde::Deserialize as _;
use serde_json::Value;
use teloxide::dptree::{self, Handler};

use self::update::{CallbackQuery, ChatMemberUpdated, Media, Message, Rest, Update, User};
use crate::crm::Visitor;
use crate::flows::dialogue::Input;
use crate::flows::{CallbackData, Contact, Event, File};
use crate::turn::{IncomingUpdate, UpdateKind};

#[derive(Clone)]
pub struct Decoder {
    tree: Handler<'static, UpdateKind>,
}

impl Default for Decoder {
    fn default() -> Self {
        let tree = dptree::entry()
            .branch(dptree::filter_map(private_message).endpoint(said))
            .branch(dptree::filter_map(private_tap).endpoint(tapped))
            .branch(dptree::filter_map(own_membership).endpoint(membership))
            .branch(dptree::filter_map(foreign_chat).endpoint(foreign))
            .branch(dptree::filter(is_known).endpoint(|| async { UpdateKind::Ignored }))
            .branch(dptree::endpoint(|| async { UpdateKind::Unreadable { visitor: None } }));
        Self { tree }
    }
}

impl Decoder {
    /// Understands an update; none without an id, which Telegram never sends.
    pub async fn decode(&self, raw: &Value) -> Option<IncomingUpdate> {
        let update_id = raw.get("update_id").and_then(Value::as_i64)?;
        let kind = KINDS.into_iter().find(|kind| raw.get(kind).is_some());
        // A system error in reading one update must not end the intake of all.
        let what = AssertUnwindSafe(self.understand(raw)).catch_unwind().await;
        let what = what.ok().flatten().unwrap_or_else(|| UpdateKind::Unreadable { visitor: sender(raw) });
        let label = match (&what, kind) {
            (UpdateKind::Unreadable { .. }, Some(_)) => "unreadable",
            (_, kind) => kind.unwrap_or("unknown"),
        };
        Some(IncomingUpdate { update_id, label, kind: what })
    }

    /// What an update says; none when it has not the form that Telegram promises.
    async fn understand(&self, raw: &Value) -> Option<UpdateKind> {
        let update = Update::deserialize(raw).ok()?;
        let rest = raw.get("message").map_or(Rest::Unknown, Rest::of);
        match self.tree.dispatch(dptree::deps![update, rest]).await {
            ControlFlow::Break(what) => Some(what),
            ControlFlow::Continue(_) => None,
        }
    }
}

/// The kinds of updates that are subscribed to.
pub(super) const KINDS: [&str; 3] = ["message", "callback_query", "my_chat_member"];

/// When what an update tells was done, where Telegram says so: of messages, not of taps.
pub(super) fn made_at(raw: &Value) -> Option<DateTime<Utc>> {
    let seconds = raw.get("message")?.get("date")?.as_i64()?;
    DateTime::from_timestamp(seconds, 0)
}

/// Who sent an update that could not be read, looked for by hand: only a private chat, since nothing is said elsewhere.
fn sender(raw: &Value) -> Option<Visitor> {
    let body = KINDS.into_iter().find_map(|kind| raw.get(kind))?;
    let chat = body.get("chat").or_else(|| body.get("message")?.get("chat"))?;
    let user = body.get("from")?;
    let telegram_id = user.get("id")?.as_i64()?;
    let language_code = user.get("language_code").and_then(Value::as_str).map(str::to_owned);
    let private = chat.get("type").and_then(Value::as_str) == Some("private");
    private.then(|| Some(Visitor { telegram_id, chat_id: chat.get("id")?.as_i64()?, language_code })).flatten()
}

fn private_message(update: Update) -> Option<(User, Message)> {
    let message = update.message.filter(|message| message.chat.is_private())?;
    message.from.clone().map(|user| (user, message))
}

fn private_tap(update: Update) -> Option<CallbackQuery> {
    update.callback_query.filter(|tap| tap.message.as_ref().is_none_or(|message| message.chat.is_private()))
}

fn own_membership(update: Update) -> Option<ChatMemberUpdated> {
    update.my_chat_member.filter(|change| change.chat.is_private())
}

/// Groups and channels, and taps in them (G7). Being thrown out of one needs no answer.
fn foreign_chat(update: Update) -> Option<i64> {
    let chat = match (update.message, update.callback_query, update.my_chat_member) {
        (Some(message), ..) => Some(message.chat),
        (_, Some(tap), _) => tap.message.map(|message| message.chat),
        (.., Some(change)) => change.is_present().then_some(change.chat),
        (None, None, None) => None,
    };
    chat.filter(|chat| !chat.is_private()).map(|chat| chat.id)
}

/// A kind that is subscribed to, with nothing to do about it.
fn is_known(update: Update) -> bool {
    update.message.is_some() || update.callback_query.is_some() || update.my_chat_member.is_some()
}

async fn foreign(chat_id: i64) -> UpdateKind {
    UpdateKind::Foreign { chat_id }
}

async fn membership(change: ChatMemberUpdated) -> UpdateKind {
    UpdateKind::Reachable { chat_id: change.chat.id, reachable: change.is_present() }
}

async fn tapped(tap: CallbackQuery) -> UpdateKind {
    let chat_id = tap.message.as_ref().map(|message| message.chat.id);
    UpdateKind::Message {
        visitor: visitor(&tap.from, chat_id),
        input: Input::Tap(tap.data.as_deref().and_then(CallbackData::decode)),
        callback_id: Some(tap.id),
        message_id: tap.message.map(|message| message.message_id),
    }
}

async fn said((user, message): (User, Message), rest: Rest) -> UpdateKind {
    let visitor = visitor(&user, Some(message.chat.id));
    let input = match (input(&message), rest) {
        (Some(input), _) => input,
        // An empty text is answered with the question that is open.
        (None, Rest::Wordless) => Input::Event(Event::Typed(message.caption.clone().unwrap_or_default())),
        (None, Rest::Service) => return UpdateKind::Ignored,
        (None, Rest::Unknown) => return UpdateKind::Unreadable { visitor: Some(visitor) },
    };
    let message_id = Some(message.message_id);
    UpdateKind::Message { visitor, input: replied(input, &message), callback_id: None, message_id }
}

fn visitor(user: &User, chat_id: Option<i64>) -> Visitor {
    // A private chat has the id of its person.
    Visitor { telegram_id: user.id, chat_id: chat_id.unwrap_or(user.id), language_code: user.language_code.clone() }
}

/// A reply to a message of the bot's own chat with the person is told apart; a reply to the person's own words is not.
fn replied(input: Input, message: &Message) -> Input {
    let earlier = message.reply_to_message.as_ref();
    let earlier = earlier.filter(|earlier| earlier.from.as_ref().is_some_and(|from| from.is_bot));
    match (input, earlier) {
        (Input::Event(said), Some(earlier)) => Input::Replied { to: earlier.message_id, about: None, said },
        (input, _) => input,
    }
}

/// What a message says; none when it has neither words nor a file.
fn input(message: &Message) -> Option<Input> {
    if let Some(text) = &message.text {
        return Some(command(text).unwrap_or_else(|| Input::Event(Event::Typed(text.clone()))));
    }
    if let Some(contact) = &message.contact {
        return Some(Input::Event(Event::Shared(Contact {
            phone: contact.phone_number.clone(),
            first_name: contact.first_name.clone(),
            last_name: contact.last_name.clone(),
            more_phones: contact.vcard.as_deref().map(vcard::phone_numbers).unwrap_or_default(),
        })));
    }
    let caption = message.caption.clone().filter(|caption| !caption.is_empty());
    match file(message) {
        Some(file) => Some(Input::Event(Event::Sent(file))),
        // A medium that this program does not know: its words are read all the same.
        None => caption.map(|caption| Input::Event(Event::Typed(caption))),
    }
}

/// The file of a message, whatever it is sent as, with what was written below it.
fn file(message: &Message) -> Option<File> {
    let (media, name) = media(message)?;
    Some(File {
        file_id: media.file_id.clone(),
        name: media.file_name.clone().unwrap_or_else(|| name.to_owned()),
        size: media.file_size,
        caption: message.caption.clone().unwrap_or_default(),
    })
}

/// A medium, and its name where Telegram gives it none. An animation comes as a document, too: that one has its name.
fn media(message: &Message) -> Option<(&Media, &'static str)> {
    let photo = message.photo.as_ref().and_then(|sizes| sizes.last());
    let kinds = [
        (message.document.as_ref(), "file"),
        (photo, "photo.jpg"),
        (message.voice.as_ref(), "voice.ogg"),
        (message.audio.as_ref(), "audio.mp3"),
        (message.video.as_ref(), "video.mp4"),
        (message.video_note.as_ref(), "video.mp4"),
        (message.animation.as_ref(), "animation.mp4"),
    ];
    kinds.into_iter().find_map(|(media, name)| media.map(|media| (media, name)))
}

/// `/name@bot rest` is a command whatever case it is typed in.
fn command(text: &str) -> Option<Input> {
    let line = text.trim().strip_prefix('/')?;
    let (head, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let name = head.split('@').next().unwrap_or(head);
    let plausible = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    plausible.then(|| Input::Command { name: name.to_ascii_lowercase(), rest: rest.trim().to_owned() })
}
