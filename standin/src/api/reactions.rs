//! Reactions to messages.

use serde_json::Value;

use super::chats;
use super::error::{ApiError, bad};
use super::params::Params;
use crate::world::World;
use crate::world::record::Record;

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
