//! Several processes on one database.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;

use crate::support::server::{Replica, TestServer};

#[tokio::test(flavor = "multi_thread")]
async fn r13_another_process_takes_over_polling_from_one_that_was_killed() {
    let mut server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    let _second = server.replica().await;
    server.types(anna, "/me").await;
    server.sees(anna, "Логин: anna").await;
    server.kill();
    let began = Instant::now();
    server.types(anna, "/menu").await;
    server.sees(anna, "что делаем").await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn r13_a_poller_that_is_stopped_is_replaced_and_does_no_harm_when_it_goes_on() {
    let server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    let _second = server.replica().await;
    server.types(anna, "/me").await;
    server.sees(anna, "Логин: anna").await;
    server.signal(Signal::STOP);
    let began = Instant::now();
    server.types(anna, "/help").await;
    server.sees(anna, "Что я умею").await;
    assert!(began.elapsed() < Duration::from_secs(6), "{:?}", began.elapsed());
    server.signal(Signal::CONT);
    for _ in 0..5 {
        server.types(anna, "/me").await;
        server.types(anna, "/menu").await;
    }
    server.until("select version = 12 from chat_session").await;
    server.sees(anna, "что делаем").await;
    server.until("select count(*) = 0 from outbox").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r4_r13_webhooks_on_three_processes_keep_each_chats_order_and_double_nothing() {
    let mut server = TestServer::set().await;
    // The first process's address stands for the balancer; the others are fed the same updates by hand, at once.
    let url = format!("http://{}/telegram", server.listen());
    server.configure("WEBHOOK_URL", url);
    server.configure("WEBHOOK_SECRET", "a-secret_of_32_characters_at_least");
    server.start().await;
    let (second, third) = (server.replica().await, server.replica().await);
    let people = [server.superuser("anna").await, server.superuser("boris").await];
    let replicas = [server.listen().to_owned(), second.listen.clone(), third.listen.clone()];
    let mut sent = Vec::new();
    for round in 0..20_i64 {
        for (number, person) in (0..).zip(people) {
            let id = 1_000 + round * 2 + number;
            let from = json!({ "id": person, "is_bot": false, "first_name": "A" });
            let chat = json!({ "id": person, "type": "private", "first_name": "A" });
            let message = json!({ "message_id": 900 + round, "date": 1, "from": from, "chat": chat, "text": "/me" });
            let update = json!({ "update_id": id, "message": message });
            // Every update reaches all three at once.
            for replica in &replicas {
                let request = server.http.post(format!("http://{replica}/telegram")).json(&update);
                sent.push(tokio::spawn(
                    request.header("X-Telegram-Bot-Api-Secret-Token", "a-secret_of_32_characters_at_least").send(),
                ));
            }
        }
    }
    for answer in sent {
        assert_eq!(answer.await.unwrap().unwrap().status().as_u16(), 200);
    }
    server.until("select count(*) = 40 from seen_update").await;
    server.until("select bool_and(version = 20) and count(*) = 2 from chat_session").await;
    server.until("select count(*) = 0 from outbox").await;
    server.until("select count(*) = 0 from parked_update").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_r13_what_a_killed_process_had_to_send_is_sent_by_another() {
    let mut server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    let body = json!({ "method": "sendMessage", "count": 1, "kind": "429", "retry_after": 2 });
    server.control("faults", Some(body)).await;
    server.types(anna, "/me").await;
    server.until("select count(*) > 0 from outbox").await;
    let _second = server.replica().await;
    server.kill();
    server.sees(anna, "Логин: anna").await;
    server.until("select count(*) = 0 from outbox").await;
}

/// Has the first answer of a chat wait with the process that has it, and a second process beside that one.
async fn an_answer_that_waits(seconds: u32) -> (TestServer, i64, Replica) {
    let server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    let body = json!({ "method": "sendMessage", "count": 1, "kind": "429", "retry_after": seconds });
    server.control("faults", Some(body)).await;
    let second = server.replica().await;
    server.types(anna, "/me").await;
    server.until("select count(*) > 0 from outbox").await;
    (server, anna, second)
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_r13_what_a_killed_process_had_to_send_comes_before_what_another_has_to_say() {
    let (mut server, anna, _second) = an_answer_that_waits(5).await;
    server.kill();
    server.types(anna, "/menu").await;
    server.until("select count(*) = 2 from seen_update").await;
    server.until("select count(*) = 0 from outbox").await;
    let heard = server.heard(anna).await;
    assert!(heard.len() == 2 && heard[0].contains("Логин: anna") && heard[1].contains("что делаем"), "{heard:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_r13_a_process_that_was_stopped_does_not_send_what_another_has_sent() {
    let (server, anna, _second) = an_answer_that_waits(8).await;
    server.signal(Signal::STOP);
    server.sees(anna, "Логин: anna").await;
    server.types(anna, "/menu").await;
    server.sees(anna, "что делаем").await;
    server.until("select count(*) = 0 from outbox").await;
    server.signal(Signal::CONT);
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(server.heard(anna).await.len(), 2, "{}", server.picture(anna).await);
}
