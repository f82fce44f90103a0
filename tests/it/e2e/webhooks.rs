//! Updates pushed by Telegram.

use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::server::TestServer;

const SECRET: &str = "a-secret_of_the_webhook_that_is_long_enough";

async fn server() -> TestServer {
    let mut server = TestServer::set().await;
    let url = format!("http://{}/telegram", server.listen());
    server.configure("WEBHOOK_URL", url);
    server.configure("WEBHOOK_SECRET", SECRET);
    server.configure("WEBHOOK_SECRET_PREVIOUS", "the-one-before");
    let (code, said) = server.runs(&["webhook", "set"]);
    assert_eq!(code, 0, "{said}");
    server.start().await;
    server
}

async fn delivery(server: &TestServer, secret: Option<&str>, body: String) -> u16 {
    // A connection of its own: one whose body was not read to its end is not for the next request.
    let http = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
    let mut request = http.post(format!("http://{}/telegram", server.listen())).body(body);
    if let Some(secret) = secret {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    request.send().await.map_or(0, |answer| answer.status().as_u16())
}

fn update(id: i64, person: i64) -> String {
    let from = json!({ "id": person, "is_bot": false, "first_name": "A" });
    let chat = json!({ "id": person, "type": "private", "first_name": "A" });
    let message = json!({ "message_id": 900, "date": 1, "from": from, "chat": chat, "text": "/me" });
    json!({ "update_id": id, "message": message }).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn g11_only_who_knows_the_secret_is_heard_and_bodies_are_bounded() {
    let server = server().await;
    let anna = server.superuser("anna").await;
    server.types(anna, "/menu").await;
    server.sees(anna, "что делаем").await;
    assert_eq!(delivery(&server, None, update(1, anna)).await, 401);
    assert_eq!(delivery(&server, Some("wrong"), update(2, anna)).await, 401);
    assert_eq!(delivery(&server, Some(""), update(3, anna)).await, 401);
    assert_eq!(delivery(&server, Some(SECRET), "not json".into()).await, 400);
    assert!(matches!(delivery(&server, Some(SECRET), "x".repeat(1_100_000)).await, 413 | 0));
    // Of a stranger's request not even the body is read.
    assert!(matches!(delivery(&server, Some("wrong"), "x".repeat(1_100_000)).await, 401 | 0));
    assert_eq!(delivery(&server, Some(SECRET), update(4, anna)).await, 200);
    assert_eq!(delivery(&server, Some("the-one-before"), update(5, anna)).await, 200);
    server.until("select count(*) = 3 from seen_update").await;
    let numbers =
        server.http.get(format!("http://{}/metrics", server.listen())).send().await.unwrap().text().await.unwrap();
    // Those without a valid secret are counted; the one whose body is not read may be cut off before.
    let counted = ["\ncrmbot_webhook_refused_total 4\n", "\ncrmbot_webhook_refused_total 3\n"];
    assert!(counted.iter().any(|line| numbers.contains(line)), "{numbers}");
}

#[tokio::test(flavor = "multi_thread")]
async fn r1_r2_a_webhook_loses_nothing_over_kills_and_repeats_nothing() {
    let mut server = server().await;
    let anna = server.superuser("anna").await;
    for moment in [0, 3, 8, 15, 30, 60] {
        server.types(anna, "/me").await;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        server.kill();
        server.start().await;
        server.types(anna, "/menu").await;
        server.sees(anna, "что делаем").await;
    }
    server.until("select version = 12 from chat_session").await;
    server.until("select count(*) = 0 from outbox").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r12_starting_and_stopping_touches_no_webhook_and_the_commands_do() {
    let mut server = server().await;
    let anna = server.superuser("anna").await;
    server.types(anna, "/me").await;
    server.sees(anna, "Логин: anna").await;
    let (status, took) = server.end(Signal::TERM).await;
    assert!(status.success() && took < Duration::from_secs(10), "{status} {took:?}");
    let calls = server.control("calls?after=0", None).await;
    let touched = |calls: &Value| {
        let methods = calls["calls"].as_array().unwrap().iter().filter_map(|call| call["method"].as_str());
        methods.filter(|method| matches!(method.to_lowercase().as_str(), "setwebhook" | "deletewebhook")).count()
    };
    assert_eq!(touched(&calls), 1, "only `webhook set` did");
    let (code, said) = server.runs(&["webhook", "info"]);
    assert!(code == 0 && said.contains("/telegram") && !said.contains(SECRET), "{said}");
    let (code, said) = server.runs(&["webhook", "delete"]);
    assert_eq!(code, 0, "{said}");
    let (_, said) = server.runs(&["webhook", "info"]);
    assert!(said.contains("none"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_without_secret_or_tls_is_refused_with_one_line() {
    let mut server = TestServer::set().await;
    server.configure("WEBHOOK_URL", "https://crm.example.com/telegram");
    let (code, said) = server.runs(&["run"]);
    assert!(code == 2 && said.contains("WEBHOOK_SECRET"), "{said}");
    server.configure("WEBHOOK_SECRET", "too-short");
    let (code, said) = server.runs(&["webhook", "set"]);
    assert!(code == 2 && said.contains("32 characters") && !said.contains("too-short"), "{said}");
    server.configure("WEBHOOK_SECRET", "not possible");
    let (code, said) = server.runs(&["run"]);
    assert!(code == 2 && said.contains("WEBHOOK_SECRET") && !said.contains("not possible"), "{said}");
    server.configure("WEBHOOK_SECRET", SECRET);
    server.configure("WEBHOOK_URL", "http://crm.example.com/telegram");
    let (code, said) = server.runs(&["run"]);
    assert!(code == 2 && said.contains("https"), "{said}");
}
