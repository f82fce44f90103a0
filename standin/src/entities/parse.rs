//! From a method's text, parse mode and entities to what is stored.

use serde_json::Value;

use super::{Entity, Formatted, Kind, fix, html, utf16_len};

/// How long a text may be and what is said when it is not.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    longest: usize,
    empty: Option<&'static str>,
    too_long: &'static str,
}

impl Limits {
    /// A message's text: 1–4096 units after parsing.
    pub const TEXT: Self =
        Self { longest: 4096, empty: Some("message text is empty"), too_long: "message is too long" };
    /// A caption: 0–1024 units after parsing.
    pub const CAPTION: Self = Self { longest: 1024, empty: None, too_long: "message caption is too long" };
}

/// Parses, cleans and measures; the error is the description after "Bad Request: ".
pub(crate) fn parse(text: &str, mode: &str, entities: Option<&Value>, limits: Limits) -> Result<Formatted, String> {
    if let Some(empty) = limits.empty.filter(|_| text.is_empty()) {
        return Err(empty.to_owned());
    }
    if text.len() > 1 << 15 {
        return Err("text is too long".to_owned());
    }
    let parsed = match mode.to_ascii_lowercase().as_str() {
        "" | "none" => Ok(Formatted { text: text.to_owned(), entities: given(entities)? }),
        _ if text.is_empty() => Ok(Formatted::default()),
        "html" => html::parse(text),
        _ => return Err("unsupported parse_mode".to_owned()),
    };
    let parsed = parsed.map_err(|why| format!("can't parse entities: {why}"))?;
    let mut fixed = fix::fix(parsed);
    if limits.empty.is_some() && fixed.text.chars().all(shows_nothing) {
        return Err("text must be non-empty".to_owned());
    }
    if utf16_len(&fixed.text) > limits.longest {
        return Err(limits.too_long.to_owned());
    }
    super::detect(&mut fixed);
    Ok(fixed)
}

/// Spaces, and characters that a font draws nothing for.
fn shows_nothing(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
        )
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}')
}

/// Entities that the bot counted itself.
fn given(entities: Option<&Value>) -> Result<Vec<Entity>, String> {
    let Some(Value::Array(list)) = entities else { return Ok(Vec::new()) };
    let mut out = Vec::with_capacity(list.len());
    for item in list {
        let Some((offset, length, entity)) = one(item).map_err(|why| format!("can't parse MessageEntity: {why}"))?
        else {
            continue;
        };
        let place = |n: i64, what: &str| {
            let fits = usize::try_from(n).ok().filter(|n| *n <= 1_000_000);
            fits.ok_or_else(|| format!("receive an entity with incorrect {what} {n}"))
        };
        out.push(Entity { offset: place(offset, "offset")?, length: place(length, "length")?, ..entity });
    }
    Ok(out)
}

/// One of them with its place, not yet checked; kinds that Telegram finds by itself are skipped.
fn one(item: &Value) -> Result<Option<(i64, i64, Entity)>, String> {
    let object = item.as_object().ok_or("expected an Object")?;
    let int = |name: &str| match object.get(name) {
        None => Err(format!("Can't find field \"{name}\"")),
        Some(v) => v.as_i64().ok_or_else(|| format!("Field \"{name}\" must be of type Number")),
    };
    let (offset, length) = (int("offset")?, int("length")?);
    let name = object.get("type").and_then(Value::as_str).unwrap_or_default();
    if name.is_empty() {
        return Err("Type is not specified".to_owned());
    }
    let kind: Kind = serde_json::from_value(Value::from(name)).map_err(|_| "Unsupported type specified".to_owned())?;
    if kind >= Kind::BotCommand {
        return Ok(None);
    }
    let string = |name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut entity = Entity { language: string("language"), ..Entity::plain(kind, 0, 0) };
    match kind {
        Kind::TextLink => {
            let url = string("url").ok_or("Can't find field \"url\"")?;
            match super::links::checked(&url) {
                Some(url) => entity.url = Some(url),
                None => return Ok(None),
            }
        }
        Kind::TextMention => {
            let id = object.get("user").and_then(|u| u.get("id")).and_then(Value::as_i64);
            entity.user = Some(id.ok_or("Can't find field \"user\"")?);
        }
        Kind::CustomEmoji => {
            let id = string("custom_emoji_id").ok_or("Can't find field \"custom_emoji_id\"")?;
            entity.custom_emoji_id = Some(id);
        }
        _ => {}
    }
    Ok(Some((offset, length, entity)))
}
