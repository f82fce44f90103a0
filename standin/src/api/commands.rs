//! Command menus by scope and language.

use serde_json::{Value, json};

use super::error::{ApiError, bad};
use super::params::{Params, leading_int};
use super::profile::language;
use crate::entities::utf16_len;
use crate::world::World;
use crate::world::model::Command;
use crate::world::record::Record;

/// `setMyCommands`.
pub(crate) fn set_my_commands(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    let list = list(params)?;
    save(world, params, list)
}

/// `deleteMyCommands`.
pub(crate) fn delete_my_commands(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    save(world, params, Vec::new())
}

/// `getMyCommands`: exactly this scope and language, without falling back.
pub(crate) fn get_my_commands(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    let key = (scope(world, params)?, language(params)?);
    Ok(json!(world.commands.get(&key).cloned().unwrap_or_default()))
}

fn save(world: &mut World, params: &Params, list: Vec<Command>) -> Result<Value, ApiError> {
    let (scope, language) = (scope(world, params)?, language(params)?);
    if world.commands.get(&(scope.clone(), language.clone())).is_none_or(|old| *old != list) {
        world.record(Record::Commands { scope, language, list });
    }
    Ok(true.into())
}

fn list(params: &Params) -> Result<Vec<Command>, ApiError> {
    let value = match params.text("commands") {
        "" => Value::Array(Vec::new()),
        text => serde_json::from_str(text).map_err(|_| bad("can't parse commands JSON object"))?,
    };
    let items = value.as_array().ok_or_else(|| bad("expected an Array of BotCommand"))?;
    if items.len() > 100 {
        return Err(bad("BOT_COMMANDS_TOO_MUCH"));
    }
    items.iter().map(one).collect()
}

fn one(item: &Value) -> Result<Command, ApiError> {
    let wrong = |why: &str| bad(format!("can't parse BotCommand: {why}"));
    let object = item.as_object().ok_or_else(|| wrong("expected an Object"))?;
    let field = |name: &str| match object.get(name) {
        None => Err(wrong(&format!("Can't find field \"{name}\""))),
        Some(Value::String(text)) => Ok(text.trim().to_owned()),
        Some(_) => Err(wrong(&format!("Field \"{name}\" must be of type String"))),
    };
    let (command, description) = (field("command")?, field("description")?);
    let command = command.trim_start_matches('/').to_owned();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !(1..=32).contains(&command.len()) || !command.chars().all(plain) {
        return Err(bad("BOT_COMMAND_INVALID"));
    }
    if !(1..=256).contains(&utf16_len(&description)) {
        return Err(bad("BOT_COMMAND_DESCRIPTION_INVALID"));
    }
    Ok(Command { command, description })
}

/// The scope as a key: its type, and after a colon the chat and the member.
fn scope(world: &World, params: &Params) -> Result<String, ApiError> {
    let Some(value) = params.json("scope", "BotCommandScope")? else { return Ok("default".to_owned()) };
    let wrong = |why: &str| bad(format!("can't parse BotCommandScope: {why}"));
    let object = value.as_object().ok_or_else(|| wrong("BotCommandScope must be an Object"))?;
    let kind = object.get("type").and_then(Value::as_str).ok_or_else(|| wrong("Can't find field \"type\""))?;
    let chat = || match object.get("chat_id") {
        None => Err(wrong("Can't find field \"chat_id\"")),
        Some(Value::String(text)) if text.is_empty() => Err(wrong("Empty chat_id specified")),
        Some(Value::String(text)) => Ok(leading_int(text)),
        Some(value) => value.as_i64().ok_or_else(|| wrong("Field \"chat_id\" must be of type String")),
    };
    let known = |id: i64| world.people.get(&id).is_some_and(|p| p.met) || world.groups.contains_key(&id);
    match kind {
        "default" | "all_private_chats" | "all_group_chats" | "all_chat_administrators" => Ok(kind.to_owned()),
        "chat" | "chat_administrators" => match chat()? {
            id if known(id) => Ok(format!("{kind}:{id}")),
            _ => Err(bad("chat not found")),
        },
        "chat_member" => {
            let user = object.get("user_id").ok_or_else(|| wrong("Can't find field \"user_id\""))?.as_i64();
            let user = user.filter(|u| *u > 0).ok_or_else(|| wrong("Invalid user_id specified"))?;
            match chat()? {
                id if known(id) => Ok(format!("{kind}:{id}:{user}")),
                _ => Err(bad("chat not found")),
            }
        }
        _ => Err(wrong("Unsupported type specified")),
    }
}
