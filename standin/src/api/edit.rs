//! Changing what was sent.

use serde_json::Value;

use super::chats;
use super::error::{ApiError, bad};
use super::keyboards::Markup;
use super::params::Params;
use super::{album, send};
use crate::files::Files;
use crate::world::World;
use crate::world::model::{Content, Message};
use crate::world::record::Record;

const NOT_MODIFIED: &str = "message is not modified: specified new message content and reply markup are exactly the \
                            same as a current content and reply markup of the message";

/// `editMessageText`.
pub(crate) fn edit_message_text(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    let content = send::text(params)?;
    let buttons = Markup::read_inline(params)?;
    let mut message = editable(world, params)?;
    if !matches!(message.content, Content::Text { .. }) {
        return Err(bad("there is no text in the message to edit"));
    }
    message.buttons = buttons;
    replace(world, message, content)
}

/// `editMessageCaption`.
pub(crate) fn edit_message_caption(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    let new = send::caption(params)?;
    let buttons = Markup::read_inline(params)?;
    let mut message = editable(world, params)?;
    let mut content = message.content.clone();
    match &mut content {
        Content::Media { kind, caption, .. } if kind.captioned() => *caption = new,
        _ => return Err(bad("there is no caption in the message to edit")),
    }
    message.buttons = buttons;
    replace(world, message, content)
}

/// `editMessageMedia`.
pub(crate) fn edit_message_media(world: &mut World, files: &Files, params: &Params) -> Result<Value, ApiError> {
    let buttons = Markup::read_inline(params)?;
    let value = match params.text("media") {
        "" => return Err(bad("Parameter \"media\" is required")),
        text => serde_json::from_str(text).map_err(|_| bad("can't parse input media JSON object"))?,
    };
    let item = album::Item::read(world, files, params, &value, false)?;
    let mut message = editable(world, params)?;
    if !matches!(message.content, Content::Media { .. }) {
        return Err(bad("there is no media in the message to edit"));
    }
    message.buttons = buttons;
    let content = item.keep(world, files)?;
    replace(world, message, content)
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
fn editable(world: &World, params: &Params) -> Result<Message, ApiError> {
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
    let service = matches!(message.content, Content::Service(_));
    if message.from != world.bot.id || message.frozen || message.origin.is_some() || service {
        return Err(bad("message can't be edited"));
    }
    Ok(message.clone())
}

/// Gives the message its new content; `message` has its new buttons already.
fn replace(world: &mut World, mut message: Message, content: Content) -> Result<Value, ApiError> {
    let before = world.messages.get(&message.id);
    if before.is_some_and(|b| b.content == content && b.buttons == message.buttons) {
        return Err(bad(NOT_MODIFIED));
    }
    // New buttons alone do not make a message "edited".
    if message.content != content {
        message.edited = Some(world.now());
    }
    message.content = content;
    Ok(save(world, message))
}

fn save(world: &mut World, message: Message) -> Value {
    let out = world.message(&message);
    world.record(Record::Message(Box::new(message)));
    out
}
