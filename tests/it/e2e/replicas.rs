//! Several processes on one database.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;

use crate::support::stage::{Replica, Stage};

#[tokio::test(flavor = "multi_thread")]
async fn r13_another_process_takes_over_polling_from_one_that_was_killed() {
    let mut stage = Stage::open().await;
    let anna = stage.superuser("anna").await;
    let _second = stage.replica().await;
    stage.types(anna, "/me").await;
    stage.sees(anna, "Логин: anna").await;
    stage.kill();
    let began = Instant::now();
    stage.types(anna, "/menu").await;
    stage.sees(anna, "что делаем").await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn r13_a_poller_that_is_stopped_is_replaced_and_does_no_harm_when_it_goes_on() {
    let stage = Stage::open().await;
    let anna = stage.superuser("anna").await;
    let _second = stage.replica().await;
    stage.types(anna, "/me").await;
    stage.sees(anna, "Логин: anna").await;
    stage.signal(Signal::STOP);
    let began = Instant::now();
    stage.types(anna, "/help").await;
    stage.sees(anna, "Что я умею").await;
    assert!(began.elapsed() < Duration::from_secs(6), "{:?}", began.elapsed());
    stage.signal(Signal::CONT);
    for _ in 0..5 {
        stage.types(anna, "/me").await;
        stage.types(anna, "/menu").await;
    }
    stage.until("select version = 12 from chat_session").await;
    stage.sees(anna, "что делаем").await;
    stage.until("select count(*) = 0 from outbox").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r4_r13_webhooks_on_three_processes_keep_each_chats_order_and_double_nothing() {
    let mut stage = Stage::set().await;
    // The first process's address stands for the balancer; the others are fed the same updates by hand, at once.
    let url = format!("http://{}/telegram", stage.listen());
    stage.configure("WEBHOOK_URL", url);
    stage.configure("WEBHOOK_SECRET", "secret");
    stage.start().await;
    let (second, third) = (stage.replica().await, stage.replica().await);
    let people = [stage.superuser("anna").await, stage.superuser("boris").await];
    let replicas = [stage.listen().to_owned(), second.listen.clone(), third.listen.clone()];
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
                let request = stage.http.post(format!("http://{replica}/telegram")).json(&update);
                sent.push(tokio::spawn(request.header("X-Telegram-Bot-Api-Secret-Token", "secret").send()));
            }
        }
    }
    for answer in sent {
        assert_eq!(answer.await.unwrap().unwrap().status().as_u16(), 200);
    }
    stage.until("select count(*) = 40 from seen_update").await;
    stage.until("select bool_and(version = 20) and count(*) = 2 from chat_session").await;
    stage.until("select count(*) = 0 from outbox").await;
    stage.until("select count(*) = 0 from parked_update").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_r13_what_a_killed_process_had_to_send_is_sent_by_another() {
    let mut stage = Stage::open().await;
    let anna = stage.superuser("anna").await;
    let body = json!({ "method": "sendMessage", "count": 1, "kind": "429", "retry_after": 2 });
    stage.control("faults", Some(body)).await;
    stage.types(anna, "/me").await;
    stage.until("select count(*) > 0 from outbox").await;
    let _second = stage.replica().await;
    stage.kill();
    stage.sees(anna, "Логин: anna").await;
    stage.until("select count(*) = 0 from outbox").await;
}

/// Has the first answer of a chat wait with the process that has it, and a second process beside that one.
async fn an_answer_that_waits(seconds: u32) -> (Stage, i64, Replica) {
    let stage = Stage::open().await;
    let anna = stage.superuser("anna").await;
    let body = json!({ "method": "sendMessage", "count": 1, "kind": "429", "retry_after": seconds });
    stage.control("faults", Some(body)).await;
    let second = stage.replica().await;
    stage.types(anna, "/me").await;
    stage.until("select count(*) > 0 from outbox").await;
    (stage, anna, second)
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_r13_what_a_killed_process_had_to_send_comes_before_what_another_has_to_say() {
    let (mut stage, anna, _second) = an_answer_that_waits(5).await;
    stage.kill();
    stage.types(anna, "/menu").await;
    stage.until("select count(*) = 2 from seen_update").await;
    stage.until("select count(*) = 0 from outbox").await;
    let heard = stage.heard(anna).await;
    assert!(heard.len() == 2 && heard[0].contains("Логин: anna") && heard[1].contains("что делаем"), "{heard:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_r13_a_process_that_was_stopped_does_not_send_what_another_has_sent() {
    let (stage, anna, _second) = an_answer_that_waits(8).await;
    stage.signal(Signal::STOP);
    stage.sees(anna, "Логин: anna").await;
    stage.types(anna, "/menu").await;
    stage.sees(anna, "что делаем").await;
    stage.until("select count(*) = 0 from outbox").await;
    stage.signal(Signal::CONT);
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(stage.heard(anna).await.len(), 2, "{}", stage.picture(anna).await);
}
