//! Closing of notices that ask for an action, whenever and by whichever process they are sent.

use std::time::{Duration, Instant};

use crmbot::domain::Group;
use serde_json::json;

use crate::support::server::{PATIENCE, TestServer};

/// An operator, and two managers who have begun.
async fn people(server: &TestServer) -> (i64, i64, i64) {
    server.ad("Авито", "AVITO").await;
    let oleg = server.staff("oleg", "ru", Group::Operators).await;
    let maria = server.staff("maria", "ru", Group::Managers).await;
    let anna = server.staff("anna", "en", Group::Managers).await;
    for who in [maria, anna] {
        server.types(who, "/menu").await;
    }
    server.sees(maria, "что делаем").await;
    server.sees(anna, "what shall we do").await;
    (oleg, maria, anna)
}

async fn lead(server: &TestServer, oleg: i64) {
    server.types(oleg, "8 912 345-67-89 Иван с авито").await;
    server.taps(oleg, "Сохранить").await;
}

/// Whether a chat has a button with this label anywhere.
async fn offers(server: &TestServer, chat: i64, label: &str) -> bool {
    server.messages(chat).await.iter().any(|message| message["reply_markup"].to_string().contains(label))
}

/// Waits until some message of a chat holds the words: below the notice stands the screen that its button has opened.
async fn shows(server: &TestServer, chat: i64, words: &str) {
    let began = Instant::now();
    while !server.heard(chat).await.iter().any(|text| text.contains(words)) {
        assert!(began.elapsed() < PATIENCE, "no {words:?} in:\n{}", server.picture(chat).await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_every_notice_of_a_taken_client_says_so_across_a_kill() {
    let mut server = TestServer::open().await;
    let (oleg, maria, anna) = people(&server).await;
    lead(&server, oleg).await;
    server.sees(anna, "New lead").await;
    server.sees(maria, "Новый лид").await;
    // The edit of her notice fails until the program is dead: its successor edits it.
    let fault = json!({ "method": "editMessageText", "count": 50, "kind": "500", "chat_id": anna });
    server.control("faults", Some(fault)).await;
    server.taps(maria, "Взять").await;
    shows(&server, maria, ": ведёт Maria").await;
    server.kill();
    assert!(offers(&server, anna, "Take").await);
    server.http.delete(format!("{}/control/faults", server.telegram.api_url())).send().await.unwrap();
    server.start().await;
    server.sees(anna, "taken by Maria").await;
    assert!(!offers(&server, anna, "Take").await);
    assert!(!offers(&server, maria, "Взять").await, "his own notice closes, too");
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_a_notice_that_was_held_up_until_the_client_was_taken_is_not_sent() {
    let mut server = TestServer::open().await;
    let (oleg, maria, anna) = people(&server).await;
    let fault = json!({ "method": "sendMessage", "count": 1, "kind": "429", "retry_after": 3, "chat_id": anna });
    server.control("faults", Some(fault)).await;
    lead(&server, oleg).await;
    server.sees(maria, "Новый лид").await;
    server.taps(maria, "Взять").await;
    shows(&server, maria, ": ведёт Maria").await;
    server.kill();
    server.start().await;
    server.until("select count(*) = 0 from outbox").await;
    assert!(!server.heard(anna).await.iter().any(|text| text.contains("Иван")));
}

#[tokio::test(flavor = "multi_thread")]
async fn r13_a_notice_that_was_on_its_way_when_another_process_closed_it_is_put_right() {
    let server = TestServer::open().await;
    let (oleg, maria, anna) = people(&server).await;
    let fault = json!({ "method": "sendMessage", "count": 1, "kind": "slow", "delay_ms": 1500, "chat_id": anna });
    server.control("faults", Some(fault)).await;
    lead(&server, oleg).await;
    server.sees(maria, "Новый лид").await;
    // The other process found no message of hers to edit; it has left what it knows.
    sqlx::query(
        r#"insert into amendment (chat_id, kind, client_id, outbox_id, markup, made_at)
           values ($1, 'new_lead', 1, 1000000, '{"text": "taken elsewhere", "rows": []}', now())"#,
    )
    .bind(anna)
    .execute(server.db.owner())
    .await
    .unwrap();
    server.sees(anna, "taken elsewhere").await;
    assert!(!offers(&server, anna, "Take").await);
}
