//! The world's pieces in the Bot API's shapes.

use serde_json::{Map, Value, json};

use super::World;
use super::model::{Content, MediaKind, Message, Person};
use crate::entities::{Entity, Formatted};

/// Telegram's account that stands for administrators who hide.
pub(crate) const ANONYMOUS: i64 = 1_087_968_824;

impl World {
    /// A `User`; an id that no person has gives a nameless one.
    pub fn user(&self, id: i64) -> Value {
        if id == self.bot.id {
            let name = self.profile.name.get("").filter(|n| !n.is_empty()).unwrap_or(&self.bot.name);
            return json!({"id": id, "is_bot": true, "first_name": name, "username": self.bot.username});
        }
        if id == ANONYMOUS {
            return json!({"id": id, "is_bot": true, "first_name": "Group", "username": "GroupAnonymousBot"});
        }
        let mut user = json!({"id": id, "is_bot": false, "first_name": ""});
        if let Some(person) = self.people.get(&id) {
            user["first_name"] = person.first_name.as_str().into();
            optional(&mut user, "last_name", person.last_name.as_deref());
            optional(&mut user, "username", person.username.as_deref());
            optional(&mut user, "language_code", person.language_code.as_deref());
        }
        user
    }

    /// A `Chat`.
    pub fn chat_of(&self, id: i64) -> Value {
        if let Some(group) = self.groups.get(&id) {
            return json!({"id": id, "title": group.title, "type": group.kind.name()});
        }
        let mut chat = json!({"id": id});
        if let Some(person) = self.people.get(&id) {
            chat["first_name"] = person.first_name.as_str().into();
            optional(&mut chat, "last_name", person.last_name.as_deref());
            optional(&mut chat, "username", person.username.as_deref());
        }
        chat["type"] = "private".into();
        chat
    }

    /// A `Message` with the message it replies to.
    pub fn message(&self, message: &Message) -> Value {
        let mut out = self.message_alone(message);
        if let Some(replied) = message.reply_to.and_then(|id| self.message_in(message.chat, id)) {
            out["reply_to_message"] = self.message_alone(replied);
        }
        out
    }

    /// A message as the control API shows it.
    pub fn chat_view(&self, message: &Message) -> Value {
        let mut out = self.message(message);
        out["from_person"] = (message.from != self.bot.id).into();
        if !message.reactions.is_empty() {
            let one = |(id, list): (&i64, &Vec<Value>)| json!({"from": id, "reaction": list});
            out["reactions"] = message.reactions.iter().map(one).collect();
        }
        out
    }

    fn message_alone(&self, message: &Message) -> Value {
        let mut out = Map::new();
        out.insert("message_id".to_owned(), message.id.into());
        if message.from != 0 {
            out.insert("from".to_owned(), self.user(message.from));
        }
        if let Some(chat) = message.sender_chat {
            out.insert("sender_chat".to_owned(), self.chat_of(chat));
        }
        out.insert("chat".to_owned(), self.chat_of(message.chat));
        out.insert("date".to_owned(), message.date.into());
        if let Some(edited) = message.edited {
            out.insert("edit_date".to_owned(), edited.into());
        }
        if let Some(origin) = &message.origin {
            out.insert("forward_origin".to_owned(), origin.clone());
        }
        if let Some(album) = &message.album {
            out.insert("media_group_id".to_owned(), album.as_str().into());
        }
        self.content(&mut out, &message.content);
        if let Some(rows) = &message.buttons {
            out.insert("reply_markup".to_owned(), json!({ "inline_keyboard": rows }));
        }
        if message.protected {
            out.insert("has_protected_content".to_owned(), true.into());
        }
        Value::Object(out)
    }

    fn content(&self, out: &mut Map<String, Value>, content: &Content) {
        match content {
            Content::Text { body, preview } => {
                self.formatted(out, "text", "entities", body);
                if let Some(preview) = preview {
                    out.insert("link_preview_options".to_owned(), preview.clone());
                }
            }
            Content::Media { kind, object, caption } => {
                out.insert(kind.name().to_owned(), object.clone());
                if *kind == MediaKind::Animation {
                    // Kept by Telegram for bots that know no animations.
                    out.insert(MediaKind::Document.name().to_owned(), object.clone());
                }
                if !caption.text.is_empty() {
                    self.formatted(out, "caption", "caption_entities", caption);
                }
            }
            Content::Other(fields) | Content::Service(fields) => out.extend(fields.clone()),
        }
    }

    fn formatted(&self, out: &mut Map<String, Value>, text: &str, entities: &str, body: &Formatted) {
        out.insert(text.to_owned(), body.text.as_str().into());
        if !body.entities.is_empty() {
            let list: Vec<Value> = body.entities.iter().map(|e| self.entity(e)).collect();
            out.insert(entities.to_owned(), list.into());
        }
    }

    fn entity(&self, entity: &Entity) -> Value {
        let mut out = serde_json::to_value(entity).unwrap_or_default();
        if let Some(id) = entity.user {
            out["user"] = self.user(id);
        }
        out
    }

    /// A person as the control API shows them.
    pub fn person_view(person: &Person) -> Value {
        serde_json::to_value(person).unwrap_or_default()
    }
}

fn optional(object: &mut Value, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        object[name] = value.into();
    }
}
