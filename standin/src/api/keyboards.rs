//! Reply markup: what the bot may put under a message and in place of a person's keyboard.

use serde_json::{Map, Value, json};

use super::error::{ApiError, bad};
use super::params::Params;
use crate::entities::checked_link;
use crate::world::model::{Action, InlineButton, InlineKeyboard};

/// Buttons in one row and in all, and bytes of one keyboard.
const ROW: usize = 8;
const BUTTONS: usize = 100;
const LARGEST: usize = 10 << 10;

/// What `reply_markup` asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Markup {
    #[default]
    None,
    Inline(InlineKeyboard),
    /// A reply keyboard or a wish for a reply, in the Bot API's shape.
    Reply(Value),
    Remove,
}

impl Markup {
    /// Reads the field.
    pub fn read(params: &Params) -> Result<Self, ApiError> {
        match params.json("reply_markup", "reply keyboard markup")? {
            None => Ok(Self::None),
            Some(value) => Self::parse(&value),
        }
    }

    /// The buttons of a message that is edited; other markup cannot be put there.
    pub fn read_inline(params: &Params) -> Result<Option<InlineKeyboard>, ApiError> {
        match Self::read(params)? {
            Self::None => Ok(None),
            Self::Inline(rows) => Ok(Some(rows)),
            Self::Reply(_) | Self::Remove => Err(bad("inline keyboard expected")),
        }
    }

    /// Reads a markup object.
    pub fn parse(value: &Value) -> Result<Self, ApiError> {
        let object = value.as_object().ok_or_else(|| bad("object expected as reply markup"))?;
        if value.to_string().len() > LARGEST {
            return Err(bad("reply markup is too long"));
        }
        let keyboard = rows(object, "keyboard", "Field \"keyboard\" must be an Array of Arrays")?;
        let inline = rows(
            object,
            "inline_keyboard",
            "Field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays",
        )?;
        if !keyboard.is_empty() {
            return Ok(reply_keyboard(object, &keyboard)?.map_or(Self::None, Self::Reply));
        }
        if !inline.is_empty() {
            let rows = inline_keyboard(&inline)?;
            return Ok(if rows.is_empty() { Self::None } else { Self::Inline(rows) });
        }
        if flag(object, "remove_keyboard")? || flag(object, "hide_keyboard")? {
            return Ok(Self::Remove);
        }
        if flag(object, "force_reply")? {
            let mut out = json!({"force_reply": true});
            copy(object, &mut out, &["input_field_placeholder", "selective"]);
            return Ok(Self::Reply(out));
        }
        Ok(Self::None)
    }
}

fn rows<'a>(object: &'a Map<String, Value>, name: &str, wrong: &str) -> Result<Vec<&'a Vec<Value>>, ApiError> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(rows)) => rows.iter().map(|row| row.as_array().ok_or_else(|| bad(wrong))).collect(),
        Some(_) => Err(bad(format!("Field \"{name}\" must be of type Array"))),
    }
}

fn flag(object: &Map<String, Value>, name: &str) -> Result<bool, ApiError> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(bad(format!("Field \"{name}\" must be of type Boolean"))),
    }
}

fn copy(from: &Map<String, Value>, to: &mut Value, names: &[&str]) {
    for name in names {
        if let Some(value) = from.get(*name) {
            to[*name] = value.clone();
        }
    }
}

fn reply_keyboard(object: &Map<String, Value>, rows: &[&Vec<Value>]) -> Result<Option<Value>, ApiError> {
    let mut out = Vec::new();
    for row in rows {
        let mut buttons = Vec::new();
        for button in *row {
            let button = reply_button(button).map_err(|why| bad(format!("can't parse keyboard button: {why}")))?;
            if button["text"].as_str().is_some_and(|t| !t.is_empty()) {
                buttons.push(button);
            }
        }
        if !buttons.is_empty() {
            out.push(Value::Array(buttons));
        }
    }
    if out.is_empty() {
        return Ok(None);
    }
    let mut keyboard = json!({ "keyboard": out });
    for name in ["resize_keyboard", "one_time_keyboard", "is_persistent", "selective"] {
        if flag(object, name)? {
            keyboard[name] = true.into();
        }
    }
    if let Some(hint) = object.get("input_field_placeholder").and_then(Value::as_str) {
        if crate::entities::utf16_len(hint) > 64 {
            return Err(bad("input field placeholder is too long"));
        }
        keyboard["input_field_placeholder"] = hint.into();
    }
    Ok(Some(keyboard))
}

fn reply_button(button: &Value) -> Result<Value, String> {
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

fn inline_keyboard(rows: &[&Vec<Value>]) -> Result<InlineKeyboard, ApiError> {
    let mut out = Vec::new();
    for row in rows {
        let mut buttons = Vec::new();
        for button in *row {
            let button =
                inline_button(button).map_err(|why| bad(format!("can't parse inline keyboard button: {why}")))?;
            // Telegram leaves out a button without a text.
            if !button.text.is_empty() {
                check(&button)?;
                buttons.push(button);
            }
        }
        if buttons.len() > ROW {
            return Err(bad("reply markup is too long"));
        }
        if !buttons.is_empty() {
            out.push(buttons);
        }
    }
    if out.iter().map(Vec::len).sum::<usize>() > BUTTONS {
        return Err(bad("reply markup is too long"));
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

fn inline_button(button: &Value) -> Result<InlineButton, String> {
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
fn check(button: &InlineButton) -> Result<(), ApiError> {
    match &button.action {
        Action::CallbackData(data) if data.len() > 64 => Err(bad("BUTTON_DATA_INVALID")),
        Action::Url(url) if !url.starts_with("tg://") && checked_link(url).is_none() => {
            Err(bad(format!("Inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")))
        }
        Action::CopyText(value) => {
            let length = value.get("text").and_then(Value::as_str).map_or(0, crate::entities::utf16_len);
            if (1..=256).contains(&length) { Ok(()) } else { Err(bad("BUTTON_COPY_TEXT_INVALID")) }
        }
        _ => Ok(()),
    }
}
