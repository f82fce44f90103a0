//! Sending: what all send methods have in common, and `sendMessage`.

use serde_json::{Map, Value};

use super::chats;
use super::error::{ApiError, bad};
use super::keyboards::Markup;
use super::params::Params;
use crate::entities::{self, Formatted, Limits};
use crate::world::World;
use crate::world::model::{Content, Record, ReplyMarkup};

/// `sendMessage`.
pub(crate) fn send_message(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    let content = text(params)?;
    send(world, params, content)
}

/// The text of a message that is sent or edited.
pub(crate) fn text(params: &Params) -> Result<Content, ApiError> {
    let entities = serde_json::from_str(params.text("entities")).ok();
    let body = entities::parse(params.text("text"), params.text("parse_mode"), entities.as_ref(), Limits::TEXT)
        .map_err(bad)?;
    Ok(Content::Text { body, preview: preview(params)? })
}

/// A file's caption.
pub(crate) fn caption(params: &Params) -> Result<Formatted, ApiError> {
    let entities = serde_json::from_str(params.text("caption_entities")).ok();
    entities::parse(params.text("caption"), params.text("parse_mode"), entities.as_ref(), Limits::CAPTION).map_err(bad)
}

fn preview(params: &Params) -> Result<Option<Value>, ApiError> {
    match params.json("link_preview_options", "link preview options")? {
        None if params.flag("disable_web_page_preview") => Ok(Some(serde_json::json!({"is_disabled": true}))),
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
    let reply = Reply::read(params)?;
    let markup = Markup::read(params)?;
    let chat = chats::writable(world, params)?;
    let reply_to = reply.find(world, chat)?;
    let mut message = world.draft(chat, world.bot.id, content);
    message.reply_to = reply_to;
    message.protected = params.flag("protect_content");
    let id = message.id;
    let keyboard = match markup {
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
    Ok(out)
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
