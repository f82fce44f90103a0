//! What a person does with messages: presses, edits, deletes.

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use super::people::find;
use super::sending::plain;
use super::{Answer, Refused, read};
use crate::api::reactions::is_reaction;
use crate::entities::Limits;
use crate::state::Shared;
use crate::world::model::{Action, Content, Message, Tap};
use crate::world::record::Record;
use crate::world::{DAY, TAP_LIFE, World};

/// A press: of a place, or with any data (a client can send whatever it likes).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Press {
    message_id: i64,
    data: Option<String>,
    row: Option<usize>,
    col: Option<usize>,
}

/// `POST /control/people/{id}/press`.
pub(crate) async fn press(State(shared): State<Shared>, Path(id): Path<i64>, body: Bytes) -> Answer {
    let press: Press = read(&body)?;
    shared.change(|world| {
        let person = find(world, id)?;
        if person.blocked {
            return Err(Refused::bad("this person has blocked the bot; unblock it first"));
        }
        let message = world.message_in(id, press.message_id);
        let data = press.data(message)?;
        // A message that is gone is still named, but cannot be looked into.
        let shown = match message {
            Some(message) => world.message(message),
            None => json!({"chat": world.chat_of(id), "message_id": press.message_id, "date": 0}),
        };
        let tap = Tap { id: world.next().tap, person: id, at: world.now(), answer: None };
        let callback = tap.id.to_string();
        let body = json!({"id": callback, "from": world.user(id), "message": shown,
            "chat_instance": (id ^ 0x5eed_5eed_5eed).to_string(), "data": data});
        world.record(Record::Tap(tap));
        let update_id = world.enqueue("callback_query", id, TAP_LIFE, &body);
        Ok(Json(json!({"callback_id": callback, "update_id": update_id})))
    })?
}

impl Press {
    fn data(&self, message: Option<&Message>) -> Result<String, Refused> {
        if let Some(data) = &self.data {
            return Ok(data.clone());
        }
        let missing = || Refused::missing(format!("there is no message {} in this chat", self.message_id));
        let rows = message.ok_or_else(missing)?.buttons.as_ref();
        let (row, col) = (self.row.unwrap_or(0), self.col.unwrap_or(0));
        let button = rows.and_then(|rows| rows.get(row)?.get(col));
        match button.map(|b| &b.action) {
            Some(Action::CallbackData(data)) => Ok(data.clone()),
            Some(_) => Err(Refused::bad("this button does not call the bot")),
            None => Err(Refused::missing(format!("there is no button in row {row}, column {col}"))),
        }
    }
}

/// How long to wait for an answer.
#[derive(Debug, Deserialize)]
pub(crate) struct Wait {
    #[serde(default)]
    wait_ms: u64,
}

impl Wait {
    /// At most a minute.
    pub fn time(&self) -> Duration {
        Duration::from_millis(self.wait_ms.min(60_000))
    }
}

/// `GET /control/callbacks/{id}`: the bot's answer to a press, when there is one in time.
pub(crate) async fn callback(State(shared): State<Shared>, Path(id): Path<i64>, Query(wait): Query<Wait>) -> Answer {
    let end = Instant::now() + wait.time();
    let mut events = shared.events.subscribe();
    loop {
        events.mark_unchanged();
        let tap = shared.read(|world| world.taps.get(&id).cloned());
        let tap = tap.ok_or_else(|| Refused::missing(format!("there is no press {id}")))?;
        if let Some(answer) = tap.answer {
            return Ok(Json(json!({"answered": true, "text": answer.text, "show_alert": answer.show_alert,
                "url": answer.url})));
        }
        if !matches!(timeout_at(end, events.changed()).await, Ok(Ok(()))) {
            return Ok(Json(json!({"answered": false, "text": "", "show_alert": false, "url": ""})));
        }
    }
}

/// A new text for a message of one's own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edit {
    message_id: i64,
    text: String,
}

/// `POST /control/people/{id}/edit`: of a text, or of a file's caption.
pub(crate) async fn edit(State(shared): State<Shared>, Path(id): Path<i64>, body: Bytes) -> Answer {
    let edit: Edit = read(&body)?;
    shared.change(|world| {
        let mut message = own(world, id, edit.message_id)?.clone();
        match &mut message.content {
            Content::Text { body, .. } => *body = plain(&edit.text, Limits::TEXT)?,
            Content::Media { caption, .. } => *caption = plain(&edit.text, Limits::CAPTION)?,
            Content::Other(_) | Content::Service(_) => return Err(Refused::bad("this message has no text to edit")),
        }
        message.edited = Some(world.now());
        let (shown, body) = (world.chat_view(&message), world.message(&message));
        world.record(Record::Message(Box::new(message)));
        let update_id = world.enqueue("edited_message", id, DAY, &body);
        Ok(Json(json!({"update_id": update_id, "message": shown})))
    })?
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Which {
    message_id: i64,
}

/// `POST /control/people/{id}/delete`: for both sides; a bot is told nothing of it.
pub(crate) async fn delete(State(shared): State<Shared>, Path(id): Path<i64>, body: Bytes) -> Answer {
    let which: Which = read(&body)?;
    shared.change(|world| {
        find(world, id)?;
        if world.message_in(id, which.message_id).is_none() {
            return Err(Refused::missing(format!("there is no message {} in this chat", which.message_id)));
        }
        world.delete(which.message_id);
        Ok(Json(Value::Object(serde_json::Map::new())))
    })?
}

/// An emoji, or none to take the reaction back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct React {
    message_id: i64,
    emoji: Option<String>,
}

/// `POST /control/people/{id}/react`; told to a bot that asked for `message_reaction`.
pub(crate) async fn react(State(shared): State<Shared>, Path(id): Path<i64>, body: Bytes) -> Answer {
    let react: React = read(&body)?;
    if react.emoji.as_deref().is_some_and(|emoji| !is_reaction(emoji)) {
        return Err(Refused::bad("this is no emoji that Telegram lets people react with"));
    }
    shared.change(|world| {
        find(world, id)?;
        let message = world.message_in(id, react.message_id);
        let missing = || Refused::missing(format!("there is no message {} in this chat", react.message_id));
        let mut message = message.ok_or_else(missing)?.clone();
        let new: Vec<Value> = react.emoji.iter().map(|e| json!({"type": "emoji", "emoji": e})).collect();
        let old = message.reactions.insert(id, new.clone()).unwrap_or_default();
        message.reactions.retain(|_, list| !list.is_empty());
        let body = json!({"chat": world.chat_of(id), "message_id": message.id, "user": world.user(id),
            "date": world.now(), "old_reaction": old, "new_reaction": new});
        let shown = world.chat_view(&message);
        world.record(Record::Message(Box::new(message)));
        let update_id = world.enqueue("message_reaction", id, DAY, &body);
        Ok(Json(json!({"update_id": update_id, "message": shown})))
    })?
}

fn own(world: &World, person: i64, id: i64) -> Result<&Message, Refused> {
    find(world, person)?;
    let message = world.message_in(person, id);
    let message = message.ok_or_else(|| Refused::missing(format!("there is no message {id} in this chat")))?;
    if message.from != person || message.origin.is_some() {
        return Err(Refused::bad("only one's own messages can be edited"));
    }
    Ok(message)
}
