//! Pinned messages and reactions.

use serde_json::{Map, Value};

use super::chats;
use super::error::{ApiError, bad};
use super::params::Params;
use crate::world::model::Content;
use crate::world::record::Record;
use crate::world::{DAY, World};

/// `pinChatMessage`: the chat, and the bot itself, are told by a service message.
pub(crate) fn pin(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    let chat = chats::writable(world, params)?;
    let message = chats::message(world, chat, params.message_id("message_id"), "message to pin")?;
    if matches!(message.content, Content::Service(_)) {
        return Err(bad("a service message can't be pinned"));
    }
    let (id, shown) = (message.id, world.message(message));
    let mut ids = world.pins.get(&chat).cloned().unwrap_or_default();
    if ids.contains(&id) {
        return Ok(true.into());
    }
    ids.push(id);
    world.record(Record::Pins { chat, ids });
    let fields = Map::from_iter([("pinned_message".to_owned(), shown)]);
    let said = world.draft(chat, world.bot.id, Content::Service(fields));
    let body = world.message(&said);
    world.deliver(said);
    world.enqueue("message", chat, DAY, &body);
    Ok(true.into())
}

/// `unpinChatMessage`: without a message the newest pin.
pub(crate) fn unpin(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    let chat = chats::writable(world, params)?;
    let mut ids = world.pins.get(&chat).cloned().unwrap_or_default();
    match params.message_id("message_id") {
        0 => {
            ids.pop().ok_or_else(|| bad("message to unpin not found"))?;
        }
        id => {
            chats::message(world, chat, id, "message to unpin")?;
            ids.retain(|pinned| *pinned != id);
        }
    }
    world.record(Record::Pins { chat, ids });
    Ok(true.into())
}

/// `unpinAllChatMessages`.
pub(crate) fn unpin_all(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    let chat = chats::writable(world, params)?;
    world.record(Record::Pins { chat, ids: Vec::new() });
    Ok(true.into())
}

/// The emoji that Telegram lets everyone react with.
const REACTIONS: &str = "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 \
                         👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡";

/// Is this an emoji to react with?
pub(crate) fn is_reaction(emoji: &str) -> bool {
    REACTIONS.split_whitespace().any(|known| known == emoji.trim_end_matches('\u{fe0f}'))
}

/// `setMessageReaction`.
pub(crate) fn set_message_reaction(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    let list = match params.json("reaction", "reaction types")? {
        None => Vec::new(),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(bad("expected an Array of ReactionType")),
    };
    for item in &list {
        check(item)?;
    }
    let chat = chats::writable(world, params)?;
    let mut message = chats::message(world, chat, params.message_id("message_id"), "message to react")?.clone();
    if list.len() > 1 {
        return Err(bad("REACTIONS_TOO_MANY"));
    }
    let bot = world.bot.id;
    if list.is_empty() {
        message.reactions.remove(&bot);
    } else {
        message.reactions.insert(bot, list);
    }
    world.record(Record::Message(Box::new(message)));
    Ok(true.into())
}

fn check(item: &Value) -> Result<(), ApiError> {
    let wrong = |why: &str| bad(format!("can't parse ReactionType: {why}"));
    let object = item.as_object().ok_or_else(|| wrong("expected an Object"))?;
    let field = |name: &str| object.get(name).and_then(Value::as_str);
    match field("type").ok_or_else(|| wrong("Can't find field \"type\""))? {
        "emoji" => {
            let emoji = field("emoji").ok_or_else(|| wrong("Can't find field \"emoji\""))?;
            if is_reaction(emoji) { Ok(()) } else { Err(bad("REACTION_INVALID")) }
        }
        // Bots may use custom emoji only where a message has one already.
        "custom_emoji" => Err(bad("REACTION_INVALID")),
        _ => Err(wrong("invalid reaction type specified")),
    }
}
