//! Overload: many chats, a backlog after an outage, bulk messages beside working users.
//!
//! An ordinary run is small and looks at order and bounds alone. The full size prints what it measures:
//! `script/test --load`; `docs/scaling.md` keeps the numbers.

#![expect(clippy::print_stdout, reason = "the full size prints what it measures")]

mod files;

use std::time::{Duration, Instant};

use crmbot::domain::Group;
use futures::{StreamExt as _, stream};
use serde_json::json;

use crate::support::gauge::Gauge;
use crate::support::server::{PATIENCE, TestServer};

/// Whether this is the full size.
fn full() -> bool {
    std::env::var_os("CRM_TEST_LOAD").is_some()
}

/// So many people with a Telegram account; they are linked as members of the group.
async fn crowd(server: &TestServer, first: i64, count: i64, group: Group) -> Vec<i64> {
    // One of them is made as usual, and the group with them.
    server.staff(&format!("head{first}"), "ru", group).await;
    let people: Vec<i64> = (first..first + count).collect();
    stream::iter(&people)
        .for_each_concurrent(16, |id| async move {
            server.control("people", Some(json!({ "id": id, "first_name": "P" }))).await;
        })
        .await;
    sqlx::query(
        "with person as (insert into staff_user (username, full_name, language, created_at, created_by)
                         select 'p' || id, 'P ' || id, 'ru', now(), 0 from unnest($1::bigint[]) id returning id, username),
              joined as (insert into group_member (group_id, user_id, added_at)
                         select g.id, p.id, now() from user_group g, person p where g.name = $2)
         insert into telegram_link (telegram_id, chat_id, user_id, linked_at)
         select substr(username, 2)::bigint, substr(username, 2)::bigint, id, now() from person",
    )
    .bind(&people)
    .bind(group.name())
    .execute(server.db.owner())
    .await
    .unwrap();
    people
}

/// Every user types the same.
async fn all_type(server: &TestServer, people: &[i64], text: &str) {
    stream::iter(people).for_each_concurrent(16, |id| server.types(*id, text)).await;
}

async fn count(server: &TestServer, question: &'static str) -> i64 {
    sqlx::query_scalar(question).fetch_one(server.db.owner()).await.unwrap()
}

/// Waits as long as it takes.
async fn until(server: &TestServer, question: &'static str, wanted: i64) {
    let began = Instant::now();
    while count(server, question).await < wanted {
        assert!(began.elapsed() < Duration::from_secs(if full() { 1_500 } else { 60 }), "not yet: {question}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r14_r4_r9_a_backlog_of_many_chats_is_worked_off_in_order_within_bounded_memory() {
    let (chats, rounds) = if full() { (10_000, 2) } else { (150, 2) };
    let mut server = TestServer::open().await;
    let people = crowd(&server, 1_000_000, chats, Group::Operators).await;
    let anna = server.superuser("anna").await;
    server.types(anna, "/language").await;
    let (message, data) = server.button(anna, "English").await;
    let (_, before) = server.memory();
    // The outage: all users go on typing, and a tap waits too long.
    server.kill();
    server.presses(anna, message, &data).await;
    let aged = server.control("taps/age", Some(json!({ "seconds": 151 }))).await;
    assert_eq!(aged["dropped_updates"], 1);
    sqlx::query("update heartbeat set heard_at = now() - interval '151 seconds'")
        .execute(server.db.owner())
        .await
        .unwrap();
    for _ in 1..rounds {
        all_type(&server, &people, "/me").await;
    }
    all_type(&server, &people, "/menu").await;
    let began = Instant::now();
    server.start().await;
    until(&server, "select count(*) from seen_update", 1 + chats * rounds).await;
    let took = began.elapsed();
    let (peak, after) = server.memory();
    println!(
        "backlog of {} updates in {chats} chats: {took:.1?}, {:.0} updates/s; memory before {before} MiB, at most {peak}, after {after}",
        chats * rounds,
        (chats * rounds) as f64 / took.as_secs_f64()
    );
    assert!(peak < before + 100, "{before} MiB before, {peak} MiB at most");
    let in_order = "select count(*) from chat_session where dialogue -> 'stack' -> -1 ? 'Menu'
                      and jsonb_array_length(dialogue -> 'stack') = 1 and version in (1, 2)";
    assert_eq!(count(&server, in_order).await, chats, "the menu, which was asked for last, is open everywhere");
    assert_eq!(count(&server, "select count(*) from parked_update").await, 0);
    assert_eq!(count(&server, "select coalesce(sum(version), 0)::bigint from chat_session").await, 1 + chats * rounds);
    let began = Instant::now();
    while count(&server, "select count(*) from outbox where not bulk").await > 0 {
        assert!(began.elapsed() < Duration::from_secs(300), "answers are still on their way");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    println!("the last answer {:.1?} after the last update", began.elapsed());
    // R9: the user who had tapped in vain is shown the screen again
    server.sees(anna, "не было на связи").await;
    server.until("select count(*) = 0 from outbox").await;
    server.taps(anna, "English").await;
    server.sees(anna, "I speak English now").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r14_overload_is_turned_away_with_503_and_nothing_that_was_taken_is_lost() {
    let mut server = TestServer::set().await;
    let url = format!("http://{}/telegram", server.listen());
    server.configure("WEBHOOK_URL", url.clone());
    server.configure("WEBHOOK_SECRET", "a-secret_of_32_characters_at_least");
    server.start().await;
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let delivery = |id: i64, person: i64| {
        let from = json!({ "id": person, "is_bot": false, "first_name": "A" });
        let chat = json!({ "id": person, "type": "private", "first_name": "A" });
        let message = json!({ "message_id": id, "date": 1, "from": from, "chat": chat, "text": "/start" });
        let request = server.http.post(&url).json(&json!({ "update_id": id, "message": message }));
        let (request, tell) = (
            request.header("X-Telegram-Bot-Api-Secret-Token", "a-secret_of_32_characters_at_least").send(),
            tell.clone(),
        );
        tokio::spawn(async move {
            let answer = request.await.unwrap();
            let again = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
            tell.send(((id, person), answer.status().as_u16(), again)).unwrap();
        });
    };
    // No turn can end: everything waits.
    let mut lock = server.db.owner().begin().await.unwrap();
    sqlx::query("lock table seen_update in access exclusive mode").execute(&mut *lock).await.unwrap();
    let hear = async |told: &mut tokio::sync::mpsc::UnboundedReceiver<_>| {
        tokio::time::timeout(PATIENCE, told.recv()).await.unwrap().unwrap()
    };
    (1..=130).for_each(|id| delivery(id, 7));
    for _ in 0..130 - 21 {
        // R16: one update of a chat is at work, twenty wait behind it in memory, and its surplus is stored and confirmed.
        assert_eq!(hear(&mut told).await.1, 200);
    }
    (1_000..1_600).for_each(|id| delivery(id, id));
    let mut turned_away = Vec::new();
    for _ in 0..600 - (500 - 21) {
        let (update, status, again): ((i64, i64), u16, Option<String>) = hear(&mut told).await;
        // R14: five hundred of all chats wait in memory, and what is beyond them has to come again.
        assert_eq!((status, again.as_deref()), (503, Some("1")));
        turned_away.push(update);
    }
    lock.rollback().await.unwrap();
    for round in [500, turned_away.len()] {
        for _ in 0..round {
            assert_eq!(hear(&mut told).await.1, 200);
        }
        turned_away.drain(..).for_each(|(id, person)| delivery(id, person));
    }
    server.until("select count(*) = 0 from inbound_update").await;
    assert_eq!(count(&server, "select count(*) from seen_update").await, 730);
    assert_eq!(count(&server, "select version from chat_session where chat_id = 7").await, 130);
    assert_eq!(count(&server, "select count(*) from parked_update").await, 0);
}

/// How long taps wait for their answer while people work until `end`.
async fn work(server: &TestServer, people: &[i64], end: Instant) -> Vec<Duration> {
    let each = people.iter().map(|person| async move {
        let mut waits = Vec::new();
        let message = server.messages(*person).await.last().unwrap()["message_id"].as_i64().unwrap();
        while Instant::now() < end {
            let began = Instant::now();
            // As a button below a notice, which opens its place whatever is on the screen.
            let callback = server.presses(*person, message, "0.ome").await;
            server.answer(&callback).await;
            waits.push(began.elapsed());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        waits
    });
    let mut waits: Vec<Duration> = futures::future::join_all(each).await.into_iter().flatten().collect();
    waits.sort_unstable();
    waits
}

fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]
}

#[tokio::test(flavor = "multi_thread")]
async fn r15_bulk_delays_no_reply_and_at_most_32_requests_are_under_way() {
    let (notices, workers, seconds) = if full() { (5_000, 20, 60) } else { (300, 3, 4) };
    let mut server = TestServer::set().await;
    let gauge = Gauge::start(server.telegram.api_url()).await;
    server.configure("TELEGRAM_API_URL", gauge.url.clone());
    server.start().await;
    server.ad("Авито", "AVITO").await;
    crowd(&server, 1_000_000, notices, Group::Managers).await;
    let people = crowd(&server, 2_000_000, workers, Group::Operators).await;
    let oleg = server.staff("oleg", "ru", Group::Operators).await;
    all_type(&server, &people, "/menu").await;
    for person in &people {
        server.sees(*person, "что делаем").await;
    }
    let alone = work(&server, &people, Instant::now() + Duration::from_secs(seconds)).await;

    // Telegram takes its time for each notice: the bulk would fill every place if it could. At full size as it usually is.
    let slow = Duration::from_millis(if full() { 100 } else { 3_000 });
    gauge.slow("chat_id\":1", slow);
    server.types(oleg, "8 912 345-67-89 Авито").await;
    server.taps(oleg, "Сохранить").await;
    until(&server, "select count(*) from outbox where bulk", notices / 2).await;
    tokio::time::sleep(slow).await;
    let (began, earlier) = (Instant::now(), gauge.slowed());
    let beside = work(&server, &people, Instant::now() + Duration::from_secs(seconds)).await;
    let bulk = gauge.slowed() - earlier;
    let rate = bulk as f64 / began.elapsed().as_secs_f64();
    let waiting = count(&server, "select count(*) from outbox where bulk").await;
    let (peak, _) = server.memory();
    for (what, waits) in [("alone", &alone), ("beside bulk", &beside)] {
        let [p50, p95, p99] = [50, 95, 99].map(|percent| percentile(waits, percent));
        println!("{what}: {} taps, p50 {p50:.1?}, p95 {p95:.1?}, p99 {p99:.1?}", waits.len());
    }
    println!(
        "bulk: {rate:.1}/s, {waiting} still waiting; at most {} requests under way; memory at most {peak} MiB",
        gauge.most()
    );
    assert!(waiting > 0, "the bulk was under way all the time");
    assert!(gauge.most() <= 32, "{} requests under way at once", gauge.most());
    assert!(rate < 30.0, "{rate:.1} notices a second");
    // A reply that had to queue behind bulk would wait for one of these; the margin is a slow machine's.
    let (before, now) = (percentile(&alone, 50), percentile(&beside, 50));
    assert!(
        now < before * 5 + Duration::from_millis(1_500),
        "half of the replies take {now:?} beside bulk, {before:?} alone"
    );
}
