//! Inline mode: a person asks the bot from any chat and chooses one of its results.

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use super::deeds::Wait;
use super::people::find;
use super::{Answer, Refused, read};
use crate::entities::{self, Limits};
use crate::state::Shared;
use crate::world::World;
use crate::world::inline::InlineQuery;
use crate::world::model::Content;
use crate::world::record::Record;

/// How long a query waits for the bot, and how long the news of a chosen result, in seconds.
const QUERY_LIFE: i64 = 30;
const CHOSEN_LIFE: i64 = 600;

/// What a person types after the bot's name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ask {
    #[serde(default)]
    query: String,
    #[serde(default)]
    offset: String,
}

/// `POST /control/people/{id}/inline_query`.
pub(crate) async fn ask(State(shared): State<Shared>, Path(id): Path<i64>, body: Bytes) -> Answer {
    let ask: Ask = read(&body)?;
    shared.change(|world| {
        find(world, id)?;
        if !world.settings.inline {
            return Err(Refused::bad(
                "inline mode is off; switch it on with POST /control/settings {\"inline\": true}",
            ));
        }
        let mut counters = world.next();
        let query_id = counters.tap;
        counters.tap += 1;
        world.record(Record::Counters(counters));
        let body = json!({"id": query_id.to_string(), "from": world.user(id), "chat_type": "sender",
            "query": ask.query, "offset": ask.offset});
        let at = world.now();
        world.inline.ask(query_id, InlineQuery { person: id, query: ask.query, at, results: None });
        let update_id = world.enqueue("inline_query", id, QUERY_LIFE, &body);
        Ok(Json(json!({"inline_query_id": query_id.to_string(), "update_id": update_id})))
    })?
}

/// `GET /control/inline/{id}`: the bot's results, when there are some in time.
pub(crate) async fn answer(State(shared): State<Shared>, Path(id): Path<i64>, Query(wait): Query<Wait>) -> Answer {
    let end = Instant::now() + wait.time();
    loop {
        let query = shared.read(|world| world.inline.get(id).cloned());
        let query = query.ok_or_else(|| Refused::missing(format!("there is no inline query {id}")))?;
        let answered = query.results.is_some();
        if answered || Instant::now() >= end {
            return Ok(Json(json!({"answered": answered, "results": query.results})));
        }
        // Answers come as calls, not as events of a chat; a short pause is enough here.
        let pause = Instant::now() + Duration::from_millis(20);
        let _ = timeout_at(end, tokio::time::sleep_until(pause)).await;
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choose {
    inline_query_id: String,
    result_id: String,
}

/// `POST /control/people/{id}/choose`: the result appears in the person's chat, sent through the bot.
pub(crate) async fn choose(State(shared): State<Shared>, Path(id): Path<i64>, body: Bytes) -> Answer {
    let choose: Choose = read(&body)?;
    shared.change(|world| {
        find(world, id)?;
        let missing = || Refused::missing("there is no such result");
        let number = choose.inline_query_id.parse().map_err(|_| missing())?;
        let query = world.inline.get(number).filter(|q| q.person == id).cloned().ok_or_else(missing)?;
        let results = query.results.as_ref().and_then(Value::as_array);
        let result = results.and_then(|r| r.iter().find(|r| r["id"] == choose.result_id.as_str()));
        let content = said(result.ok_or_else(missing)?)?;
        let body = json!({"result_id": choose.result_id, "from": world.user(id), "query": query.query});
        world.enqueue("chosen_inline_result", id, CHOSEN_LIFE, &body);
        let mut message = world.draft(id, id, content);
        message.via_bot = true;
        let shown = world.chat_view(&message);
        world.hear_via(message);
        Ok(Json(json!({ "message": shown })))
    })?
}

/// The text that a result sends.
fn said(result: &Value) -> Result<Content, Refused> {
    let content = &result["input_message_content"];
    let text = |name: &str| content[name].as_str().unwrap_or_default();
    let body = entities::parse(text("message_text"), text("parse_mode"), content.get("entities"), Limits::TEXT);
    let body = body.map_err(|_| Refused::bad("only results that send a text can be chosen here"))?;
    Ok(Content::Text { body, preview: None })
}

impl World {
    /// A message that a person sent through the bot; in the chat with the bot it arrives like any other.
    fn hear_via(&mut self, message: crate::world::model::Message) {
        let (chat, body) = (message.chat, self.message(&message));
        self.record(Record::Message(Box::new(message)));
        self.enqueue("message", chat, crate::world::DAY, &body);
    }
}
