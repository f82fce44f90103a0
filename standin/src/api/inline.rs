//! Answers to inline queries.

use serde_json::Value;

use super::error::{ApiError, bad};
use super::keyboards::Markup;
use super::params::Params;
use crate::entities::{self, Limits};
use crate::world::World;

/// `answerInlineQuery`: once, in time, at most 50 results.
pub(crate) fn answer_inline_query(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    let results = match params.text("results") {
        "" => Value::Array(Vec::new()),
        text => serde_json::from_str::<Value>(text)
            .map_err(|why| bad(format!("can't parse JSON encoded inline query results: {why}")))?,
    };
    let list = results.as_array().ok_or_else(|| bad("expected an Array of inline query results"))?;
    if list.len() > 50 {
        return Err(bad("too many inline query results specified"));
    }
    let mut ids = std::collections::HashSet::new();
    for result in list {
        let id = check(result).map_err(|why| bad(format!("can't parse inline query result: {why}")))?;
        if !ids.insert(id) {
            return Err(bad("RESULT_ID_DUPLICATE"));
        }
    }
    let id = params.int("inline_query_id", 0, i64::MIN, i64::MAX);
    let now = world.now();
    if !world.inline.answer(id, now, results) {
        return Err(bad("query is too old and response timeout expired or query ID is invalid"));
    }
    Ok(true.into())
}

/// One result; gives its id.
fn check(result: &Value) -> Result<&str, String> {
    const KINDS: [&str; 13] = [
        "article",
        "audio",
        "contact",
        "document",
        "game",
        "gif",
        "location",
        "mpeg4_gif",
        "photo",
        "sticker",
        "venue",
        "video",
        "voice",
    ];
    let object = result.as_object().ok_or("InlineQueryResult must be an Object")?;
    let field = |name: &str| {
        let value = object.get(name).ok_or_else(|| format!("Can't find field \"{name}\""))?;
        value.as_str().ok_or_else(|| format!("Field \"{name}\" must be of type String"))
    };
    let kind = field("type")?;
    let id = field("id")?;
    if !KINDS.contains(&kind) {
        return Err(format!("type \"{kind}\" is unsupported for the inline query result"));
    }
    if !(1..=64).contains(&id.len()) {
        return Err("RESULT_ID_INVALID".to_owned());
    }
    let content = object.get("input_message_content");
    if kind == "article" {
        field("title")?;
        let content = content.and_then(Value::as_object).ok_or("Can't find field \"input_message_content\"")?;
        if content.contains_key("message_text") {
            let text = |name: &str| content.get(name).and_then(Value::as_str).unwrap_or_default();
            entities::parse(text("message_text"), text("parse_mode"), content.get("entities"), Limits::TEXT)?;
        }
    }
    if let Some(markup) = object.get("reply_markup") {
        Markup::parse(markup).map_err(|error| error.description)?;
    }
    Ok(id)
}
