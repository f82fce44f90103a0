//! Postgres goes away and comes back, or only its answers do.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::gauge::Gauge;
use crate::support::proxy::Proxy;
use crate::support::server::TestServer;

/// The postmaster of a private cluster.
fn postmaster(data: &Path) -> Option<Pid> {
    let text = std::fs::read_to_string(data.join("data/postmaster.pid")).ok()?;
    Pid::from_raw(text.lines().next()?.trim().parse().ok()?)
}

#[tokio::test(flavor = "multi_thread")]
async fn r9_when_postgres_dies_nothing_is_confirmed_and_work_goes_on_when_it_is_back() {
    let mut server = TestServer::set().await;
    let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("outage-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&data);
    server.configure("DATABASE_URL", "");
    server.configure("DATABASE_OWNER_URL", "");
    server.configure("CRM_DATA_DIR", data.display().to_string());
    server.start().await;
    let stranger = server.person("Stefan", "en").await;
    server.types(stranger, "hello").await;
    server.sees(stranger, "Ask your administrator").await;
    for round in 2..4 {
        kill_process(postmaster(&data).unwrap(), Signal::KILL).unwrap();
        server.types(stranger, "hello again").await;
        let began = Instant::now();
        while server.heard(stranger).await.len() < round {
            assert!(began.elapsed() < Duration::from_secs(15), "no answer after the outage");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    let (status, took) = server.end(Signal::TERM).await;
    assert!(status.success() && took < Duration::from_secs(10), "{status} {took:?}");
    assert!(postmaster(&data).is_none(), "the private Postgres ends with the program");
    let _ = std::fs::remove_dir_all(&data);
}

/// A server whose program reaches the database by way of a proxy.
async fn behind_a_proxy() -> (TestServer, Proxy) {
    let mut server = TestServer::set().await;
    let proxy = Proxy::start(server.db.socket_folder()).await;
    server.configure("DATABASE_URL", server.db.url_through(proxy.address()));
    server.start().await;
    (server, proxy)
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_a_commit_whose_answer_is_lost_has_its_message_sent_and_its_effect_once() {
    let (server, proxy) = behind_a_proxy().await;
    let anna = server.superuser("anna").await;
    for round in 0..6 {
        proxy.cut_commits(1, round % 3 != 2);
        let (text, answer) =
            if round % 2 == 0 { ("/me", "Логин: anna") } else { ("/menu", "что делаем") };
        server.types(anna, text).await;
        server.sees(anna, answer).await;
        assert_eq!(proxy.cut(), round + 1);
    }
    // A poison update's letter to its sender is no different.
    proxy.cut_commits(1, true);
    server.control("updates/raw", Some(serde_json::json!({ "message": { "nonsense": true } }))).await;
    server.until("select count(*) = 1 from parked_update").await;
    server.until("select count(*) = 0 from outbox").await;
    server.until("select version = 6 from chat_session").await;
    assert_eq!(server.heard(anna).await.len(), 6, "each answer once");
}

#[tokio::test(flavor = "multi_thread")]
async fn r9_r11_connections_that_never_answer_are_left_and_work_goes_on() {
    let (server, proxy) = behind_a_proxy().await;
    let anna = server.superuser("anna").await;
    server.types(anna, "/language").await;
    server.sees(anna, "На каком языке").await;
    proxy.silence(true);
    server.types(anna, "/me").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    proxy.silence(false);
    let began = Instant::now();
    server.sees(anna, "Логин: anna").await;
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    server.until("select count(*) = 0 from outbox").await;
    server.until("select version = 2 from chat_session").await;
    server
        .until("select count(*) = 0 from pg_stat_activity where datname = current_database() and state like 'idle in%'")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r9_screens_are_shown_anew_after_a_long_silence_and_not_after_a_short_one() {
    let mut server = TestServer::open().await;
    let (anna, boris) = (server.superuser("anna").await, server.superuser("boris").await);
    server.types(anna, "/language").await;
    let (old, data) = server.button(anna, "English").await;
    server.types(boris, "/menu").await;
    server.sees(boris, "что делаем").await;
    server.kill();
    server.start().await;
    server.until("select count(*) = 1 from heartbeat where resumed_at is null").await;
    assert_eq!(server.heard(anna).await.len(), 1, "a restart is no outage");
    // As if it had been longer: the process was down, or no process could reach the database.
    for round in 2..4 {
        if round == 2 {
            server.kill();
            silence(&server).await;
            server.start().await;
        } else {
            // Their message ends the poll that waits: a request from before the silence does not show its end. A chat
            // that gets an answer is not redrawn.
            server.types(boris, "/me").await;
            silence(&server).await;
            server.types(boris, "/help").await;
        }
        server.sees(anna, "не было на связи").await;
        let began = Instant::now();
        while server.heard(anna).await.len() < round {
            assert!(began.elapsed() < Duration::from_secs(20), "not shown anew");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        server.until("select count(*) = 1 from heartbeat where resumed_at is null").await;
    }
    assert_eq!((server.heard(anna).await.len(), server.heard(boris).await.len()), (3, 3));
    let bare =
        |message: &serde_json::Value| message["reply_markup"]["inline_keyboard"].as_array().is_none_or(Vec::is_empty);
    let messages = server.messages(anna).await;
    let own: Vec<_> = messages.iter().filter(|message| message["from_person"] == false).map(bare).collect();
    assert_eq!(own, [true, true, false], "only the newest has buttons");
    server.presses(anna, old, &data).await;
    server.sees(anna, "I speak English now").await;

    // One that was written before the person went on is not sent after it.
    sqlx::query(
        "insert into outbox (chat_id, bulk, payload, claimed_by, created_at)
         values ($1, true, '{\"Again\": {\"markup\": {\"text\": \"outdated\", \"rows\": []}, \"version\": 1}}', 0, now())",
    )
    .bind(anna)
    .execute(server.db.owner())
    .await
    .unwrap();
    server.until("select count(*) = 0 from outbox").await;
    server.sees(anna, "I speak English now").await;
}

/// As if Telegram had not been heard for longer than it keeps a tap.
async fn silence(server: &TestServer) {
    // What was heard a moment ago comes into the database with the next beat.
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    sqlx::query("update heartbeat set heard_at = now() - interval '151 seconds'")
        .execute(server.db.owner())
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn r9_screens_are_shown_anew_when_telegram_alone_was_out_of_reach() {
    let mut server = TestServer::set().await;
    let way = Gauge::start(server.telegram.api_url()).await;
    server.configure("TELEGRAM_API_URL", way.url.clone());
    server.start().await;
    let (anna, boris) = (server.superuser("anna").await, server.superuser("boris").await);
    server.types(anna, "/language").await;
    server.sees(anna, "На каком языке").await;
    way.close(true);
    // Ends the poll that waits: the next ones do not get through.
    server.types(boris, "/menu").await;
    server.until("select count(*) = 2 from seen_update").await;
    silence(&server).await;
    server.types(boris, "/me").await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(way.turned_away() > 2, "the program tries");
    server.until("select missed_at is null and resumed_at is null from heartbeat").await;
    assert_eq!(server.heard(anna).await.len(), 1, "that a process is at work is not to hear Telegram");
    way.close(false);
    server.sees(anna, "не было на связи").await;
    server.sees(boris, "Логин: boris").await;
    server.until("select count(*) = 1 from heartbeat where resumed_at is null").await;
    server.until("select count(*) = 0 from outbox").await;
    assert_eq!((server.heard(anna).await.len(), server.heard(boris).await.len()), (2, 2), "once, and nobody else");
}

#[tokio::test(flavor = "multi_thread")]
async fn r9_screens_are_shown_anew_when_telegram_could_not_reach_the_webhook() {
    let mut server = TestServer::set().await;
    let way = Gauge::start(format!("http://{}", server.listen())).await;
    server.configure("WEBHOOK_URL", format!("{}/telegram", way.url));
    server.configure("WEBHOOK_SECRET", "a-secret_of_32_characters_at_least");
    assert_eq!(server.runs(&["webhook", "set"]).0, 0);
    server.start().await;
    let (anna, boris) = (server.superuser("anna").await, server.superuser("boris").await);
    server.types(anna, "/language").await;
    server.sees(anna, "На каком языке").await;
    way.close(true);
    let (message, data) = server.button(anna, "English").await;
    server.presses(anna, message, &data).await;
    while way.turned_away() == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // It waits too long and is lost, as Telegram has it: nothing waits there any more, and yet nothing arrives.
    let aged = server.control("taps/age", Some(serde_json::json!({ "seconds": 151 }))).await;
    assert_eq!(aged["dropped_updates"], 1, "{aged}");
    silence(&server).await;
    // Longer than from one question to the next.
    tokio::time::sleep(Duration::from_secs(11)).await;
    server.until("select missed_at is null and resumed_at is null from heartbeat").await;
    assert_eq!(server.heard(anna).await.len(), 1, "{}", server.picture(anna).await);
    way.close(false);
    // It is not known that it works again before it does.
    server.types(boris, "/me").await;
    server.sees(boris, "Логин: boris").await;
    server.sees(anna, "не было на связи").await;
    server.taps(anna, "English").await;
    server.sees(anna, "I speak English now").await;
    server.until("select missed_at is null and resumed_at is null from heartbeat").await;
    assert_eq!(server.heard(boris).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_with_nothing_to_migrate_does_not_wait_for_the_ghost_of_another() {
    let mut server = TestServer::set().await;
    let mut ghost = server.db.owner().acquire().await.unwrap();
    // The lock of migrations, as a start that died behind a half-open connection leaves it.
    let lock = 0x6372_6d62_6f74_0001_i64;
    sqlx::query("select pg_advisory_lock($1)").bind(lock).execute(&mut *ghost).await.unwrap();
    let began = Instant::now();
    server.start().await;
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}
