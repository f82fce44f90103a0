//! Deleting messages.

use serde_json::Value;

use super::chats;
use super::error::{ApiError, bad};
use super::params::Params;
use crate::world::World;
use crate::world::model::{Content, Message};

/// How old a message may be to be deleted, in seconds.
const DELETABLE: i64 = 48 * 3600;

/// `deleteMessage`.
pub(crate) fn delete_message(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    let id = params.message_id("message_id");
    if params.text("chat_id").is_empty() {
        return Err(bad("chat identifier is not specified"));
    }
    if id == 0 {
        return Err(bad("message identifier is not specified"));
    }
    let chat = chats::chat(world, params, "chat_id", chats::Access::Read)?;
    let message = chats::message(world, chat, id, "message to delete")?;
    if !deletable(world, message) {
        return Err(bad("message can't be deleted for everyone"));
    }
    world.delete(id);
    Ok(true.into())
}

/// `deleteMessages`: those that are not there are skipped.
pub(crate) fn delete_messages(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    let ids = message_ids(params, "message_ids")?;
    let chat = chats::chat(world, params, "chat_id", chats::Access::Read)?;
    let found: Vec<&Message> = ids.iter().filter_map(|id| world.message_in(chat, *id)).collect();
    if found.iter().any(|m| !deletable(world, m)) {
        return Err(bad("message can't be deleted for everyone"));
    }
    let ids: Vec<i64> = found.iter().map(|m| m.id).collect();
    for id in ids {
        world.delete(id);
    }
    Ok(true.into())
}

/// Young enough; in a group also the bot's own, unless it administers the group.
fn deletable(world: &World, message: &Message) -> bool {
    let young = message.date + DELETABLE >= world.now();
    let administrator = crate::world::setup::Membership::Administrator;
    let group = world.groups.get(&message.chat);
    let service = matches!(message.content, Content::Service(_));
    match group {
        Some(group) if group.status == administrator => true,
        Some(_) => young && message.from == world.bot.id && !service,
        None => young,
    }
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
    let number = || bad("can't parse message identifier as Number");
    let one = |value: &Value| match value {
        Value::Number(n) => n.as_i64().ok_or_else(number),
        Value::String(s) => s.parse().map_err(|_| number()),
        _ => Err(bad("message identifier must be a Number")),
    };
    let ids: Vec<i64> = list.iter().map(one).collect::<Result<_, _>>()?;
    if ids.iter().any(|id| *id <= 0) {
        return Err(bad("invalid message identifier specified"));
    }
    Ok(ids)
}
