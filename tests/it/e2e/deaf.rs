//! One update, whatever it needs, stops no other one (R16).

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;

use crate::support::proxy::Proxy;
use crate::support::server::TestServer;

/// Every message that tells this person their login takes so long in the database.
async fn slow_answers(server: &TestServer, login: &str, seconds: u32) {
    let sql = format!(
        "create sequence slow_turns;
         grant usage on sequence slow_turns to crmbot_app;
         create function slow() returns trigger language plpgsql as $$ begin
             if new.payload::text like '%{login}%' then perform nextval('slow_turns'), pg_sleep({seconds}); end if;
             return new;
         end $$;
         create trigger slow before insert on outbox for each row execute function slow();"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(server.db.owner()).await.unwrap();
}

/// Holds a row for some ten seconds, since what waits for it must be seen to be tried again after the pauses of the product.
#[tokio::test(flavor = "multi_thread")]
async fn r16_while_rows_are_locked_a_hundred_and_thirty_others_are_answered() {
    let server = TestServer::open().await;
    let (anna, mark) = (server.superuser("anna").await, server.superuser("mark").await);
    let mut crowd = Vec::new();
    for number in 0..130 {
        crowd.push(server.superuser(&format!("crowd{number}")).await);
    }
    server.types(anna, "/menu").await;
    server.sees(anna, "что делаем").await;
    // One person's own row, and a table that the statistics read: both are waited for in vain.
    let mut lock = server.db.owner().begin().await.unwrap();
    sqlx::query("select from chat_session where chat_id = $1 for update").bind(anna).execute(&mut *lock).await.unwrap();
    sqlx::query("lock table ad in access exclusive mode").execute(&mut *lock).await.unwrap();
    server.types(anna, "/me").await;
    server.types(mark, "/stats").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    for &person in &crowd {
        server.types(person, "/me").await;
    }
    for &person in &crowd {
        server.sees(person, "Логин: crowd").await;
    }
    // R16: all of them were answered while the two waited, across more than one answer of Telegram's.
    assert_eq!((server.heard(anna).await.len(), server.heard(mark).await.len()), (1, 0));
    server.until("select count(*) = 2 from inbound_update").await;
    lock.rollback().await.unwrap();
    server.sees(anna, "Логин: anna").await;
    server.sees(mark, "всё время").await;
    server.until("select count(*) = 0 from inbound_update").await;
    server.until("select count(*) = 0 from update_attempt").await;
    server.until("select count(*) = 0 from parked_update").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r16_r4_one_chats_surplus_stops_no_other_chat_and_is_taken_in_order_also_after_a_kill() {
    let mut server = TestServer::open().await;
    let (anna, boris) = (server.superuser("anna").await, server.superuser("boris").await);
    server.types(anna, "/menu").await;
    server.sees(anna, "что делаем").await;
    let mut lock = server.db.owner().begin().await.unwrap();
    sqlx::query("select from chat_session where chat_id = $1 for update").bind(anna).execute(&mut *lock).await.unwrap();
    for round in 0..75 {
        server.types(anna, if round % 2 == 0 { "/me" } else { "/language" }).await;
        server.types(anna, "/menu").await;
    }
    let began = Instant::now();
    server.types(boris, "/me").await;
    server.sees(boris, "Логин: boris").await;
    // R16: more than an answer of Telegram's holds stands before the other person's message.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    server.until("select count(*) >= 130 from inbound_update").await;
    server.kill();
    lock.rollback().await.unwrap();
    server.start().await;
    server.until("select count(*) = 152 from seen_update").await;
    server.until("select count(*) = 0 from outbox").await;
    server.until("select count(*) = 0 from inbound_update").await;
    let heard = server.heard(anna).await;
    let turns: Vec<bool> = heard.iter().skip(1).map(|text| text.contains("что делаем")).collect();
    // R4: in the order in which they were written; R1: none is lost.
    assert_eq!(turns.len(), 99, "the stand-in tells the last hundred messages");
    assert!(turns.windows(2).all(|pair| pair[0] != pair[1]), "{heard:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn r16_an_update_that_ends_the_process_is_parked_at_its_third_delivery_and_others_are_served() {
    let mut server = TestServer::open().await;
    let (anna, boris) = (server.superuser("anna").await, server.superuser("boris").await);
    // Longer than another answer takes on a busy machine: the process has to end in the middle of this turn.
    slow_answers(&server, "anna", 8).await;
    server.types(anna, "/me").await;
    server.until("select is_called from slow_turns").await;
    // It is as if the update did it: the process ends in the middle of the turn.
    server.kill();
    server.start().await;
    // R16: the first death leaves no mark; what is delivered again is marked before its try.
    server.until("select exists (select from update_attempt where trying)").await;
    server.types(boris, "/language").await;
    server.sees(boris, "На каком языке").await;
    // An answer comes before its update's mark is deleted, and two marks would share the suspicion.
    server.until("select count(*) = 1 from update_attempt").await;
    server.kill();
    server.start().await;
    server
        .until("select count(*) = 1 from parked_update where fault = 'processes ended while they handled this update'")
        .await;
    server.sees(anna, "Что-то сломалось").await;
    server.taps(boris, "English").await;
    server.sees(boris, "I speak English now").await;
    server.until("select count(*) = 0 from update_attempt").await;
    server.until("select count(*) = 1 from parked_update").await;
}

/// Takes some fifteen seconds: a turn that outlasts the end of its process is what it is about.
#[tokio::test(flavor = "multi_thread")]
async fn r16_a_process_that_was_asked_to_end_raises_no_suspicion_on_a_slow_update() {
    let mut server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    slow_answers(&server, "anna", 6).await;
    server.types(anna, "/me").await;
    server.until("select is_called from slow_turns").await;
    server.kill();
    server.start().await;
    server.until("select exists (select from update_attempt where trying)").await;
    server.end(Signal::TERM).await;
    // R16: the mark of a try that was cut off by an ordinary end accuses no update.
    server.until("select not exists (select from update_attempt where trying)").await;
    server.start().await;
    server.sees(anna, "Логин: anna").await;
    server.until("select count(*) = 0 from parked_update").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r17_a_message_with_an_entity_that_no_library_knows_is_answered() {
    let server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    server.types(anna, "/menu").await;
    server.sees(anna, "что делаем").await;
    let text = "Ivan +7 912 345-67-89 tomorrow";
    let entity = json!({ "type": "date_time", "offset": 22, "length": 8, "unix_time": 1_795_500_000 });
    let message = json!({
        "message_id": 900, "date": 1_795_410_399, "text": text, "entities": [entity],
        "from": { "id": anna, "is_bot": false, "first_name": "Anna", "language_code": "ru" },
        "chat": { "id": anna, "type": "private", "first_name": "Anna" },
    });
    server.control("updates/raw", Some(json!({ "message": message }))).await;
    server.sees(anna, "912").await;
    server.until("select count(*) = 0 from parked_update").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r18_a_process_whose_route_to_telegram_is_dead_gives_polling_and_messages_to_one_that_hears() {
    let mut server = TestServer::set().await;
    let address = server.telegram.api_url();
    let route = Proxy::to_address(address.strip_prefix("http://").unwrap()).await;
    server.configure("TELEGRAM_API_URL", format!("http://{}", route.address()));
    server.start().await;
    server.configure("TELEGRAM_API_URL", address);
    let _hears = server.replica().await;
    let (anna, boris) = (server.superuser("anna").await, server.superuser("boris").await);
    server.types(anna, "/menu").await;
    server.sees(anna, "что делаем").await;
    // Its turn is on when the route dies: its answer stays in the table under the deaf process's claim.
    let mut lock = server.db.owner().begin().await.unwrap();
    sqlx::query("select from chat_session where chat_id = $1 for update").bind(anna).execute(&mut *lock).await.unwrap();
    server.types(anna, "/me").await;
    server.until("select count(*) = 1 from inbound_update").await;
    route.silence(true);
    lock.rollback().await.unwrap();
    server.types(boris, "/me").await;
    // R18: what one process had to send, and what is said from now on, is another one's within twenty seconds.
    server.sees(anna, "Логин: anna").await;
    server.sees(boris, "Логин: boris").await;
    server.until("select count(*) = 1 from process where deaf").await;
    // Its own probe says that it hears again.
    route.silence(false);
    server.until("select count(*) = 0 from process where deaf").await;
    server.until("select count(*) = 0 from outbox").await;
    server.types(boris, "/menu").await;
    server.sees(boris, "что делаем").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r18_a_token_that_is_refused_after_a_good_start_is_waited_out() {
    let server = TestServer::open().await;
    let anna = server.superuser("anna").await;
    server.types(anna, "/menu").await;
    server.sees(anna, "что делаем").await;
    for (method, kind) in [("getUpdates", "401"), ("sendMessage", "404")] {
        let fault = json!({ "method": method, "kind": kind, "count": 2 });
        server.control("faults", Some(fault)).await;
    }
    server.types(anna, "/me").await;
    // Neither the poller nor the courier takes it for the end.
    server.sees(anna, "Логин: anna").await;
    let began = Instant::now();
    while server.control("faults", None).await["faults"].as_array().is_none_or(|faults| !faults.is_empty()) {
        assert!(began.elapsed() < Duration::from_secs(20), "the faults are not used up");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // It still polls, and still sends.
    server.types(anna, "/menu").await;
    server.sees(anna, "что делаем").await;
    server.until("select count(*) = 0 from outbox").await;
}
