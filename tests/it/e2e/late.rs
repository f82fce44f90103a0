//! Late processes: replaced ones, ending ones, and a database that fails at the wrong moment.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::gauge::Gauge;
use crate::support::proxy::Proxy;
use crate::support::server::{PATIENCE, TestServer};

/// Telegram executes the next new message at once, and answers so much later.
async fn slow_answer(server: &TestServer, milliseconds: u64) {
    let body = json!({ "method": "sendMessage", "kind": "slow", "count": 1, "delay_ms": milliseconds });
    server.control("faults", Some(body)).await;
}

/// The bot's messages of a chat, and whether each has buttons.
async fn buttons(server: &TestServer, person: i64) -> Vec<bool> {
    let messages = server.messages(person).await;
    let own = messages.iter().filter(|message| message["from_person"] == false);
    own.map(|message| {
        message["reply_markup"]["inline_keyboard"].as_array().is_some_and(|rows: &Vec<Value>| !rows.is_empty())
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_r13_a_process_that_learns_too_late_whether_a_message_is_its_own_asks_again() {
    let server = TestServer::open().await;
    let (anna, boris) = (server.superuser("anna").await, server.superuser("boris").await);
    // The question has to be known to every connection, or it would be asked only when the process goes on.
    for _ in 0..20 {
        server.types(boris, "/me").await;
        server.until("select count(*) = 0 from outbox").await;
    }
    // The courier's question waits for this lock, the turn does not.
    let mut lock = server.db.owner().begin().await.unwrap();
    sqlx::query("lock table chat_screen in access exclusive mode").execute(&mut *lock).await.unwrap();
    server.types(anna, "/me").await;
    let asked = "select exists (select from pg_locks where relation = 'chat_screen'::regclass and not granted)";
    let began = Instant::now();
    while !sqlx::query_scalar::<_, bool>(asked).fetch_one(&mut *lock).await.unwrap() {
        assert!(began.elapsed() < PATIENCE, "nobody asks");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.signal(Signal::STOP);
    // The answer, that it may send, arrives while it is stopped.
    lock.rollback().await.unwrap();
    let _second = server.replica().await;
    server.sees(anna, "Логин: anna").await;
    server.types(anna, "/menu").await;
    server.sees(anna, "что делаем").await;
    server.until("select count(*) = 0 from outbox").await;
    server.signal(Signal::CONT);
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(server.heard(anna).await.len(), 2, "{}", server.picture(anna).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_r13_a_screen_that_was_sent_too_late_does_not_become_the_living_one() {
    let server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    slow_answer(&server, 7_000).await;
    server.types(anna, "/me").await;
    server.sees(anna, "Логин: anna").await;
    let _second = server.replica().await;
    server.signal(Signal::STOP);
    // The message is there, but no process has kept that: the other one sends it again.
    let began = Instant::now();
    while server.heard(anna).await.len() < 2 {
        assert!(began.elapsed() < PATIENCE, "nobody takes over");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    server.types(anna, "/language").await;
    server.sees(anna, "На каком языке").await;
    server.until("select count(*) = 0 from outbox").await;
    server.signal(Signal::CONT);
    // Its own message loses its buttons, and the newest stays what taps and words change.
    let began = Instant::now();
    while buttons(&server, anna).await != [false, false, true] {
        assert!(began.elapsed() < PATIENCE, "{:?}:\n{}", buttons(&server, anna).await, server.picture(anna).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    server.taps(anna, "English").await;
    server.sees(anna, "I speak English now").await;
    assert_eq!(server.heard(anna).await.len(), 3, "{}", server.picture(anna).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_r13_a_message_that_is_taken_over_goes_before_a_younger_one_that_waits_for_a_place() {
    let mut server = TestServer::set().await;
    let gauge = Gauge::start(server.telegram.api_url()).await;
    server.configure("TELEGRAM_API_URL", gauge.url.clone());
    server.start().await;
    let anna = server.superuser("anna").await;
    let mut crowd = Vec::new();
    for number in 0..40 {
        crowd.push(server.superuser(&format!("crowd{number}")).await);
    }
    let body = json!({ "method": "sendMessage", "count": 1, "kind": "429", "retry_after": 60, "chat_id": anna });
    server.control("faults", Some(body)).await;
    server.types(anna, "/me").await;
    server.until("select count(*) > 0 from outbox").await;
    let _second = server.replica().await;
    // All places of the second process are taken before it learns that the first one is not at work any more.
    gauge.slow("Логин: crowd", Duration::from_secs(5));
    server.signal(Signal::STOP);
    for person in crowd {
        server.types(person, "/me").await;
    }
    server.types(anna, "/menu").await;
    server.sees(anna, "что делаем").await;
    server.until("select count(*) = 0 from outbox").await;
    let heard = server.heard(anna).await;
    assert!(heard.len() == 2 && heard[0].contains("Логин: anna"), "{heard:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_r6_what_was_sent_is_forgotten_before_what_is_younger_is_sent() {
    let mut server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    server.types(anna, "/language").await;
    let (message, data) = server.button(anna, "English").await;
    server.until("select count(*) = 0 from outbox").await;
    let body = json!({ "method": "editMessageText", "kind": "slow", "count": 1, "delay_ms": 1_500 });
    server.control("faults", Some(body)).await;
    server.presses(anna, message, &data).await;
    server.sees(anna, "I speak English now").await;
    // The screen is drawn, and the database cannot record it.
    let mut lock = server.db.owner().begin().await.unwrap();
    let held =
        sqlx::query("select from outbox where payload ? 'Screen' for update").fetch_all(&mut *lock).await.unwrap();
    assert_eq!(held.len(), 1);
    server.types(anna, "/me").await;
    server.until("select count(*) = 3 from seen_update").await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    server.kill();
    lock.rollback().await.unwrap();
    server.start().await;
    server.until("select count(*) = 0 from outbox").await;
    let heard = server.heard(anna).await;
    assert!(heard.len() == 2 && heard[0].contains("I speak English now") && heard[1].contains("anna"), "{heard:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_r9_a_message_that_was_sent_when_the_database_fell_silent_is_not_sent_again() {
    let mut server = TestServer::set().await;
    let proxy = Proxy::start(server.db.socket_folder()).await;
    server.configure("DATABASE_URL", server.db.url_through(proxy.address()));
    server.start().await;
    let anna = server.superuser("anna").await;
    slow_answer(&server, 1_000).await;
    server.types(anna, "/me").await;
    server.sees(anna, "Логин: anna").await;
    proxy.silence(true);
    tokio::time::sleep(Duration::from_secs(2)).await;
    proxy.silence(false);
    server.until("select count(*) = 0 from outbox").await;
    server.types(anna, "/menu").await;
    server.sees(anna, "что делаем").await;
    assert_eq!((server.heard(anna).await.len(), buttons(&server, anna).await), (2, vec![false, true]));
}

#[tokio::test(flavor = "multi_thread")]
async fn r4_r12_a_process_that_ends_takes_nothing_behind_an_update_that_has_to_come_again() {
    let mut server = TestServer::set().await;
    let proxy = Proxy::start(server.db.socket_folder()).await;
    server.configure("DATABASE_URL", server.db.url_through(proxy.address()));
    server.start().await;
    let anna = server.superuser("anna").await;
    server.types(anna, "/language").await;
    server.sees(anna, "На каком языке").await;
    server.until("select count(*) = 0 from outbox").await;
    // The turn of the first waits for an answer that never comes, until two seconds after the end was asked for.
    proxy.silence(true);
    server.types(anna, "/me").await;
    server.types(anna, "/menu").await;
    tokio::time::sleep(Duration::from_secs(8)).await;
    proxy.silence(false);
    let (_, took) = server.end(Signal::TERM).await;
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert_eq!(server.heard(anna).await.len(), 1, "nothing was taken:\n{}", server.picture(anna).await);
    server.start().await;
    server.sees(anna, "что делаем").await;
    let heard = server.heard(anna).await;
    assert!(heard.len() == 3 && heard[1].contains("Логин: anna"), "{heard:?}");
}
