//! Forwarding with the origin, copying without it.

use serde_json::{Value, json};

use super::chats::{self, Access};
use super::delete::message_ids;
use super::error::{ApiError, bad};
use super::params::Params;
use super::send;
use crate::world::World;
use crate::world::model::{Content, Message};

/// `forwardMessage`.
pub(crate) fn forward_message(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    params.required("from_chat_id")?;
    let from = chats::chat(world, params, "from_chat_id", Access::Read)?;
    let message = chats::message(world, from, params.message_id("message_id"), "message to forward")?.clone();
    let (chat, mut prepared) = send::prepare(world, params)?;
    if !movable(&message) {
        return Err(bad("the message can't be forwarded"));
    }
    prepared.origin = Some(world.origin(&message));
    Ok(send::put(world, chat, prepared, message.content))
}

/// `copyMessage`: answers with the new id only.
pub(crate) fn copy_message(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    params.required("from_chat_id")?;
    let caption = if params.has("caption") { Some(send::caption(params)?) } else { None };
    let from = chats::chat(world, params, "from_chat_id", Access::Read)?;
    let message = chats::message(world, from, params.message_id("message_id"), "message to copy")?.clone();
    let (chat, prepared) = send::prepare(world, params)?;
    if !movable(&message) {
        return Err(bad("the message can't be copied"));
    }
    let mut content = message.content;
    if let (Some(new), Content::Media { caption, .. }) = (caption, &mut content) {
        *caption = new;
    }
    let sent = send::put(world, chat, prepared, content);
    Ok(json!({"message_id": sent["message_id"]}))
}

/// `forwardMessages` and `copyMessages`: those that are not there are skipped.
pub(crate) fn many(world: &mut World, params: &Params, copy: bool) -> Result<Value, ApiError> {
    params.required("from_chat_id")?;
    let ids = message_ids(params, "message_ids")?;
    if !ids.is_sorted_by(|a, b| a < b) {
        return Err(bad("message identifiers must be in a strictly increasing order"));
    }
    let (chat, prepared) = send::prepare(world, params)?;
    let from = chats::chat(world, params, "from_chat_id", Access::Read)?;
    let found: Vec<Message> =
        ids.iter().filter_map(|id| world.message_in(from, *id)).filter(|m| movable(m)).cloned().collect();
    if found.is_empty() {
        return Err(bad("there are no messages to forward"));
    }
    let mut out = Vec::with_capacity(found.len());
    for mut message in found {
        let origin = (!copy).then(|| world.origin(&message));
        if let Content::Media { caption, .. } = &mut message.content
            && copy
            && params.flag("remove_caption")
        {
            *caption = crate::entities::Formatted::default();
        }
        let sent = send::put(world, chat, send::Prepared { origin, ..prepared.clone() }, message.content);
        out.push(json!({"message_id": sent["message_id"]}));
    }
    Ok(json!(out))
}

/// Protected messages stay where they are; what Telegram itself said is no message to pass on.
fn movable(message: &Message) -> bool {
    !message.protected && !matches!(message.content, Content::Service(_))
}

impl World {
    /// `forward_origin` of a message of this world; an earlier origin stays.
    pub fn origin(&self, message: &Message) -> Value {
        if let Some(origin) = &message.origin {
            return origin.clone();
        }
        match message.sender_chat {
            Some(chat) if self.groups.get(&chat).is_some_and(|g| g.kind.name() == "channel") => {
                json!({"type": "channel", "chat": self.chat_of(chat), "message_id": message.id, "date": message.date})
            }
            Some(chat) => json!({"type": "chat", "sender_chat": self.chat_of(chat), "date": message.date}),
            None => json!({"type": "user", "sender_user": self.user(message.from), "date": message.date}),
        }
    }
}
