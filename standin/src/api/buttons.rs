//! Single buttons of keyboards: what they may hold and which of Telegram's complaints they earn.

use serde_json::{Map, Value, json};

use super::error::{ApiError, bad};
use crate::entities::checked_link;
use crate::world::model::{Action, InlineButton};

/// A button in place of letters, with its single wish.
pub(super) fn reply_button(button: &Value) -> Result<Value, String> {
    let object = match button {
        Value::String(text) => return Ok(json!({ "text": text })),
        Value::Object(object) => object,
        _ => return Err("KeyboardButton must be a String or an Object".to_owned()),
    };
    let mut out = json!({ "text": string(object, "text")? });
    let actions = ["request_contact", "request_location", "request_poll", "request_users", "request_chat", "web_app"];
    let mut set = 0;
    for name in actions {
        let Some(value) = object.get(name).filter(|v| !matches!(v, Value::Null | Value::Bool(false))) else { continue };
        out[name] = value.clone();
        set += 1;
    }
    if set > 1 {
        return Err("Exactly one of the optional fields must be used".to_owned());
    }
    Ok(out)
}

fn string(object: &Map<String, Value>, name: &str) -> Result<String, String> {
    match object.get(name) {
        None => Err(format!("Can't find field \"{name}\"")),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(_) => Err(format!("Field \"{name}\" must be of type String")),
    }
}

/// A button under a message, with its single action.
pub(super) fn inline_button(button: &Value) -> Result<InlineButton, String> {
    let object = button.as_object().ok_or("InlineKeyboardButton must be an Object")?;
    let text = string(object, "text")?;
    let mut actions = Vec::new();
    for name in ["url", "callback_data"] {
        if object.contains_key(name) {
            let value = string(object, name)?;
            if !value.is_empty() {
                actions.push(if name == "url" { Action::Url(value) } else { Action::CallbackData(value) });
            }
        }
    }
    if object.contains_key("switch_inline_query") {
        actions.push(Action::SwitchInlineQuery(string(object, "switch_inline_query")?));
    }
    if object.contains_key("switch_inline_query_current_chat") {
        actions.push(Action::SwitchInlineQueryCurrentChat(string(object, "switch_inline_query_current_chat")?));
    }
    for (name, action) in [
        ("switch_inline_query_chosen_chat", Action::SwitchInlineQueryChosenChat as fn(Value) -> Action),
        ("web_app", Action::WebApp),
        ("login_url", Action::LoginUrl),
        ("copy_text", Action::CopyText),
        ("callback_game", Action::CallbackGame),
    ] {
        match object.get(name) {
            None | Some(Value::Null) => {}
            Some(value @ Value::Object(_)) => actions.push(action(value.clone())),
            Some(_) => return Err(format!("Field \"{name}\" must be of type Object")),
        }
    }
    if object.get("pay") == Some(&Value::Bool(true)) {
        actions.push(Action::Pay(true));
    }
    if actions.len() > 1 {
        return Err("Exactly one of the optional fields must be used".to_owned());
    }
    let action = actions.pop().ok_or("Text buttons are unallowed in the inline keyboard")?;
    Ok(InlineButton { text, action })
}

/// What only Telegram's inner servers check.
pub(super) fn check(button: &InlineButton) -> Result<(), ApiError> {
    match &button.action {
        Action::CallbackData(data) if data.len() > 64 => Err(bad("BUTTON_DATA_INVALID")),
        Action::Url(url) if !url.starts_with("tg://") && checked_link(url).is_none() => {
            Err(bad(format!("Inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")))
        }
        Action::WebApp(value) | Action::LoginUrl(value) => {
            let url = value.get("url").and_then(Value::as_str).unwrap_or_default();
            let what = if matches!(button.action, Action::WebApp(_)) { "Web App" } else { "login" };
            if url.starts_with("https://") && checked_link(url).is_some() {
                return Ok(());
            }
            let why = format!("URL '{url}' is invalid: Only HTTPS links are allowed");
            Err(bad(format!("Inline keyboard button {what} {why}")))
        }
        Action::CopyText(value) => {
            let length = value.get("text").and_then(Value::as_str).map_or(0, crate::entities::utf16_len);
            if (1..=256).contains(&length) { Ok(()) } else { Err(bad("BUTTON_COPY_TEXT_INVALID")) }
        }
        _ => Ok(()),
    }
}
