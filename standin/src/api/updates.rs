//! `getUpdates`, with its confirmations, throttle and conflicts.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout_at};

use super::error::ApiError;
use super::params::Params;
use crate::state::Shared;
use crate::world::World;
use crate::world::model::Queued;
use crate::world::queue::Take;
use crate::world::record::Record;

const OTHER: &str = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
const SET: &str = "Conflict: terminated by setWebhook request";
const ACTIVE: &str =
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";

/// The longest wait that the server grants.
const LONGEST: i64 = 50;

/// Answers with the updates, at once or when some come.
pub(crate) async fn get_updates(shared: &Shared, params: &Params) -> Result<Response, ApiError> {
    let take = Take {
        offset: params.int("offset", 0, i64::from(i32::MIN), i64::from(i32::MAX)),
        limit: usize::try_from(params.int("limit", 100, 1, 100)).unwrap_or(100),
        timeout: Duration::from_secs(params.int("timeout", 0, 0, LONGEST).unsigned_abs()),
    };
    let allowed = allowed_updates(params.text("allowed_updates"));
    let mut take = shared
        .change(|world| {
            if let Some(allowed) = allowed
                && world.queue.allowed() != allowed.as_ref()
            {
                world.record(Record::Allowed(allowed));
            }
            world.queue.throttle(take)
        })
        .map_err(|_| ApiError::internal())?;
    let end = Instant::now() + take.timeout;
    let mut poll = None;
    loop {
        let woken = shared.updates.notified();
        tokio::pin!(woken);
        woken.as_mut().enable();
        let turn = shared.change(|world| turn(world, &mut take, &mut poll)).map_err(|_| ApiError::internal())?;
        match turn {
            Turn::Answer(updates) => return Ok(answer(&updates)),
            Turn::Conflict(why) => {
                // The real server lets the loser wait, so that two bots do not fight in a tight loop.
                sleep(conflict_delay(shared)).await;
                return Err(ApiError::new(409, why));
            }
            Turn::Wait if *shared.stopping.borrow() || Instant::now() >= end => return Ok(answer(&[])),
            Turn::Wait => {
                tokio::select! {
                    () = shared.stopped() => return Ok(answer(&[])),
                    _ = timeout_at(end, woken) => {}
                }
            }
        }
    }
}

fn conflict_delay(shared: &Shared) -> Duration {
    let often = shared.change(|world| world.queue.conflict()).unwrap_or(false);
    if often { Duration::from_secs(3) } else { Duration::ZERO }
}

enum Turn {
    Answer(Vec<Queued>),
    Conflict(&'static str),
    Wait,
}

/// One look at the queue; `poll` is this request's number once it waits.
fn turn(world: &mut World, take: &mut Take, poll: &mut Option<u64>) -> Turn {
    if poll.is_some_and(|mine| mine != world.queue.poll) {
        return Turn::Conflict(if world.webhook.is_some() { SET } else { OTHER });
    }
    if world.webhook.is_some() {
        return Turn::Conflict(ACTIVE);
    }
    let below = world.queue.confirms(take.offset, world.next().update);
    if world.queue.has_below(below) {
        world.record(Record::Confirmed(below));
    }
    // "The last ones" is said of the queue as it was found, not of what comes while waiting.
    take.offset = take.offset.max(0);
    let now = world.now();
    let updates = world.queue.take(take.limit, now);
    if !updates.is_empty() || take.timeout.is_zero() {
        return Turn::Answer(updates);
    }
    // Only a poll that finds the queue empty ends the one that waits.
    if poll.is_none() {
        world.queue.oust();
        *poll = Some(world.queue.poll);
    }
    Turn::Wait
}

fn answer(updates: &[Queued]) -> Response {
    let list: Vec<String> = updates.iter().map(update).collect();
    let body = format!(r#"{{"ok":true,"result":[{}]}}"#, list.join(","));
    ([(axum::http::header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// An `Update` as JSON text.
pub(crate) fn update(update: &Queued) -> String {
    format!(r#"{{"update_id":{},"{}":{}}}"#, update.id, update.kind, update.body)
}

/// The kinds to deliver: none = leave as it was, an empty choice = the default.
pub(crate) fn allowed_updates(text: &str) -> Option<Option<Vec<String>>> {
    let list = match serde_json::from_str(text) {
        Ok(Value::Array(list)) => list,
        _ => return None,
    };
    let mut kinds = Vec::new();
    for kind in list {
        let kind = kind.as_str()?.to_ascii_lowercase();
        if KINDS.contains(&kind.as_str()) {
            kinds.push(kind);
        }
    }
    Some((!kinds.is_empty()).then_some(kinds))
}

const KINDS: [&str; 24] = [
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "message_reaction",
    "message_reaction_count",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "purchased_paid_media",
    "custom_event",
];
