//! Fetching updates: confirming, waiting, throttling, conflicts, kinds, and the tools that disturb them.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{ANNA, Desk};

fn ids(updates: &[Value]) -> Vec<i64> {
    updates.iter().map(|u| u["update_id"].as_i64().unwrap()).collect()
}

async fn say(desk: &Desk, count: usize) -> Vec<i64> {
    let mut out = Vec::new();
    for n in 0..count {
        out.push(desk.say(ANNA, &format!("{n}")).await["update_id"].as_i64().unwrap());
    }
    out
}

#[tokio::test]
async fn an_offset_forgets_everything_below_it_at_once() {
    let desk = Desk::new().await;
    let sent = say(&desk, 3).await;
    assert_eq!(ids(&desk.updates(json!({"offset": 1, "timeout": 1})).await), sent);
    assert_eq!(ids(&desk.updates(json!({"offset": sent[1], "timeout": 1})).await), sent[1..]);
    assert_eq!(ids(&desk.updates(json!({"offset": 2, "timeout": 1})).await), sent[1..], "the first is gone for good");
    assert_eq!(ids(&desk.updates(json!({"offset": sent[1] + 1, "limit": 1})).await), sent[2..]);
}

#[tokio::test]
async fn limits_and_negative_offsets() {
    let desk = Desk::new().await;
    let sent = say(&desk, 5).await;
    assert_eq!(ids(&desk.updates(json!({"offset": 1, "limit": 2})).await), sent[..2]);
    assert_eq!(ids(&desk.updates(json!({"offset": 2, "limit": 0})).await), sent[..1], "a limit is at least 1");
    assert_eq!(ids(&desk.updates(json!({"offset": -2})).await), sent[3..]);
    assert_eq!(ids(&desk.updates(json!({"offset": 3})).await), sent[3..], "what lay before the last two is forgotten");
    let ahead = sent[4] + 1_000;
    assert_eq!(ids(&desk.updates(json!({"offset": ahead})).await), sent[3..], "an offset far ahead confirms nothing");
}

#[tokio::test]
async fn the_same_offset_again_is_throttled() {
    let desk = Desk::new().await;
    let sent = say(&desk, 3).await;
    assert_eq!(desk.updates(json!({"offset": 1})).await.len(), 3);
    assert_eq!(desk.updates(json!({"offset": 1})).await.len(), 1, "within half a second there is at most one");
    desk.updates(json!({"offset": sent[2] + 1, "limit": 1, "timeout": 0})).await;
    let began = Instant::now();
    assert!(desk.updates(json!({"offset": sent[2] + 1, "timeout": 0})).await.is_empty());
    assert!(began.elapsed() >= Duration::from_millis(2900), "an empty queue asked again at once is held for 3 s");
}

#[tokio::test]
async fn a_poll_waits_for_what_comes() {
    let desk = Desk::new().await;
    let began = Instant::now();
    let (updates, _) = tokio::join!(desk.updates(json!({"offset": 7, "timeout": 20})), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        desk.say(ANNA, "late").await
    });
    assert_eq!(updates[0]["message"]["text"], "late");
    assert!(began.elapsed() < Duration::from_secs(5));
    let began = Instant::now();
    assert!(
        desk.updates(json!({"offset": updates[0]["update_id"].as_i64().unwrap() + 1, "timeout": 1})).await.is_empty()
    );
    assert!(began.elapsed() >= Duration::from_millis(950));
}

#[tokio::test]
async fn two_pollers_conflict_only_on_an_empty_queue() {
    let desk = Desk::new().await;
    let words = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
    let (first, second) = tokio::join!(desk.bot("getUpdates", json!({"offset": 1, "timeout": 20})), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let waiting = desk.bot("getUpdates", json!({"offset": 2, "timeout": 2}));
        let (second, _) = tokio::join!(waiting, async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            desk.say(ANNA, "hi").await
        });
        second
    });
    first.refused(409, words);
    assert_eq!(second.ok().as_array().unwrap().len(), 1);
    let (a, b) = tokio::join!(desk.updates(json!({"offset": 3})), desk.updates(json!({"offset": 4})));
    assert_eq!(ids(&a), ids(&b), "with a backlog both get the same");
}

#[tokio::test]
async fn kinds_are_chosen_and_remembered() {
    let desk = Desk::new().await;
    desk.updates(json!({"offset": 1, "limit": 1, "timeout": 0, "allowed_updates": ["callback_query"]})).await;
    assert_eq!(desk.say(ANNA, "unheard").await["update_id"], Value::Null);
    desk.updates(json!({"offset": 2, "timeout": 0})).await;
    assert_eq!(desk.say(ANNA, "still unheard").await["update_id"], Value::Null, "no choice leaves the last one");
    assert_eq!(desk.bot("getWebhookInfo", json!({})).await.ok()["allowed_updates"], json!(["callback_query"]));
    desk.updates(json!({"offset": 3, "timeout": 0, "allowed_updates": []})).await;
    assert!(desk.say(ANNA, "heard").await["update_id"].is_i64(), "an empty choice is the default");
    let react = json!({"message_id": 1, "emoji": "👍"});
    let path = format!("/people/{ANNA}/react");
    assert_eq!(desk.post(&path, react.clone()).await["update_id"], Value::Null, "reactions come only when asked for");
    desk.updates(json!({"offset": 4, "timeout": 0, "allowed_updates": ["message_reaction"]})).await;
    let reacted = desk.post(&path, json!({"message_id": 1, "emoji": "🔥"})).await;
    assert!(reacted["update_id"].is_i64());
    let update = desk.drain().await.pop().unwrap();
    assert_eq!(update["message_reaction"]["old_reaction"][0]["emoji"], "👍");
    assert_eq!(update["message_reaction"]["new_reaction"][0]["emoji"], "🔥");
}

#[tokio::test]
async fn updates_are_kept_for_a_day() {
    let desk = Desk::new().await;
    say(&desk, 1).await;
    desk.post("/clock", json!({"advance": 86_401})).await;
    assert!(desk.updates(json!({"offset": 1, "timeout": 0})).await.is_empty());
}

#[tokio::test]
async fn confirmed_updates_can_come_again() {
    let desk = Desk::new().await;
    let sent = say(&desk, 2).await;
    desk.drain().await;
    desk.post("/updates/redeliver", json!({"update_id": sent[0], "times": 2})).await;
    let again = desk.updates(json!({"offset": 3, "timeout": 1})).await;
    assert_eq!(ids(&again), [sent[0], sent[0]]);
    desk.refused("/updates/redeliver", json!({"update_id": 5}), 404, "not known").await;
    desk.post("/updates/duplicate", json!({"count": 1})).await;
    let sent = say(&desk, 2).await;
    assert_eq!(ids(&desk.updates(json!({"offset": 1})).await), sent);
    assert_eq!(ids(&desk.updates(json!({"offset": sent[1] + 1})).await), sent[..1], "the first comes twice");
}

#[tokio::test]
async fn what_comes_again_never_stands_in_for_what_waits() {
    let desk = Desk::new().await;
    let sent = say(&desk, 3).await;
    desk.post("/updates/redeliver", json!({"update_id": sent[2]})).await;
    // A poller that confirms the highest id it got would confirm the others with it.
    assert_eq!(ids(&desk.updates(json!({"offset": 1, "limit": 2})).await), sent[..2]);
    assert_eq!(ids(&desk.updates(json!({"offset": sent[2]})).await), [sent[2], sent[2]]);
}

#[tokio::test]
async fn updates_are_held_shuffled_and_made_up() {
    let desk = Desk::new().await;
    desk.post("/updates/hold", json!({})).await;
    let sent = say(&desk, 8).await;
    assert!(desk.updates(json!({"offset": 1, "timeout": 0})).await.is_empty());
    desk.post("/updates/shuffle", json!({})).await;
    assert_eq!(desk.post("/updates/release", json!({})).await["pending"], 8);
    let mut shuffled = ids(&desk.updates(json!({"offset": 2})).await);
    assert_ne!(shuffled, sent);
    shuffled.sort_unstable();
    assert_eq!(shuffled, sent);
    let raw = desk.post("/updates/raw", json!({"poll": {"id": "x", "odd": [1, null]}})).await;
    let update = desk.drain().await.pop().unwrap();
    assert_eq!(update, json!({"update_id": raw["update_id"], "poll": {"id": "x", "odd": [1, null]}}));
    desk.refused("/updates/raw", json!({}), 400, "one field").await;
}
