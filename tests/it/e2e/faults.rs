//! Faults of Telegram: errors, rate limits, silence.

use std::time::Duration;

use serde_json::json;

use crate::support::server::TestServer;

async fn fault(server: &TestServer, method: &str, kind: &str, count: u32, chat: Option<i64>) {
    let mut body = json!({ "method": method, "count": count, "kind": kind, "retry_after": 1, "delay_ms": 300 });
    if let Some(chat) = chat {
        body["chat_id"] = json!(chat);
    }
    server.control("faults", Some(body)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r8_errors_time_outs_and_resets_lose_nothing() {
    let server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    for kind in ["500", "502", "reset_before", "reset_after", "429", "slow"] {
        for method in ["sendMessage", "getUpdates"] {
            fault(&server, method, kind, 2, None).await;
        }
        server.types(anna, "/me").await;
        server.sees(anna, "Логин: anna").await;
        server.types(anna, "/menu").await;
        server.sees(anna, "что делаем").await;
    }
    server.until("select count(*) = 0 from outbox").await;
    server.until("select version = 12 from chat_session").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_one_chats_429_does_not_delay_another() {
    let server = TestServer::open().await;
    let (anna, boris) = (server.superuser("anna").await, server.superuser("boris").await);
    let body = json!({ "method": "sendMessage", "count": 1, "kind": "429", "retry_after": 5, "chat_id": anna });
    server.control("faults", Some(body)).await;
    server.types(anna, "/me").await;
    server.until("select count(*) = 1 from seen_update").await;
    let began = tokio::time::Instant::now();
    for _ in 0..10 {
        server.types(boris, "/me").await;
    }
    server.types(boris, "/menu").await;
    server.sees(boris, "что делаем").await;
    assert!(began.elapsed() < Duration::from_secs(4), "the other chat was held up");
    assert!(server.heard(anna).await.is_empty(), "the limited chat obeys the pause");
    server.sees(anna, "Логин: anna").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r8_whoever_blocks_the_bot_keeps_his_effects_and_delays_nobody() {
    let server = TestServer::open().await;
    let (anna, boris) = (server.superuser("anna").await, server.superuser("boris").await);
    server.types(anna, "/menu").await;
    server.sees(anna, "что делаем").await;
    fault(&server, "sendMessage", "500", 1, Some(anna)).await;
    server.types(anna, "/me").await;
    let url = format!("{}/control/people/{anna}", server.telegram.api_url());
    server.http.patch(url).json(&json!({ "blocked": true })).send().await.unwrap();
    server.types(boris, "/me").await;
    while server.heard(boris).await.len() < 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let heard = server.heard(boris).await;
    // R8: the other person is served, and hears as the one who manages people that messages do not arrive.
    assert!(heard.iter().any(|text| text.contains("Логин: boris")), "{heard:?}");
    assert!(heard.iter().any(|text| text.contains("Сообщения не доходят")), "{heard:?}");
    server.until("select count(*) = 0 from outbox").await;
    server.until("select bool_or(unreachable_at is not null) from chat_session").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r10_unknown_kinds_of_updates_are_parked_and_stop_nobody() {
    let server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    server.control("updates/raw", Some(json!({ "callback_query": { "hologram": anna } }))).await;
    server.control("updates/raw", Some(json!({ "message": { "nonsense": true } }))).await;
    server.types(anna, "/me").await;
    server.sees(anna, "Логин: anna").await;
    server.until("select count(*) = 2 from parked_update").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_that_was_deleted_is_sent_anew() {
    let server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    server.types(anna, "/me").await;
    let (message, data) = server.button(anna, "Язык").await;
    server.control(&format!("people/{anna}/delete"), Some(json!({ "message_id": message }))).await;
    server.types(anna, "/menu").await;
    server.sees(anna, "что делаем").await;
    let (message, _) = server.button(anna, "Я").await;
    let callback = server.presses(anna, message, &data).await;
    assert!(server.answer(&callback).await.1, "a stale tap is answered with an alert");
}
