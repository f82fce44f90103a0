//! Names, descriptions and the menu button.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::error::{ApiError, bad};
use super::params::Params;
use crate::entities::utf16_len;
use crate::world::World;
use crate::world::record::Record;
use crate::world::setup::Profile;

/// One of the texts about the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Text {
    Name,
    Description,
    ShortDescription,
}

impl Text {
    fn field(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Description => "description",
            Self::ShortDescription => "short_description",
        }
    }

    fn longest(self) -> usize {
        match self {
            Self::Name => 64,
            Self::Description => 512,
            Self::ShortDescription => 120,
        }
    }

    fn of(self, profile: &mut Profile) -> &mut BTreeMap<String, String> {
        match self {
            Self::Name => &mut profile.name,
            Self::Description => &mut profile.description,
            Self::ShortDescription => &mut profile.short_description,
        }
    }
}

/// `setMyName` and its kin; an empty text takes the language's own away.
pub(crate) fn set(world: &mut World, params: &Params, text: Text) -> Result<Value, ApiError> {
    let value = params.text(text.field()).trim().to_owned();
    let language = language(params)?;
    if utf16_len(&value) > text.longest() {
        return Err(bad(match text {
            Text::Name => "BOT_TITLE_INVALID",
            Text::Description => "BOT_DESCRIPTION_INVALID",
            Text::ShortDescription => "BOT_SHORT_DESCRIPTION_INVALID",
        }));
    }
    let mut profile = world.profile.clone();
    if value.is_empty() {
        text.of(&mut profile).remove(&language);
    } else {
        text.of(&mut profile).insert(language, value);
    }
    if profile != world.profile {
        world.record(Record::Profile(profile));
    }
    Ok(true.into())
}

/// `getMyName` and its kin: for the language, else for all.
pub(crate) fn get(world: &World, params: &Params, text: Text) -> Result<Value, ApiError> {
    let language = language(params)?;
    let mut profile = world.profile.clone();
    let texts = text.of(&mut profile);
    let default = if text == Text::Name { world.bot.name.as_str() } else { "" };
    let value = texts.get(&language).or_else(|| texts.get("")).map_or(default, String::as_str);
    Ok(json!({ text.field(): value }))
}

/// Two letters or nothing.
pub(crate) fn language(params: &Params) -> Result<String, ApiError> {
    let code = params.text("language_code");
    let good = code.is_empty() || (code.len() == 2 && code.chars().all(|c| c.is_ascii_lowercase()));
    if good { Ok(code.to_owned()) } else { Err(bad("invalid language code specified")) }
}

/// `setChatMenuButton`.
pub(crate) fn set_menu_button(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    let wrong = |why: &str| bad(format!("can't parse menu button: {why}"));
    let button = params.json("menu_button", "menu button")?.unwrap_or_else(|| json!({"type": "default"}));
    let object = button.as_object().ok_or_else(|| wrong("MenuButton must be an Object"))?;
    match object.get("type").and_then(Value::as_str) {
        None => return Err(wrong("Can't find field \"type\"")),
        Some("default" | "commands") => {}
        Some("web_app") => {
            for field in ["text", "web_app"] {
                object.get(field).ok_or_else(|| wrong(&format!("Can't find field \"{field}\"")))?;
            }
        }
        Some(_) => return Err(wrong("MenuButton has unsupported type")),
    }
    let chat = menu_chat(world, params)?;
    let mut profile = world.profile.clone();
    profile.menu_buttons.insert(chat, button);
    world.record(Record::Profile(profile));
    Ok(true.into())
}

/// `getChatMenuButton`.
pub(crate) fn get_menu_button(world: &World, params: &Params) -> Result<Value, ApiError> {
    let chat = menu_chat(world, params)?;
    let buttons = &world.profile.menu_buttons;
    let default = Value::Object(Map::from_iter([("type".to_owned(), "commands".into())]));
    Ok(buttons.get(&chat).or_else(|| buttons.get(&0)).filter(|b| b["type"] != "default").unwrap_or(&default).clone())
}

fn menu_chat(world: &World, params: &Params) -> Result<i64, ApiError> {
    if !params.has("chat_id") {
        return Ok(0);
    }
    let id = params.user_id("chat_id")?;
    if world.people.get(&id).is_some_and(|p| p.met) { Ok(id) } else { Err(bad("user not found")) }
}
