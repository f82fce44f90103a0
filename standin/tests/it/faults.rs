//! Faults by order.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{ANNA, Desk, TOKEN};

async fn raw(desk: &Desk, method: &str) -> Result<reqwest::Response, reqwest::Error> {
    let call = json!({"chat_id": ANNA, "text": "x"});
    desk.http.post(format!("{}/bot{TOKEN}/{method}", desk.url)).json(&call).send().await
}

async fn heard(desk: &Desk) -> usize {
    desk.chat(ANNA).await.len() - 1
}

#[tokio::test]
async fn errors_come_instead_of_executing() {
    let desk = Desk::new().await;
    desk.post("/faults", json!({"method": "sendMessage", "count": 2, "kind": "429", "retry_after": 7})).await;
    for _ in 0..2 {
        let response = raw(&desk, "sendMessage").await.unwrap();
        assert_eq!(response.headers()["retry-after"], "7");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["parameters"]["retry_after"], 7);
        assert_eq!(body["description"], "Too Many Requests: retry after 7");
    }
    desk.send(json!({})).await;
    desk.post("/faults", json!({"kind": "400", "description": "BUTTON_DATA_INVALID"})).await;
    desk.bot("getMe", json!({})).await.refused(400, "Bad Request: BUTTON_DATA_INVALID");
    desk.post("/faults", json!({"kind": "500"})).await;
    desk.bot("getMe", json!({})).await.refused(500, "Internal Server Error");
    desk.post("/faults", json!({"kind": "502"})).await;
    let response = raw(&desk, "sendMessage").await.unwrap();
    assert_eq!(response.status(), 502);
    assert!(response.text().await.unwrap().contains("nginx"), "a gateway knows no JSON");
    assert_eq!(heard(&desk).await, 1);
}

#[tokio::test]
async fn connections_break_before_and_after_executing() {
    let desk = Desk::new().await;
    desk.post("/faults", json!({"method": "sendmessage", "kind": "reset_before"})).await;
    assert!(raw(&desk, "sendMessage").await.is_err());
    assert_eq!(heard(&desk).await, 0);
    desk.post("/faults", json!({"method": "sendMessage", "kind": "reset_after"})).await;
    assert!(raw(&desk, "sendMessage").await.is_err());
    assert_eq!(heard(&desk).await, 1);
    desk.post("/faults", json!({"kind": "timeout", "delay_ms": 200})).await;
    let began = Instant::now();
    assert!(raw(&desk, "sendMessage").await.is_err());
    assert!(began.elapsed() >= Duration::from_millis(200));
    assert_eq!(heard(&desk).await, 2);
    desk.post("/faults", json!({"kind": "hang", "delay_ms": 200})).await;
    let began = Instant::now();
    assert!(raw(&desk, "sendMessage").await.is_err());
    assert!(began.elapsed() >= Duration::from_millis(200));
    assert_eq!(heard(&desk).await, 2);
    desk.post("/faults", json!({"kind": "slow", "delay_ms": 200})).await;
    let began = Instant::now();
    assert_eq!(raw(&desk, "sendMessage").await.unwrap().status(), 200);
    assert!(began.elapsed() >= Duration::from_millis(200));
    assert_eq!(heard(&desk).await, 3);
}

#[tokio::test]
async fn faults_are_for_one_chat_listed_and_cleared() {
    let desk = Desk::new().await;
    desk.person(501, "Boris").await;
    desk.say(501, "/start").await;
    desk.post("/faults", json!({"kind": "500", "chat_id": 501, "count": 3})).await;
    desk.send(json!({})).await;
    desk.bot("sendMessage", json!({"chat_id": 501, "text": "x"})).await.refused(500, "Internal Server Error");
    assert_eq!(desk.get("/faults").await["faults"][0]["count"], 2);
    desk.reply(desk.http.delete(format!("{}/control/faults", desk.url))).await;
    desk.bot("sendMessage", json!({"chat_id": 501, "text": "x"})).await.ok();
    desk.refused("/faults", json!({"kind": "gremlin"}), 400, "does not fit").await;
    let calls = desk.get("/calls").await;
    let last: Vec<&Value> = calls["calls"].as_array().unwrap().iter().rev().take(2).collect();
    assert_eq!((&last[0]["ok"], &last[1]["ok"]), (&json!(true), &json!(false)));
    assert_eq!((&last[1]["fault"], &last[1]["error_code"]), (&json!("500"), &json!(500)));
}
