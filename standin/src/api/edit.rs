//! Changing and deleting what was sent.

use serde_json::Value;

use super::chats;
use super::error::{ApiError, bad};
use super::keyboards::Markup;
use super::params::Params;
use super::send;
use crate::world::World;
use crate::world::model::{Message, Record};

const NOT_MODIFIED: &str = "message is not modified: specified new message content and reply markup are exactly the \
                            same as a current content and reply markup of the message";

/// How old a message may be to be deleted, in seconds.
const DELETABLE: i64 = 48 * 3600;

/// `editMessageText`.
pub(crate) fn edit_message_text(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    let content = send::text(params)?;
    let buttons = Markup::read_inline(params)?;
    let mut message = editable(world, params)?;
    if !chats::is_text(&message.content) {
        return Err(bad("there is no text in the message to edit"));
    }
    if message.content == content && message.buttons == buttons {
        return Err(bad(NOT_MODIFIED));
    }
    if message.content != content {
        message.edited = Some(world.now());
    }
    message.content = content;
    message.buttons = buttons;
    Ok(save(world, message))
}

/// `editMessageReplyMarkup`.
pub(crate) fn edit_message_reply_markup(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    let buttons = Markup::read_inline(params)?;
    let mut message = editable(world, params)?;
    if message.buttons == buttons {
        return Err(bad(NOT_MODIFIED));
    }
    message.buttons = buttons;
    Ok(save(world, message))
}

/// A copy of the message that the call may change.
pub(crate) fn editable(world: &World, params: &Params) -> Result<Message, ApiError> {
    let id = params.message_id("message_id");
    if params.text("chat_id").is_empty() && id == 0 {
        // Messages that were sent in inline mode have ids of their own; none exist here.
        return Err(match params.text("inline_message_id") {
            "" => bad("message identifier is not specified"),
            _ => bad("MESSAGE_ID_INVALID"),
        });
    }
    let chat = chats::writable(world, params)?;
    let message = chats::message(world, chat, id, "message to edit")?;
    if message.from != world.bot.id || message.frozen || message.origin.is_some() {
        return Err(bad("message can't be edited"));
    }
    Ok(message.clone())
}

pub(crate) fn save(world: &mut World, message: Message) -> Value {
    let out = world.message(&message);
    world.record(Record::Message(Box::new(message)));
    out
}

/// `deleteMessage`.
pub(crate) fn delete_message(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    let chat = chats::known(world, params, "chat_id")?;
    let id = params.message_id("message_id");
    let message = chats::message(world, chat, id, "message to delete")?;
    if message.date + DELETABLE < world.now() {
        return Err(bad("message can't be deleted for everyone"));
    }
    world.delete(id);
    Ok(true.into())
}

/// `deleteMessages`: those that cannot be deleted are skipped.
pub(crate) fn delete_messages(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    let ids = message_ids(params, "message_ids")?;
    let chat = chats::known(world, params, "chat_id")?;
    let oldest = world.now() - DELETABLE;
    for id in ids {
        if world.message_in(chat, id).is_some_and(|m| m.date >= oldest) {
            world.delete(id);
        }
    }
    Ok(true.into())
}

/// A list of 1–100 message ids.
pub(crate) fn message_ids(params: &Params, field: &str) -> Result<Vec<i64>, ApiError> {
    let value = match params.text(field) {
        "" => return Err(bad("message identifiers are not specified")),
        text => serde_json::from_str::<Value>(text).map_err(|_| bad(format!("can't parse {field} JSON object")))?,
    };
    let list = value.as_array().ok_or_else(|| bad("expected an Array of message identifiers"))?;
    if list.len() > 100 {
        return Err(bad("too many message identifiers specified"));
    }
    if list.is_empty() {
        return Err(bad("message identifiers are not specified"));
    }
    let one = |value: &Value| match value {
        Value::Number(n) => n.as_i64().ok_or_else(|| bad("can't parse message identifier as Number")),
        Value::String(s) => s.parse().map_err(|_| bad("can't parse message identifier as Number")),
        _ => Err(bad("message identifier must be a Number")),
    };
    let ids: Vec<i64> = list.iter().map(one).collect::<Result<_, _>>()?;
    if ids.iter().any(|id| *id <= 0) {
        return Err(bad("invalid message identifier specified"));
    }
    Ok(ids)
}

impl World {
    /// Takes a message away, and the reply keyboard that came with it.
    pub fn delete(&mut self, id: i64) {
        let Some(chat) = self.messages.get(&id).map(|m| m.chat) else { return };
        if self.keyboards.get(&chat).is_some_and(|k| k.message == id) {
            self.record(Record::Keyboard { chat, markup: None });
        }
        self.record(Record::Gone(id));
    }
}
