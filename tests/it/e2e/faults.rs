//! Faults of Telegram: errors, rate limits, silence.

use std::time::Duration;

use serde_json::json;

use crate::support::stage::Stage;

async fn fault(stage: &Stage, method: &str, kind: &str, count: u32, chat: Option<i64>) {
    let mut body = json!({ "method": method, "count": count, "kind": kind, "retry_after": 1, "delay_ms": 300 });
    if let Some(chat) = chat {
        body["chat_id"] = json!(chat);
    }
    stage.control("faults", Some(body)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r8_errors_time_outs_and_resets_lose_nothing() {
    let stage = Stage::open().await;
    let anna = stage.superuser("anna").await;
    for kind in ["500", "502", "reset_before", "reset_after", "429", "slow"] {
        for method in ["sendMessage", "getUpdates"] {
            fault(&stage, method, kind, 2, None).await;
        }
        stage.types(anna, "/me").await;
        stage.sees(anna, "Логин: anna").await;
        stage.types(anna, "/menu").await;
        stage.sees(anna, "что делаем").await;
    }
    stage.until("select count(*) = 0 from outbox").await;
    stage.until("select version = 12 from chat_session").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_one_chats_429_does_not_delay_another() {
    let stage = Stage::open().await;
    let (anna, boris) = (stage.superuser("anna").await, stage.superuser("boris").await);
    let body = json!({ "method": "sendMessage", "count": 1, "kind": "429", "retry_after": 5, "chat_id": anna });
    stage.control("faults", Some(body)).await;
    stage.types(anna, "/me").await;
    stage.until("select count(*) = 1 from seen_update").await;
    let began = tokio::time::Instant::now();
    for _ in 0..10 {
        stage.types(boris, "/me").await;
    }
    stage.types(boris, "/menu").await;
    stage.sees(boris, "что делаем").await;
    assert!(began.elapsed() < Duration::from_secs(4), "the other chat was held up");
    assert!(stage.heard(anna).await.is_empty(), "the limited chat obeys the pause");
    stage.sees(anna, "Логин: anna").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r8_whoever_blocks_the_bot_keeps_his_effects_and_delays_nobody() {
    let stage = Stage::open().await;
    let (anna, boris) = (stage.superuser("anna").await, stage.superuser("boris").await);
    stage.types(anna, "/menu").await;
    stage.sees(anna, "что делаем").await;
    fault(&stage, "sendMessage", "500", 1, Some(anna)).await;
    stage.types(anna, "/me").await;
    let url = format!("{}/control/people/{anna}", stage.telegram.api_url());
    stage.http.patch(url).json(&json!({ "blocked": true })).send().await.unwrap();
    stage.types(boris, "/me").await;
    while stage.heard(boris).await.len() < 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let heard = stage.heard(boris).await;
    // R8: the other person is served, and hears as the one who manages people that messages do not arrive.
    assert!(heard.iter().any(|text| text.contains("Логин: boris")), "{heard:?}");
    assert!(heard.iter().any(|text| text.contains("Сообщения не доходят")), "{heard:?}");
    stage.until("select count(*) = 0 from outbox").await;
    stage.until("select bool_or(unreachable_at is not null) from chat_session").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r10_unknown_kinds_of_updates_are_parked_and_stop_nobody() {
    let stage = Stage::open().await;
    let anna = stage.superuser("anna").await;
    stage.control("updates/raw", Some(json!({ "callback_query": { "hologram": anna } }))).await;
    stage.control("updates/raw", Some(json!({ "message": { "nonsense": true } }))).await;
    stage.types(anna, "/me").await;
    stage.sees(anna, "Логин: anna").await;
    stage.until("select count(*) = 2 from parked_update").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_that_was_deleted_is_sent_anew() {
    let stage = Stage::open().await;
    let anna = stage.superuser("anna").await;
    stage.types(anna, "/me").await;
    let (message, data) = stage.button(anna, "Язык").await;
    stage.control(&format!("people/{anna}/delete"), Some(json!({ "message_id": message }))).await;
    stage.types(anna, "/menu").await;
    stage.sees(anna, "что делаем").await;
    let (message, _) = stage.button(anna, "Я").await;
    let callback = stage.presses(anna, message, &data).await;
    assert!(stage.answer(&callback).await.1, "a stale tap is answered with an alert");
}
