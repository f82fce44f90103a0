//! Sending: what all send methods have in common, and those without files.

use serde_json::{Map, Value, json};

use super::chats;
use super::error::{ApiError, bad};
use super::keyboards::Markup;
use super::params::Params;
use crate::entities::{self, Formatted, Limits};
use crate::world::World;
use crate::world::model::{Content, Message, ReplyMarkup};
use crate::world::record::Record;

/// `sendMessage`.
pub(crate) fn send_message(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    let content = text(params)?;
    send(world, params, content)
}

/// `sendContact`.
pub(crate) fn send_contact(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    let mut contact = json!({"phone_number": params.required("phone_number")?.trim_start_matches('+'),
        "first_name": params.required("first_name")?});
    for field in ["last_name", "vcard"].into_iter().filter(|f| !params.text(f).is_empty()) {
        contact[field] = params.text(field).into();
    }
    send(world, params, other("contact", contact))
}

/// `sendLocation` and `sendVenue`.
pub(crate) fn send_place(world: &mut World, params: &Params, venue: bool) -> Result<Value, ApiError> {
    let degrees = |name: &str| match params.text(name).trim() {
        "" => Err(bad(format!("{name} is empty"))),
        text => Ok(text.parse::<f64>().unwrap_or(0.0)),
    };
    let location = json!({"latitude": degrees("latitude")?, "longitude": degrees("longitude")?});
    if !venue {
        return send(world, params, other("location", location));
    }
    let (title, address) = (params.text("title"), params.text("address"));
    if title.is_empty() || address.is_empty() {
        return Err(bad(if title.is_empty() { "VENUE_TITLE_EMPTY" } else { "VENUE_ADDRESS_EMPTY" }));
    }
    let venue = json!({"location": location, "title": title, "address": address});
    let fields = Map::from_iter([("location".to_owned(), location), ("venue".to_owned(), venue)]);
    send(world, params, Content::Other(fields))
}

fn other(name: &str, value: Value) -> Content {
    Content::Other(Map::from_iter([(name.to_owned(), value)]))
}

/// The text of a message that is sent or edited.
pub(crate) fn text(params: &Params) -> Result<Content, ApiError> {
    let body = formatted(params, "text", "entities", Limits::TEXT)?;
    Ok(Content::Text { body, preview: preview(params)? })
}

pub(crate) fn caption(params: &Params) -> Result<Formatted, ApiError> {
    formatted(params, "caption", "caption_entities", Limits::CAPTION)
}

fn formatted(params: &Params, text: &str, entities: &str, limits: Limits) -> Result<Formatted, ApiError> {
    let entities = serde_json::from_str(params.text(entities)).ok();
    entities::parse(params.text(text), params.text("parse_mode"), entities.as_ref(), limits).map_err(bad)
}

fn preview(params: &Params) -> Result<Option<Value>, ApiError> {
    match params.json("link_preview_options", "link preview options")? {
        None if params.flag("disable_web_page_preview") => Ok(Some(json!({"is_disabled": true}))),
        None => Ok(None),
        Some(Value::Object(options)) => {
            let set: Map<String, Value> = options.into_iter().filter(|(_, v)| *v != Value::Bool(false)).collect();
            Ok((!set.is_empty()).then_some(Value::Object(set)))
        }
        Some(_) => Err(bad("object expected as link preview options")),
    }
}

/// Puts a message of the bot into the chat that the call names.
pub(crate) fn send(world: &mut World, params: &Params, content: Content) -> Result<Value, ApiError> {
    let (chat, prepared) = prepare(world, params)?;
    Ok(put(world, chat, prepared, content))
}

/// What surrounds the content of a message: its keyboard, what it replies to, its protection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prepared {
    pub markup: Markup,
    pub reply_to: Option<i64>,
    pub protected: bool,
    /// The album it is part of.
    pub album: Option<String>,
    /// Where it was forwarded from.
    pub origin: Option<Value>,
}

/// Checks all that a send method has beside its content; changes nothing.
pub(crate) fn prepare(world: &World, params: &Params) -> Result<(i64, Prepared), ApiError> {
    let reply = Reply::read(params)?;
    let markup = Markup::read(params)?;
    let chat = chats::writable(world, params)?;
    let reply_to = reply.find(world, chat)?;
    markup.check_for(chat)?;
    let protected = params.flag("protect_content");
    Ok((chat, Prepared { markup, reply_to, protected, album: None, origin: None }))
}

/// Puts the message into its chat and shows it as the answer does.
pub(crate) fn put(world: &mut World, chat: i64, prepared: Prepared, content: Content) -> Value {
    let mut message = place(world, chat, &prepared, content);
    let id = message.id;
    let keyboard = match prepared.markup {
        Markup::None => None,
        Markup::Inline(rows) => {
            message.buttons = Some(rows);
            None
        }
        Markup::Reply(markup) => Some(Some(ReplyMarkup { message: id, markup })),
        Markup::Remove => Some(None),
    };
    message.frozen = keyboard.is_some();
    let out = world.message(&message);
    world.deliver(message);
    if let Some(markup) = keyboard {
        world.record(Record::Keyboard { chat, markup });
    }
    out
}

fn place(world: &World, chat: i64, prepared: &Prepared, content: Content) -> Message {
    let mut message = world.draft(chat, world.bot.id, content);
    message.reply_to = prepared.reply_to;
    message.protected = prepared.protected;
    message.album.clone_from(&prepared.album);
    message.origin.clone_from(&prepared.origin);
    message
}

/// What the message answers to.
struct Reply {
    message: i64,
    optional: bool,
}

impl Reply {
    fn read(params: &Params) -> Result<Self, ApiError> {
        let Some(value) = params.json("reply_parameters", "reply parameters")? else {
            let optional = params.flag("allow_sending_without_reply");
            return Ok(Self { message: params.message_id("reply_to_message_id"), optional });
        };
        let object = value.as_object().ok_or_else(|| bad("object expected as reply parameters"))?;
        let id = match object.get("message_id") {
            None => return Err(bad("can't parse reply parameters: Can't find field \"message_id\"")),
            Some(Value::Number(id)) => id.as_i64(),
            Some(Value::String(id)) => id.parse().ok(),
            Some(_) => None,
        };
        let wrong = || bad("can't parse reply parameters: Field \"message_id\" must be of type Number");
        let optional = object.get("allow_sending_without_reply") == Some(&Value::Bool(true));
        Ok(Self { message: id.ok_or_else(wrong)?.max(0), optional })
    }

    fn find(&self, world: &World, chat: i64) -> Result<Option<i64>, ApiError> {
        if self.message == 0 {
            return Ok(None);
        }
        match world.message_in(chat, self.message) {
            Some(message) => Ok(Some(message.id)),
            None if self.optional => Ok(None),
            None => Err(bad("message to be replied not found")),
        }
    }
}
