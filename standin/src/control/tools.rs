//! Tools for tests: faults, updates again and out of order, old presses, the log of calls, a reset.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Answer, Refused, read};
use crate::state::Shared;
use crate::world::DAY;
use crate::world::faults::Fault;
use crate::world::record::Record;

/// `POST /control/faults`.
pub(crate) async fn add_fault(State(shared): State<Shared>, body: Bytes) -> Answer {
    let fault: Fault = read(&body)?;
    shared.change(|world| world.faults.add(fault))?;
    Ok(faults(State(shared)).await)
}

/// `GET /control/faults`: what is still to come.
pub(crate) async fn faults(State(shared): State<Shared>) -> Json<Value> {
    Json(shared.read(|world| json!({"faults": world.faults.list()})))
}

/// `DELETE /control/faults`.
pub(crate) async fn clear_faults(State(shared): State<Shared>) -> Answer {
    shared.change(|world| world.faults.clear())?;
    Ok(faults(State(shared)).await)
}

/// Which update again, and how often.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Redeliver {
    update_id: i64,
    #[serde(default = "one")]
    times: usize,
}

fn one() -> usize {
    1
}

/// `POST /control/updates/redeliver`: whether it was confirmed or not.
pub(crate) async fn redeliver(State(shared): State<Shared>, body: Bytes) -> Answer {
    let what: Redeliver = read(&body)?;
    if shared.change(|world| world.queue.redeliver(what.update_id, what.times))? {
        return Ok(Json(json!({"update_id": what.update_id})));
    }
    Err(Refused::missing(format!("update {} is not known", what.update_id)))
}

/// `POST /control/updates/raw`: a body as it is, under a fresh id.
pub(crate) async fn raw(State(shared): State<Shared>, body: Bytes) -> Answer {
    let mut update: Map<String, Value> = read(&body)?;
    update.remove("update_id");
    let mut fields = update.into_iter();
    let (Some((kind, value)), None) = (fields.next(), fields.next()) else {
        return Err(Refused::bad("an update has one field beside its id, for example {\"message\": {…}}"));
    };
    let lane = value.pointer("/chat/id").or_else(|| value.pointer("/from/id")).and_then(Value::as_i64).unwrap_or(0);
    let id = shared.change(|world| world.enqueue(&kind, lane, DAY, &value))?;
    Ok(Json(json!({ "update_id": id })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Count {
    count: usize,
}

/// `POST /control/updates/duplicate`: the next ones come twice with the same id.
pub(crate) async fn duplicate(State(shared): State<Shared>, body: Bytes) -> Answer {
    let count: Count = read(&body)?;
    shared.change(|world| world.queue.duplicate = count.count)?;
    Ok(Json(json!({"count": count.count})))
}

/// `POST /control/updates/hold`: nothing is delivered until released.
pub(crate) async fn hold(State(shared): State<Shared>) -> Answer {
    shared.change(|world| world.queue.hold(true))?;
    Ok(Json(json!({"held": true})))
}

/// `POST /control/updates/release`.
pub(crate) async fn release(State(shared): State<Shared>) -> Answer {
    let pending = shared.change(|world| {
        world.queue.hold(false);
        world.queue.len()
    })?;
    Ok(Json(json!({"held": false, "pending": pending})))
}

/// `POST /control/updates/shuffle`: the next batch comes out of order.
pub(crate) async fn shuffle(State(shared): State<Shared>) -> Answer {
    shared.change(|world| world.queue.shuffle = true)?;
    Ok(Json(json!({"shuffle": true})))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Age {
    seconds: i64,
}

/// `POST /control/taps/age`: presses that wait become older; those past 150 s are dead.
pub(crate) async fn age_taps(State(shared): State<Shared>, body: Bytes) -> Answer {
    let age: Age = read(&body)?;
    let dead = shared.change(|world| {
        let open: Vec<_> = world.taps.values().filter(|t| t.answer.is_none()).cloned().collect();
        for mut tap in open {
            tap.at -= age.seconds;
            world.record(Record::Tap(tap));
        }
        world.age_queued_taps(age.seconds)
    })?;
    Ok(Json(json!({ "dropped_updates": dead })))
}

/// What to switch; what is missing stays.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Switches {
    rate_limits: Option<bool>,
}

/// `POST /control/settings`.
pub(crate) async fn settings(State(shared): State<Shared>, body: Bytes) -> Answer {
    let switches: Switches = read(&body)?;
    shared.change(|world| {
        let mut settings = world.settings;
        settings.rate_limits = switches.rate_limits.unwrap_or(settings.rate_limits);
        world.record(Record::Settings(settings));
        Ok(Json(json!(settings)))
    })?
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Advance {
    advance: i64,
}

/// `POST /control/clock`: puts the world's clock ahead, for what takes hours or days.
pub(crate) async fn clock(State(shared): State<Shared>, body: Bytes) -> Answer {
    let advance: Advance = read(&body)?;
    if advance.advance < 0 {
        return Err(Refused::bad("the clock only goes forward"));
    }
    shared.change(|world| {
        let mut settings = world.settings;
        settings.ahead += advance.advance;
        world.record(Record::Settings(settings));
        Ok(Json(json!({"now": world.now()})))
    })?
}

/// From which call on.
#[derive(Debug, Deserialize)]
pub(crate) struct After {
    #[serde(default)]
    after: u64,
}

/// `GET /control/calls`.
pub(crate) async fn calls(State(shared): State<Shared>, Query(from): Query<After>) -> Json<Value> {
    Json(shared.read(|world| json!({"calls": world.calls.after(from.after).collect::<Vec<_>>()})))
}

/// What a reset takes with it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reset {
    #[serde(default)]
    people: bool,
}

/// `POST /control/reset`: chats, updates, menus, faults; people only when asked. Ids go on where they were.
pub(crate) async fn reset(State(shared): State<Shared>, body: Bytes) -> Answer {
    let reset: Reset = read(&body)?;
    shared.change(|world| world.record(Record::Reset { people: reset.people }))?;
    shared.files.clear();
    Ok(Json(json!({})))
}
