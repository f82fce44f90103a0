//! Kills and stops at any moment.

use std::time::Duration;

use crmbot::domain::Group;
use rustix::process::Signal;
use serde_json::json;

use crate::support::stage::Stage;

/// Moments after a message at which the program is killed: before it has it, in the middle, after.
const MOMENTS_MS: [u64; 12] = [0, 2, 5, 8, 12, 16, 20, 25, 30, 40, 60, 90];

#[tokio::test(flavor = "multi_thread")]
async fn r1_r6_kill_9_at_any_moment_loses_no_update_and_no_answer() {
    let mut stage = Stage::open().await;
    let anna = stage.superuser("anna").await;
    for (round, moment) in MOMENTS_MS.into_iter().enumerate() {
        // Each round has an effect of its own in the database, and an answer of its own.
        stage.types(anna, "/language").await;
        stage.sees(anna, if round % 2 == 0 { "На каком языке" } else { "Which language" }).await;
        stage.taps(anna, if round % 2 == 0 { "English" } else { "Русский" }).await;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        stage.kill();
        stage.start().await;
        stage.sees(anna, if round % 2 == 0 { "I speak English now" } else { "Теперь я говорю по-русски" }).await;
        stage.types(anna, "/menu").await;
        stage.sees(anna, if round % 2 == 0 { "what shall we do" } else { "что делаем" }).await;
    }
    stage.until("select count(*) = 0 from outbox").await;
    stage.until("select count(*) = 0 from parked_update").await;
    stage.until("select count(*) = 36 from seen_update").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r2_r4_what_is_delivered_twice_or_again_takes_effect_once_and_in_order() {
    let stage = Stage::open().await;
    let anna = stage.superuser("anna").await;
    stage.control("updates/duplicate", Some(json!({ "count": 30 }))).await;
    stage.control("updates/hold", Some(json!({}))).await;
    let mut last = 0;
    for _ in 0..10 {
        for text in ["/me", "/help", "/menu"] {
            let sent = stage.control(&format!("people/{anna}/send"), Some(json!({ "text": text }))).await;
            last = sent["update_id"].as_i64().unwrap();
        }
    }
    stage.control("updates/shuffle", Some(json!({}))).await;
    stage.control("updates/release", Some(json!({}))).await;
    stage.until("select count(*) = 30 from seen_update").await;
    stage.until("select version = 30 from chat_session").await;
    stage.sees(anna, "что делаем").await;
    stage.control("updates/redeliver", Some(json!({ "update_id": last, "times": 3 }))).await;
    stage.types(anna, "/me").await;
    stage.sees(anna, "Логин: anna").await;
    stage.until("select version = 31 from chat_session").await;
    // Committed is not yet sent: the last answers may still be on their way.
    stage.until("select count(*) = 0 from outbox").await;
    let heard = stage.heard(anna).await;
    assert_eq!(heard.len(), 31, "one answer to each message");
    let order: Vec<bool> =
        heard.chunks(3).take(10).map(|three| three[0].contains("Логин") && three[1].contains("умею")).collect();
    assert_eq!(order, [true; 10], "answers stand in the order of the messages");
}

#[tokio::test(flavor = "multi_thread")]
async fn r12_sigterm_and_sigint_end_within_ten_seconds_at_any_moment_and_lose_nothing() {
    let mut stage = Stage::open().await;
    let anna = stage.superuser("anna").await;
    for (round, moment) in [0, 3, 10, 25, 60, 200].into_iter().enumerate() {
        for _ in 0..5 {
            stage.types(anna, "/me").await;
        }
        tokio::time::sleep(Duration::from_millis(moment)).await;
        let signal = if round % 2 == 0 { Signal::TERM } else { Signal::INT };
        let (status, took) = stage.end(signal).await;
        assert!(status.success(), "{status}");
        assert!(took < Duration::from_secs(10), "{took:?}");
        stage.start().await;
        stage.types(anna, "/menu").await;
        stage.sees(anna, "что делаем").await;
    }
    stage.until("select version = 36 from chat_session").await;
    stage.until("select count(*) = 0 from outbox").await;
    let calls = stage.control("calls?after=0", None).await;
    let methods: Vec<&str> =
        calls["calls"].as_array().unwrap().iter().filter_map(|call| call["method"].as_str()).collect();
    assert!(methods.contains(&"getUpdates"));
    assert!(!methods.iter().any(|method| method.to_lowercase().contains("webhook")), "R12: the webhook is not touched");
}

#[tokio::test(flavor = "multi_thread")]
async fn r12_sigterm_ends_the_program_also_while_it_is_starting() {
    let mut stage = Stage::set().await;
    for moment in [30, 80, 150, 300] {
        stage.spawn();
        tokio::time::sleep(Duration::from_millis(moment)).await;
        let (_, took) = stage.end(Signal::TERM).await;
        assert!(took < Duration::from_secs(10), "{took:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e5_a_form_goes_on_after_a_restart_and_has_made_no_half_record() {
    let mut stage = Stage::open().await;
    stage.ad("Avito", "AVITO").await;
    let oleg = stage.staff("oleg", "en", Group::Operators).await;
    stage.types(oleg, "/lead").await;
    stage.types(oleg, "8 912 345-67-89").await;
    stage.types(oleg, "Ivan").await;
    stage.sees(oleg, "e-mail").await;
    stage.end(Signal::TERM).await;
    // E5: nothing of the client is written yet
    stage.until("select count(*) = 0 from client").await;
    stage.start().await;
    stage.taps(oleg, "Skip").await;
    stage.taps(oleg, "Avito").await;
    stage.taps(oleg, "Save").await;
    // E5: the form has kept what was typed before the restart
    stage.until("select count(*) = 1 from client join touch on client_id = client.id where first_name = 'Ivan'").await;
}
