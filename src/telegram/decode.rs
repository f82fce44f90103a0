//! From Telegram's update to what happened: a dptree of the kinds of updates that concern us.

use std::ops::ControlFlow;

use serde_json::Value;
use teloxide::dptree::{self, Handler};
use teloxide::types::{CallbackQuery, ChatMemberUpdated, Message, Update, UpdateKind, User};

use crate::crm::Visitor;
use crate::flows::dialogue::Input;
use crate::flows::{Contact, Event, File, Tap};
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
        // From text, not from the value: teloxide borrows the keys while it reads, which only text allows.
        let Ok(update) = serde_json::from_str::<Update>(&storable(raw)) else {
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

/// The update as text, without the one character that Postgres cannot keep.
fn storable(raw: &Value) -> String {
    let text = raw.to_string();
    // Somebody may also have typed these six letters: which it is, only the values tell.
    if !text.contains("\\u0000") {
        return text;
    }
    let mut clean = raw.clone();
    drop_zeros(&mut clean);
    clean.to_string()
}

fn drop_zeros(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(|sign| sign != '\0'),
        Value::Array(items) => items.iter_mut().for_each(drop_zeros),
        Value::Object(fields) => fields.values_mut().for_each(drop_zeros),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
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
    let Some(input) = input(&message) else { return What::Ignored };
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
    if let Some(file) = file(message) {
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

fn file(message: &Message) -> Option<File> {
    let (meta, name) = if let Some(document) = message.document() {
        (&document.file, document.file_name.clone())
    } else if let Some(photo) = message.photo().and_then(<[_]>::last) {
        (&photo.file, Some("photo.jpg".to_owned()))
    } else if let Some(voice) = message.voice() {
        (&voice.file, Some("voice.ogg".to_owned()))
    } else {
        return None;
    };
    Some(File {
        file_id: meta.id.0.clone(),
        name: name.unwrap_or_else(|| "file".to_owned()),
        size: u64::from(meta.size),
    })
}

/// `/name@bot rest` is a command whatever case it is typed in.
fn command(text: &str) -> Option<Input> {
    let line = text.trim().strip_prefix('/')?;
    let (head, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let name = head.split('@').next().unwrap_or(head);
    let plausible = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    plausible.then(|| Input::Command { name: name.to_ascii_lowercase(), rest: rest.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    async fn read(mut update: Value) -> What {
        update["update_id"] = json!(1);
        Decoder::default().decode(&update).await.unwrap().what
    }

    fn message(chat: &str, body: Value) -> Value {
        let mut message = json!({
            "message_id": 5, "date": 1_795_410_399,
            "from": { "id": 7_000_000_006_i64, "is_bot": false, "first_name": "Stefan", "language_code": "en" },
            "chat": { "id": 7_000_000_006_i64, "type": chat, "first_name": "Stefan", "title": "T" },
        });
        for (name, value) in body.as_object().unwrap() {
            message[name] = value.clone();
        }
        json!({ "message": message })
    }

    #[tokio::test]
    async fn texts_commands_contacts_and_files_are_told_apart() {
        let What::Said { visitor, input: Input::Event(Event::Typed(text)), message_id, .. } =
            read(message("private", json!({ "text": "hello" }))).await
        else {
            panic!("typed")
        };
        assert_eq!((visitor.chat_id, text.as_str(), message_id), (7_000_000_006, "hello", Some(5)));
        let What::Said { input: Input::Command { name, rest }, .. } =
            read(message("private", json!({ "text": "/Lead@crm_bot  Иван 8 912" }))).await
        else {
            panic!("command")
        };
        assert_eq!((name.as_str(), rest.as_str()), ("lead", "Иван 8 912"));
        let vcard = "BEGIN:VCARD\nTEL;TYPE=CELL:+7 999 123-45-67\nitem1.TEL:84951234567\nTEL;VALUE=uri:tel:+375291234567\nEND:VCARD";
        let contact = json!({ "contact": { "phone_number": "79991234567", "first_name": "Иван", "vcard": vcard } });
        let What::Said { input: Input::Event(Event::Shared(contact)), .. } = read(message("private", contact)).await
        else {
            panic!("shared")
        };
        assert_eq!(contact.first_name, "Иван");
        assert_eq!(contact.phone, "79991234567");
        let text = contact.as_text(crate::domain::PhoneRegion::RU);
        assert_eq!(text, "Иван +7 999 123-45-67 +7 495 123-45-67 +375 29 123-45-67");
        let file =
            json!({ "document": { "file_id": "f", "file_unique_id": "u", "file_size": 9, "file_name": "d.pdf" } });
        let What::Said { input: Input::Event(Event::Sent(file)), .. } = read(message("private", file)).await else {
            panic!("file")
        };
        assert_eq!((file.file_id.as_str(), file.name.as_str(), file.size), ("f", "d.pdf", 9));
    }

    #[tokio::test]
    async fn what_postgres_cannot_keep_is_dropped_and_what_looks_like_it_is_not() {
        let typed = read(message("private", json!({ "text": "a\0b \\u0000" }))).await;
        let What::Said { input: Input::Event(Event::Typed(text)), .. } = typed else { panic!("typed") };
        assert_eq!(text, "ab \\u0000");
    }

    #[tokio::test]
    async fn a_tap_carries_its_version_and_foreign_data_is_no_tap() {
        let tap = |data: &str| {
            json!({ "callback_query": {
                "id": "77", "chat_instance": "1", "data": data,
                "from": { "id": 7, "is_bot": false, "first_name": "A" },
                "message": message("private", json!({ "text": "x" }))["message"],
            } })
        };
        let What::Said { input: Input::Tap(Some(read_tap)), callback_id, .. } = read(tap("3.p9")).await else {
            panic!("tap")
        };
        assert_eq!((read_tap.version, read_tap.press), (3, crate::flows::Press::Pick(9)));
        assert_eq!(callback_id.as_deref(), Some("77"));
        assert!(matches!(read(tap("drop table")).await, What::Said { input: Input::Tap(None), .. }));
    }

    #[tokio::test]
    async fn g7_groups_are_foreign_and_r10_unknown_kinds_are_unreadable() {
        let group = json!({ "text": "hi", "chat": { "id": -5, "type": "group", "title": "G" } });
        assert!(matches!(read(message("group", group)).await, What::Foreign { chat_id: -5 }));
        assert!(matches!(read(json!({ "hologram": { "x": 1 } })).await, What::Unreadable));
    }
}
