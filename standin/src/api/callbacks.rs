//! Answers to presses of buttons.

use serde_json::Value;

use super::error::{ApiError, bad};
use super::params::Params;
use crate::entities::utf16_len;
use crate::world::model::Answer;
use crate::world::record::Record;
use crate::world::{TAP_LIFE, World};

/// `answerCallbackQuery`: once, and in time.
pub(crate) fn answer_callback_query(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    let id = params.int("callback_query_id", 0, i64::MIN, i64::MAX);
    let text = params.text("text").trim().to_owned();
    let url = params.text("url").to_owned();
    if utf16_len(&text) > 200 {
        return Err(bad("MESSAGE_TOO_LONG"));
    }
    let open = |at: i64| at + TAP_LIFE >= world.now();
    let Some(tap) = world.taps.get(&id).filter(|t| t.answer.is_none() && open(t.at)) else {
        return Err(bad("query is too old and response timeout expired or query ID is invalid"));
    };
    let own = format!("t.me/{}?start=", world.bot.username);
    if !url.is_empty() && !url.trim_start_matches("https://").starts_with(&own) {
        return Err(bad("URL_INVALID"));
    }
    let mut tap = tap.clone();
    tap.answer = Some(Answer { text, show_alert: params.flag("show_alert"), url });
    world.record(Record::Tap(tap));
    Ok(true.into())
}
