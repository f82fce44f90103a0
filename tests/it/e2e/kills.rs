//! Kills and stops at any moment.

use std::time::Duration;

use crmbot::domain::Group;
use rustix::process::Signal;
use serde_json::json;

use crate::support::server::TestServer;

/// Moments after a message at which the program is killed: before it has it, in the middle, after.
const MOMENTS_MS: [u64; 12] = [0, 2, 5, 8, 12, 16, 20, 25, 30, 40, 60, 90];

#[tokio::test(flavor = "multi_thread")]
async fn r1_r6_kill_9_at_any_moment_loses_no_update_and_no_answer() {
    let mut server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    for (round, moment) in MOMENTS_MS.into_iter().enumerate() {
        // Each round has an effect of its own in the database, and an answer of its own.
        server.types(anna, "/language").await;
        server.sees(anna, if round % 2 == 0 { "На каком языке" } else { "Which language" }).await;
        server.taps(anna, if round % 2 == 0 { "English" } else { "Русский" }).await;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        server.kill();
        server.start().await;
        server.sees(anna, if round % 2 == 0 { "I speak English now" } else { "Теперь я говорю по-русски" }).await;
        server.types(anna, "/menu").await;
        server.sees(anna, if round % 2 == 0 { "what shall we do" } else { "что делаем" }).await;
    }
    server.until("select count(*) = 0 from outbox").await;
    server.until("select count(*) = 0 from parked_update").await;
    server.until("select count(*) = 36 from seen_update").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r2_r4_what_is_delivered_twice_or_again_takes_effect_once_and_in_order() {
    let server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    server.control("updates/duplicate", Some(json!({ "count": 30 }))).await;
    server.control("updates/hold", Some(json!({}))).await;
    let mut last = 0;
    for _ in 0..10 {
        for text in ["/me", "/help", "/menu"] {
            let sent = server.control(&format!("people/{anna}/send"), Some(json!({ "text": text }))).await;
            last = sent["update_id"].as_i64().unwrap();
        }
    }
    server.control("updates/shuffle", Some(json!({}))).await;
    server.control("updates/release", Some(json!({}))).await;
    server.until("select count(*) = 30 from seen_update").await;
    server.until("select version = 30 from chat_session").await;
    server.sees(anna, "что делаем").await;
    server.control("updates/redeliver", Some(json!({ "update_id": last, "times": 3 }))).await;
    server.types(anna, "/me").await;
    server.sees(anna, "Логин: anna").await;
    server.until("select version = 31 from chat_session").await;
    // Committed is not yet sent: the last answers may still be on their way.
    server.until("select count(*) = 0 from outbox").await;
    let heard = server.heard(anna).await;
    assert_eq!(heard.len(), 31, "one answer to each message");
    let order: Vec<bool> =
        heard.chunks(3).take(10).map(|three| three[0].contains("Логин") && three[1].contains("умею")).collect();
    assert_eq!(order, [true; 10], "answers stand in the order of the messages");
}

#[tokio::test(flavor = "multi_thread")]
async fn r12_sigterm_and_sigint_end_within_ten_seconds_at_any_moment_and_lose_nothing() {
    let mut server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    for (round, moment) in [0, 3, 10, 25, 60, 200].into_iter().enumerate() {
        for _ in 0..5 {
            server.types(anna, "/me").await;
        }
        tokio::time::sleep(Duration::from_millis(moment)).await;
        let signal = if round % 2 == 0 { Signal::TERM } else { Signal::INT };
        let (status, took) = server.end(signal).await;
        assert!(status.success(), "{status}");
        assert!(took < Duration::from_secs(10), "{took:?}");
        server.start().await;
        server.types(anna, "/menu").await;
        server.sees(anna, "что делаем").await;
    }
    server.until("select version = 36 from chat_session").await;
    server.until("select count(*) = 0 from outbox").await;
    let calls = server.control("calls?after=0", None).await;
    let methods: Vec<&str> =
        calls["calls"].as_array().unwrap().iter().filter_map(|call| call["method"].as_str()).collect();
    assert!(methods.contains(&"getUpdates"));
    assert!(!methods.iter().any(|method| method.to_lowercase().contains("webhook")), "R12: the webhook is not touched");
}

#[tokio::test(flavor = "multi_thread")]
async fn r12_sigterm_ends_the_program_also_while_it_is_starting() {
    let mut server = TestServer::set().await;
    for moment in [30, 80, 150, 300] {
        server.spawn();
        tokio::time::sleep(Duration::from_millis(moment)).await;
        let (_, took) = server.end(Signal::TERM).await;
        assert!(took < Duration::from_secs(10), "{took:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e5_a_form_goes_on_after_a_restart_and_has_made_no_half_record() {
    let mut server = TestServer::open().await;
    server.ad("Avito", "AVITO").await;
    let oleg = server.staff("oleg", "en", Group::Operators).await;
    server.types(oleg, "/lead").await;
    server.types(oleg, "8 912 345-67-89").await;
    server.types(oleg, "Ivan").await;
    server.sees(oleg, "3 of 3").await;
    server.end(Signal::TERM).await;
    // E5: nothing of the client is written yet
    server.until("select count(*) = 0 from client").await;
    server.start().await;
    server.taps(oleg, "Avito").await;
    server.taps(oleg, "Save").await;
    // E5: the form has kept what was typed before the restart
    server.until("select count(*) = 1 from client join touch on client_id = client.id where first_name = 'Ivan'").await;
}
