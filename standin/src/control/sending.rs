//! What a person sends: text, files, contacts, forwards, a deep link.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use base64::Engine;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::people::find;
use super::{Answer, Refused, read};
use crate::api::media::Media;
use crate::api::params::{Params, Upload};
use crate::entities::{self, Formatted, Limits};
use crate::files::Files;
use crate::state::Shared;
use crate::world::model::{Content, MediaKind, Message};
use crate::world::record::Record;
use crate::world::{DAY, World};

/// A message of a person; exactly one of text, contact, document, photo, voice, or a forward of a message.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Outgoing {
    text: Option<String>,
    contact: Option<Contact>,
    document: Option<Attachment>,
    photo: Option<Attachment>,
    voice: Option<Attachment>,
    caption: String,
    reply_to: Option<i64>,
    forward_from: Option<Forward>,
}

/// A contact; without a phone it is the person's own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contact {
    phone_number: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    user_id: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attachment {
    file_name: Option<String>,
    mime_type: Option<String>,
    base64: String,
    #[serde(default)]
    duration: i64,
}

/// Where a forwarded message comes from.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Forward {
    /// A person who hides their account.
    Name(String),
    /// A message of a chat with the bot.
    Message { person: i64, message_id: i64 },
    /// A person by account, or by name only.
    Sender { name: Option<String>, person: Option<i64> },
}

/// `POST /control/people/{id}/send`.
pub(crate) async fn send(State(shared): State<Shared>, Path(id): Path<i64>, body: Bytes) -> Answer {
    let outgoing: Outgoing = read(&body)?;
    shared.change(|world| outgoing.deliver(world, &shared.files, id))?
}

/// What follows a deep link's `?start=`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Link {
    #[serde(default)]
    start: String,
}

/// `POST /control/people/{id}/open_link`: presses START.
pub(crate) async fn open_link(State(shared): State<Shared>, Path(id): Path<i64>, body: Bytes) -> Answer {
    let link: Link = read(&body)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if link.start.len() > 64 || !link.start.chars().all(plain) {
        return Err(Refused::bad("a deep link's payload has up to 64 of the characters A-Z, a-z, 0-9, _ and -"));
    }
    let text = format!("/start {}", link.start).trim_end().to_owned();
    let outgoing = Outgoing { text: Some(text), ..Outgoing::default() };
    shared.change(|world| outgoing.deliver(world, &shared.files, id))?
}

impl Outgoing {
    fn deliver(self, world: &mut World, files: &Files, id: i64) -> Answer {
        let mut person = find(world, id)?.clone();
        if person.blocked {
            return Err(Refused::new(
                axum::http::StatusCode::CONFLICT,
                "this person has blocked the bot; unblock it first",
            ));
        }
        if let Some(reply) = self.reply_to
            && world.message_in(id, reply).is_none()
        {
            return Err(Refused::missing(format!("there is no message {reply} in this chat")));
        }
        let reply_to = self.reply_to;
        let (content, origin) = self.content(world, files, id)?;
        if !person.met {
            person.met = true;
            world.record(Record::Person(person));
        }
        let mut message = world.draft(id, id, content);
        message.reply_to = reply_to;
        message.origin = origin;
        Ok(Json(world.hear(message)))
    }

    fn content(self, world: &mut World, files: &Files, id: i64) -> Result<(Content, Option<Value>), Refused> {
        let caption = plain(&self.caption, Limits::CAPTION)?;
        if let Some(Forward::Message { person, message_id }) = self.forward_from {
            let message = world.message_in(person, message_id).cloned();
            let message = message.ok_or_else(|| Refused::missing(format!("there is no message {message_id} there")))?;
            let origin = world.origin(&message);
            return Ok((message.content, Some(origin)));
        }
        let origin = self.forward_from.map(|from| from.origin(world)).transpose()?;
        let media =
            [(self.document, MediaKind::Document), (self.photo, MediaKind::Photo), (self.voice, MediaKind::Voice)];
        let content = match (self.text, self.contact) {
            (Some(text), None) => Content::Text { body: plain(&text, Limits::TEXT)?, preview: None },
            (None, Some(contact)) => Content::Other(contact.fields(world, id)?),
            (None, None) => {
                let (file, kind) = media.into_iter().find_map(|(a, kind)| Some((a?, kind))).ok_or_else(|| {
                    Refused::bad("say what to send: text, contact, document, photo, voice or forward_from")
                })?;
                Content::Media { kind, object: file.store(world, files, kind)?, caption }
            }
            (Some(_), Some(_)) => return Err(Refused::bad("a message is either a text or a contact")),
        };
        Ok((content, origin))
    }
}

/// A text as a person types it: no markup, but commands and links are found.
pub(crate) fn plain(text: &str, limits: Limits) -> Result<Formatted, Refused> {
    entities::parse(text, "", None, limits).map_err(Refused::bad)
}

impl Contact {
    fn fields(self, world: &World, id: i64) -> Result<Map<String, Value>, Refused> {
        let person = find(world, id)?;
        let own = self.phone_number.is_none();
        let phone = self.phone_number.or_else(|| person.phone.clone());
        let phone = phone.ok_or_else(|| Refused::bad("this person has no phone; give phone_number"))?;
        let mut contact = json!({ "phone_number": phone.trim_start_matches('+') });
        let first = self.first_name.unwrap_or_else(|| person.first_name.clone());
        contact["first_name"] = first.into();
        if let Some(last) = self.last_name.or_else(|| person.last_name.clone().filter(|_| own)) {
            contact["last_name"] = last.into();
        }
        if let Some(user) = self.user_id.or(own.then_some(id)) {
            contact["user_id"] = user.into();
        }
        Ok(Map::from_iter([("contact".to_owned(), contact)]))
    }
}

impl Attachment {
    fn store(self, world: &mut World, files: &Files, kind: MediaKind) -> Result<Value, Refused> {
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(self.base64.as_bytes())
            .map_err(|_| Refused::bad("the file is not valid base64"))?;
        let name = self.file_name.unwrap_or_else(|| format!("{}.bin", kind.name()));
        let field = kind.name().to_owned();
        let upload = Upload { field, name, mime: self.mime_type.unwrap_or_default(), bytes };
        let params = Params::of(&[("duration", &self.duration.to_string())]);
        let refused = |error: crate::api::error::ApiError| Refused::bad(error.description);
        let object = Media::new(kind, &upload, &params).and_then(|m| m.keep(world, files)).map_err(refused)?;
        Ok(object)
    }
}

impl Forward {
    fn origin(self, world: &World) -> Result<Value, Refused> {
        let date = world.now();
        Ok(match self {
            Self::Name(name) | Self::Sender { name: Some(name), .. } => {
                json!({"type": "hidden_user", "sender_user_name": name, "date": date})
            }
            Self::Sender { person: Some(id), .. } | Self::Message { person: id, .. } => {
                find(world, id)?;
                json!({"type": "user", "sender_user": world.user(id), "date": date})
            }
            Self::Sender { .. } => return Err(Refused::bad("forward_from needs a name, or a person and a message_id")),
        })
    }
}

impl World {
    /// Puts a person's message into the chat and before the bot.
    fn hear(&mut self, message: Message) -> Value {
        let (chat, shown, body) = (message.chat, self.chat_view(&message), self.message(&message));
        self.record(Record::Message(Box::new(message)));
        let update_id = self.enqueue("message", chat, DAY, &body);
        json!({"update_id": update_id, "message": shown})
    }
}
