//! Reply markup: what the bot may put under a message and in place of a person's keyboard.

use serde_json::{Map, Value, json};

use super::buttons::{check, inline_button, reply_button};
use super::error::{ApiError, bad};
use super::params::Params;
use crate::world::model::InlineKeyboard;

/// Buttons in one row and in all: under a message, and in place of letters; and bytes of one keyboard.
const ROW: usize = 8;
const BUTTONS: usize = 100;
const REPLY_ROW: usize = 12;
const REPLY_BUTTONS: usize = 300;
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

    /// What a keyboard may ask for only in private chats.
    pub fn check_for(&self, chat: i64) -> Result<(), ApiError> {
        let Self::Reply(markup) = self else { return Ok(()) };
        let rows = markup["keyboard"].as_array().into_iter().flatten();
        for button in rows.flat_map(|row| row.as_array().into_iter().flatten()).filter(|_| chat < 0) {
            let asks = |name: &str| button.get(name).is_some();
            for (field, what) in [
                ("request_contact", "Phone number can be requested"),
                ("request_location", "Location can be requested"),
                ("request_poll", "Poll can be requested"),
                ("request_users", "Users can be requested"),
                ("request_chat", "Chats can be requested"),
                ("web_app", "Web App buttons can be used"),
            ] {
                if asks(field) {
                    return Err(bad(format!("{what} in private chats only")));
                }
            }
        }
        Ok(())
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
    let mut count = 0;
    for row in rows {
        let mut buttons = Vec::new();
        for button in *row {
            let button = reply_button(button).map_err(|why| bad(format!("can't parse keyboard button: {why}")))?;
            if button["text"].as_str().is_some_and(|t| !t.is_empty()) {
                buttons.push(button);
            }
        }
        if buttons.len() > REPLY_ROW {
            return Err(bad("reply markup is too long"));
        }
        count += buttons.len();
        if !buttons.is_empty() {
            out.push(Value::Array(buttons));
        }
    }
    if count > REPLY_BUTTONS {
        return Err(bad("reply markup is too long"));
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
