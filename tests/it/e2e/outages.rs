//! Postgres goes away and comes back, or only its answers do.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::gauge::Gauge;
use crate::support::proxy::Proxy;
use crate::support::stage::Stage;

/// The postmaster of a private cluster.
fn postmaster(data: &Path) -> Option<Pid> {
    let text = std::fs::read_to_string(data.join("data/postmaster.pid")).ok()?;
    Pid::from_raw(text.lines().next()?.trim().parse().ok()?)
}

#[tokio::test(flavor = "multi_thread")]
async fn r9_when_postgres_dies_nothing_is_confirmed_and_work_goes_on_when_it_is_back() {
    let mut stage = Stage::set().await;
    let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("outage-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&data);
    stage.configure("DATABASE_URL", "");
    stage.configure("DATABASE_OWNER_URL", "");
    stage.configure("CRM_DATA_DIR", data.display().to_string());
    stage.start().await;
    let stranger = stage.person("Stefan", "en").await;
    stage.types(stranger, "hello").await;
    stage.sees(stranger, "Ask your administrator").await;
    for round in 2..4 {
        kill_process(postmaster(&data).unwrap(), Signal::KILL).unwrap();
        stage.types(stranger, "hello again").await;
        let began = Instant::now();
        while stage.heard(stranger).await.len() < round {
            assert!(began.elapsed() < Duration::from_secs(15), "no answer after the outage");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    let (status, took) = stage.end(Signal::TERM).await;
    assert!(status.success() && took < Duration::from_secs(10), "{status} {took:?}");
    assert!(postmaster(&data).is_none(), "the private Postgres ends with the program");
    let _ = std::fs::remove_dir_all(&data);
}

/// A stage whose program reaches the database by way of a proxy.
async fn behind_a_proxy() -> (Stage, Proxy) {
    let mut stage = Stage::set().await;
    let proxy = Proxy::start(stage.db.socket_folder()).await;
    stage.configure("DATABASE_URL", stage.db.url_through(proxy.address()));
    stage.start().await;
    (stage, proxy)
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_a_commit_whose_answer_is_lost_has_its_message_sent_and_its_effect_once() {
    let (stage, proxy) = behind_a_proxy().await;
    let anna = stage.superuser("anna").await;
    for round in 0..6 {
        proxy.cut_commits(1, round % 3 != 2);
        let (text, answer) =
            if round % 2 == 0 { ("/me", "Логин: anna") } else { ("/menu", "что делаем") };
        stage.types(anna, text).await;
        stage.sees(anna, answer).await;
        assert_eq!(proxy.cut(), round + 1);
    }
    // A poison update's letter to its sender is no different.
    proxy.cut_commits(1, true);
    stage.control("updates/raw", Some(serde_json::json!({ "message": { "nonsense": true } }))).await;
    stage.until("select count(*) = 1 from parked_update").await;
    stage.until("select count(*) = 0 from outbox").await;
    stage.until("select version = 6 from chat_session").await;
    assert_eq!(stage.heard(anna).await.len(), 6, "each answer once");
}

#[tokio::test(flavor = "multi_thread")]
async fn r9_r11_connections_that_never_answer_are_left_and_work_goes_on() {
    let (stage, proxy) = behind_a_proxy().await;
    let anna = stage.superuser("anna").await;
    stage.types(anna, "/language").await;
    stage.sees(anna, "На каком языке").await;
    proxy.silence(true);
    stage.types(anna, "/me").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    proxy.silence(false);
    let began = Instant::now();
    stage.sees(anna, "Логин: anna").await;
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    stage.until("select count(*) = 0 from outbox").await;
    stage.until("select version = 2 from chat_session").await;
    stage
        .until("select count(*) = 0 from pg_stat_activity where datname = current_database() and state like 'idle in%'")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r9_screens_are_shown_anew_after_a_long_silence_and_not_after_a_short_one() {
    let mut stage = Stage::open().await;
    let (anna, boris) = (stage.superuser("anna").await, stage.superuser("boris").await);
    stage.types(anna, "/language").await;
    let (old, data) = stage.button(anna, "English").await;
    stage.types(boris, "/menu").await;
    stage.sees(boris, "что делаем").await;
    stage.kill();
    stage.start().await;
    stage.until("select count(*) = 1 from heartbeat where resumed_at is null").await;
    assert_eq!(stage.heard(anna).await.len(), 1, "a restart is no outage");
    // As if it had been longer: the process was down, or no process could reach the database.
    for round in 2..4 {
        if round == 2 {
            stage.kill();
            silence(&stage).await;
            stage.start().await;
        } else {
            // Their message ends the poll that waits: a request from before the silence does not show its end. A chat
            // that gets an answer is not redrawn.
            stage.types(boris, "/me").await;
            silence(&stage).await;
            stage.types(boris, "/help").await;
        }
        stage.sees(anna, "не было на связи").await;
        let began = Instant::now();
        while stage.heard(anna).await.len() < round {
            assert!(began.elapsed() < Duration::from_secs(20), "not shown anew");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        stage.until("select count(*) = 1 from heartbeat where resumed_at is null").await;
    }
    assert_eq!((stage.heard(anna).await.len(), stage.heard(boris).await.len()), (3, 3));
    let bare =
        |message: &serde_json::Value| message["reply_markup"]["inline_keyboard"].as_array().is_none_or(Vec::is_empty);
    let messages = stage.messages(anna).await;
    let own: Vec<_> = messages.iter().filter(|message| message["from_person"] == false).map(bare).collect();
    assert_eq!(own, [true, true, false], "only the newest has buttons");
    stage.presses(anna, old, &data).await;
    stage.sees(anna, "I speak English now").await;

    // One that was written before the person went on is not sent after it.
    sqlx::query(
        "insert into outbox (chat_id, bulk, payload, claimed_by, created_at)
         values ($1, true, '{\"Again\": {\"markup\": {\"text\": \"outdated\", \"rows\": []}, \"version\": 1}}', 0, now())",
    )
    .bind(anna)
    .execute(stage.db.owner())
    .await
    .unwrap();
    stage.until("select count(*) = 0 from outbox").await;
    stage.sees(anna, "I speak English now").await;
}

/// As if Telegram had not been heard for longer than it keeps a tap.
async fn silence(stage: &Stage) {
    // What was heard a moment ago comes into the database with the next beat.
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    sqlx::query("update heartbeat set heard_at = now() - interval '151 seconds'")
        .execute(stage.db.owner())
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn r9_screens_are_shown_anew_when_telegram_alone_was_out_of_reach() {
    let mut stage = Stage::set().await;
    let way = Gauge::start(stage.telegram.api_url()).await;
    stage.configure("TELEGRAM_API_URL", way.url.clone());
    stage.start().await;
    let (anna, boris) = (stage.superuser("anna").await, stage.superuser("boris").await);
    stage.types(anna, "/language").await;
    stage.sees(anna, "На каком языке").await;
    way.close(true);
    // Ends the poll that waits: the next ones do not get through.
    stage.types(boris, "/menu").await;
    stage.until("select count(*) = 2 from seen_update").await;
    silence(&stage).await;
    stage.types(boris, "/me").await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(way.turned_away() > 2, "the program tries");
    stage.until("select missed_at is null and resumed_at is null from heartbeat").await;
    assert_eq!(stage.heard(anna).await.len(), 1, "that a process is at work is not to hear Telegram");
    way.close(false);
    stage.sees(anna, "не было на связи").await;
    stage.sees(boris, "Логин: boris").await;
    stage.until("select count(*) = 1 from heartbeat where resumed_at is null").await;
    stage.until("select count(*) = 0 from outbox").await;
    assert_eq!((stage.heard(anna).await.len(), stage.heard(boris).await.len()), (2, 2), "once, and nobody else");
}

#[tokio::test(flavor = "multi_thread")]
async fn r9_screens_are_shown_anew_when_telegram_could_not_reach_the_webhook() {
    let mut stage = Stage::set().await;
    let way = Gauge::start(format!("http://{}", stage.listen())).await;
    stage.configure("WEBHOOK_URL", format!("{}/telegram", way.url));
    stage.configure("WEBHOOK_SECRET", "secret");
    assert_eq!(stage.runs(&["webhook", "set"]).0, 0);
    stage.start().await;
    let (anna, boris) = (stage.superuser("anna").await, stage.superuser("boris").await);
    stage.types(anna, "/language").await;
    stage.sees(anna, "На каком языке").await;
    way.close(true);
    let (message, data) = stage.button(anna, "English").await;
    stage.presses(anna, message, &data).await;
    while way.turned_away() == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // It waits too long and is lost, as Telegram has it: nothing waits there any more, and yet nothing arrives.
    let aged = stage.control("taps/age", Some(serde_json::json!({ "seconds": 151 }))).await;
    assert_eq!(aged["dropped_updates"], 1, "{aged}");
    silence(&stage).await;
    // Longer than from one question to the next.
    tokio::time::sleep(Duration::from_secs(11)).await;
    stage.until("select missed_at is null and resumed_at is null from heartbeat").await;
    assert_eq!(stage.heard(anna).await.len(), 1, "{}", stage.picture(anna).await);
    way.close(false);
    // It is not known that it works again before it does.
    stage.types(boris, "/me").await;
    stage.sees(boris, "Логин: boris").await;
    stage.sees(anna, "не было на связи").await;
    stage.taps(anna, "English").await;
    stage.sees(anna, "I speak English now").await;
    stage.until("select missed_at is null and resumed_at is null from heartbeat").await;
    assert_eq!(stage.heard(boris).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_with_nothing_to_migrate_does_not_wait_for_the_ghost_of_another() {
    let mut stage = Stage::set().await;
    let mut ghost = stage.db.owner().acquire().await.unwrap();
    // The lock of migrations, as a start that died behind a half-open connection leaves it.
    let lock = 0x6372_6d62_6f74_0001_i64;
    sqlx::query("select pg_advisory_lock($1)").bind(lock).execute(&mut *ghost).await.unwrap();
    let began = Instant::now();
    stage.start().await;
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}
