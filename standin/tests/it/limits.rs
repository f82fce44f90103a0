//! Rate limits, which are a setting.

use serde_json::json;

use crate::support::{ANNA, Desk};

#[tokio::test]
async fn bursts_are_refused_for_the_chat_that_is_flooded() {
    let desk = Desk::new().await;
    desk.person(501, "Boris").await;
    desk.say(501, "/start").await;
    for _ in 0..20 {
        desk.send(json!({})).await;
    }
    desk.post("/settings", json!({"rate_limits": true})).await;
    let mut refused = None;
    for _ in 0..8 {
        let reply = desk.bot("sendMessage", json!({"chat_id": ANNA, "text": "x"})).await;
        if reply.status == 429 {
            refused = Some(reply);
            break;
        }
    }
    let refused = refused.unwrap();
    let seconds = refused.body["parameters"]["retry_after"].as_u64().unwrap();
    assert!((1..=2).contains(&seconds));
    refused.refused(429, &format!("Too Many Requests: retry after {seconds}"));
    desk.bot("sendMessage", json!({"chat_id": 501, "text": "x"})).await.ok();
    desk.bot("getMe", json!({})).await.ok();
    tokio::time::sleep(std::time::Duration::from_secs(seconds)).await;
    desk.send(json!({})).await;
}
