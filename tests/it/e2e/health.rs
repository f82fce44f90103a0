//! Monitoring of the program: `/healthz`, `/readyz`, `/metrics`, and whose turn a line of the log belongs to.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::server::{PATIENCE, TestServer};

async fn page(server: &TestServer, path: &str) -> (u16, String) {
    let answer = server.http.get(format!("http://{}{path}", server.listen())).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// The value of a line of `/metrics`.
fn value(page: &str, name: &str) -> f64 {
    let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name} in:\n{page}")).parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn g13_metrics_tell_of_the_program_and_of_nobody() {
    let server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    let stranger = server.person("Stefan", "ru").await;
    let fault = json!({ "method": "sendMessage", "count": 1, "kind": "500" });
    server.control("faults", Some(fault)).await;
    server.types(anna, "/me").await;
    server.sees(anna, "Логин: anna").await;
    server.types(stranger, "/login anna").await;
    server.sees(stranger, "Пароль").await;
    server.types(stranger, "canary-wrong-password").await;
    server.sees(stranger, "неверны").await;
    server.control("updates/raw", Some(json!({ "message": { "nonsense": true } }))).await;
    server.until("select count(*) = 1 from parked_update").await;
    server.until("select count(*) = 0 from outbox").await;

    let (status, page) = page(&server, "/metrics").await;
    assert_eq!(status, 200);
    assert_eq!(value(&page, "crmbot_intake_waiting"), 0.0);
    assert_eq!(value(&page, "crmbot_intake_lag_seconds"), 0.0);
    assert_eq!(value(&page, "crmbot_database_up"), 1.0);
    assert_eq!(value(&page, "crmbot_outbox_messages"), 0.0);
    assert_eq!(value(&page, "crmbot_outbox_age_seconds"), 0.0);
    assert_eq!(value(&page, "crmbot_parked_updates"), 1.0);
    assert_eq!(value(&page, "crmbot_login_failures_total"), 1.0);
    assert_eq!(value(&page, "crmbot_turn_seconds_count"), 4.0);
    assert_eq!(value(&page, "crmbot_turn_seconds_bucket{le=\"+Inf\"}"), 4.0);
    assert!(
        value(&page, "crmbot_turn_seconds_bucket{le=\"0.005\"}")
            <= value(&page, "crmbot_turn_seconds_bucket{le=\"10\"}")
    );
    assert!(value(&page, "crmbot_pool_connections{state=\"idle\"}") >= 1.0);
    assert_eq!(value(&page, "crmbot_telegram_errors_total{method=\"sendMessage\",kind=\"unsure\"}"), 1.0);
    for personal in ["anna", "Stefan", &anna.to_string(), &stranger.to_string()] {
        assert!(!page.contains(personal), "{personal} in:\n{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g13_what_waits_is_seen_in_the_metrics_and_for_how_long() {
    let server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    server.types(anna, "/me").await;
    server.sees(anna, "Логин: anna").await;
    let until = async |name: &str, least: f64| {
        let began = Instant::now();
        while value(&page(&server, "/metrics").await.1, name) < least {
            assert!(began.elapsed() < PATIENCE, "{name} stays below {least}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    // Another transaction holds the chat's row: the update waits, and its connection with it.
    let mut holder = server.db.owner().begin().await.unwrap();
    sqlx::query("select from chat_session for update").execute(&mut *holder).await.unwrap();
    server.types(anna, "/menu").await;
    until("crmbot_intake_waiting", 1.0).await;
    until("crmbot_intake_lag_seconds", 0.5).await;
    until("crmbot_pool_connections{state=\"in_use\"}", 1.0).await;
    holder.rollback().await.unwrap();
    server.sees(anna, "что делаем").await;
    // Telegram lets nothing through to the chat: the messages wait, and grow old.
    let fault = json!({ "method": "*", "count": 50, "kind": "429", "retry_after": 2, "chat_id": anna });
    server.control("faults", Some(fault)).await;
    server.types(anna, "/me").await;
    until("crmbot_outbox_messages", 1.0).await;
    until("crmbot_outbox_age_seconds", 1.0).await;
    server.http.delete(format!("{}/control/faults", server.telegram.api_url())).send().await.unwrap();
    server.sees(anna, "Логин: anna").await;
    server.until("select count(*) = 0 from outbox").await;
    let numbers = page(&server, "/metrics").await.1;
    assert_eq!((value(&numbers, "crmbot_intake_waiting"), value(&numbers, "crmbot_outbox_messages")), (0.0, 0.0));
    assert!(numbers.contains("crmbot_telegram_errors_total{method="), "{numbers}");
    let slow =
        value(&numbers, "crmbot_turn_seconds_count") - value(&numbers, "crmbot_turn_seconds_bucket{le=\"0.25\"}");
    assert!(slow >= 1.0, "the turn that waited is a slow one: {numbers}");
}

#[tokio::test(flavor = "multi_thread")]
async fn g13_a_page_of_another_site_reads_nothing_by_a_name_that_leads_here() {
    let server = TestServer::open().await;
    let asked = async |path: &str, host: &str| {
        let request = server.http.get(format!("http://{}{path}", server.listen())).header("host", host);
        request.send().await.unwrap().status().as_u16()
    };
    for path in ["/metrics", "/readyz", "/healthz"] {
        assert_eq!(asked(path, "evil.example:8080").await, 421, "{path}");
        assert_eq!(asked(path, "localhost:8080").await, 200, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g13_without_postgres_the_program_lives_but_is_not_ready() {
    let server = TestServer::open().await;
    server.db.shut(true).await;
    let began = Instant::now();
    while page(&server, "/readyz").await.0 != 503 {
        assert!(began.elapsed() < PATIENCE, "still ready");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(page(&server, "/healthz").await, (200, "alive\n".to_owned()));
    let (status, numbers) = page(&server, "/metrics").await;
    assert_eq!((status, value(&numbers, "crmbot_database_up")), (200, 0.0));
    assert!(!numbers.contains("crmbot_outbox_messages"), "what is not known is not told");
    server.db.shut(false).await;
    let began = Instant::now();
    while page(&server, "/readyz").await != (200, "ready\n".to_owned()) {
        assert!(began.elapsed() < PATIENCE, "not ready again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g13_r18_a_program_that_hears_nothing_of_telegram_is_not_ready() {
    let server = TestServer::open().await;
    let fault = json!({ "method": "getUpdates", "count": 100_000, "kind": "500" });
    server.control("faults", Some(fault)).await;
    // Whatever is said ends the poll under way; the next one fails.
    let anna = server.superuser("anna").await;
    server.types(anna, "/menu").await;
    // It takes this long until silence is no rest any more.
    let began = Instant::now();
    while page(&server, "/readyz").await != (503, "not ready: Telegram does not answer\n".to_owned()) {
        assert!(began.elapsed() < PATIENCE * 2, "still ready");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert!(began.elapsed() > Duration::from_secs(8), "{:?}: too early, a slow network is no stall", began.elapsed());
    assert_eq!(page(&server, "/healthz").await.0, 200);
    let url = format!("{}/control/faults", server.telegram.api_url());
    server.http.delete(url).send().await.unwrap();
    server.types(anna, "/me").await;
    server.sees(anna, "Логин: anna").await;
    let began = Instant::now();
    while page(&server, "/readyz").await.0 != 200 {
        assert!(began.elapsed() < PATIENCE, "not ready again");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_of_a_turn_carries_the_id_of_its_update() {
    let mut server = TestServer::set().await;
    let log = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("lines-{}.log", std::process::id()));
    server.log_to(&log);
    server.configure("CRM_LOG", "json");
    server.start().await;
    server.control("updates/raw", Some(json!({ "message": { "nonsense": true } }))).await;
    server.until("select count(*) = 1 from parked_update").await;
    let update: i64 =
        sqlx::query_scalar("select update_id from parked_update").fetch_one(server.db.owner()).await.unwrap();
    server.kill();
    let said = std::fs::read_to_string(&log).unwrap();
    let _ = std::fs::remove_file(&log);
    let line = said.lines().find(|line| line.contains("an update was parked")).unwrap();
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["span"], json!({ "name": "turn", "update": update }));
}
