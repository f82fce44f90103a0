//! One update, whatever it needs, stops no other one (R16).

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;

use crate::support::stage::Stage;

/// Every message that tells this person their login takes so long in the database.
async fn slow_answers(stage: &Stage, login: &str, seconds: u32) {
    let sql = format!(
        "create sequence slow_turns;
         grant usage on sequence slow_turns to crmbot_app;
         create function slow() returns trigger language plpgsql as $$ begin
             if new.payload::text like '%{login}%' then perform nextval('slow_turns'), pg_sleep({seconds}); end if;
             return new;
         end $$;
         create trigger slow before insert on outbox for each row execute function slow();"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(stage.db.owner()).await.unwrap();
}

/// Holds a row for some ten seconds, since what waits for it must be seen to be tried again after the pauses of the product.
#[tokio::test(flavor = "multi_thread")]
async fn r16_while_rows_are_locked_a_hundred_and_thirty_others_are_answered() {
    let stage = Stage::open().await;
    let (anna, mark) = (stage.superuser("anna").await, stage.superuser("mark").await);
    let mut crowd = Vec::new();
    for number in 0..130 {
        crowd.push(stage.superuser(&format!("crowd{number}")).await);
    }
    stage.types(anna, "/menu").await;
    stage.sees(anna, "что делаем").await;
    // One person's own row, and a table that the statistics read: both are waited for in vain.
    let mut lock = stage.db.owner().begin().await.unwrap();
    sqlx::query("select from chat_session where chat_id = $1 for update").bind(anna).execute(&mut *lock).await.unwrap();
    sqlx::query("lock table ad in access exclusive mode").execute(&mut *lock).await.unwrap();
    stage.types(anna, "/me").await;
    stage.types(mark, "/stats").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    for &person in &crowd {
        stage.types(person, "/me").await;
    }
    for &person in &crowd {
        stage.sees(person, "Логин: crowd").await;
    }
    // R16: all of them were answered while the two waited, across more than one answer of Telegram's.
    assert_eq!((stage.heard(anna).await.len(), stage.heard(mark).await.len()), (1, 0));
    stage.until("select count(*) = 2 from inbound_update").await;
    lock.rollback().await.unwrap();
    stage.sees(anna, "Логин: anna").await;
    stage.sees(mark, "всё время").await;
    stage.until("select count(*) = 0 from inbound_update").await;
    stage.until("select count(*) = 0 from update_attempt").await;
    stage.until("select count(*) = 0 from parked_update").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r16_r4_one_chats_surplus_stops_no_other_chat_and_is_taken_in_order_also_after_a_kill() {
    let mut stage = Stage::open().await;
    let (anna, boris) = (stage.superuser("anna").await, stage.superuser("boris").await);
    stage.types(anna, "/menu").await;
    stage.sees(anna, "что делаем").await;
    let mut lock = stage.db.owner().begin().await.unwrap();
    sqlx::query("select from chat_session where chat_id = $1 for update").bind(anna).execute(&mut *lock).await.unwrap();
    for round in 0..75 {
        stage.types(anna, if round % 2 == 0 { "/me" } else { "/language" }).await;
        stage.types(anna, "/menu").await;
    }
    let began = Instant::now();
    stage.types(boris, "/me").await;
    stage.sees(boris, "Логин: boris").await;
    // R16: more than an answer of Telegram's holds stands before the other person's message.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    stage.until("select count(*) >= 130 from inbound_update").await;
    stage.kill();
    lock.rollback().await.unwrap();
    stage.start().await;
    stage.until("select count(*) = 152 from seen_update").await;
    stage.until("select count(*) = 0 from outbox").await;
    stage.until("select count(*) = 0 from inbound_update").await;
    let heard = stage.heard(anna).await;
    let turns: Vec<bool> = heard.iter().skip(1).map(|text| text.contains("что делаем")).collect();
    // R4: in the order in which they were written; R1: none is lost.
    assert_eq!(turns.len(), 99, "the stand-in tells the last hundred messages");
    assert!(turns.windows(2).all(|pair| pair[0] != pair[1]), "{heard:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn r16_an_update_that_ends_the_process_is_parked_at_its_third_delivery_and_others_are_served() {
    let mut stage = Stage::open().await;
    let (anna, boris) = (stage.superuser("anna").await, stage.superuser("boris").await);
    slow_answers(&stage, "anna", 2).await;
    stage.types(anna, "/me").await;
    stage.until("select is_called from slow_turns").await;
    // It is as if the update did it: the process ends in the middle of the turn.
    stage.kill();
    stage.start().await;
    // R16: the first death leaves no mark; what is delivered again is marked before its try.
    stage.until("select exists (select from update_attempt where trying)").await;
    stage.types(boris, "/language").await;
    stage.sees(boris, "На каком языке").await;
    stage.kill();
    stage.start().await;
    stage
        .until("select count(*) = 1 from parked_update where fault = 'processes ended while they handled this update'")
        .await;
    stage.sees(anna, "Что-то сломалось").await;
    stage.taps(boris, "English").await;
    stage.sees(boris, "I speak English now").await;
    stage.until("select count(*) = 0 from update_attempt").await;
    stage.until("select count(*) = 1 from parked_update").await;
}

/// Takes some fifteen seconds: a turn that outlasts the end of its process is what it is about.
#[tokio::test(flavor = "multi_thread")]
async fn r16_a_process_that_was_asked_to_end_raises_no_suspicion_on_a_slow_update() {
    let mut stage = Stage::open().await;
    let anna = stage.superuser("anna").await;
    slow_answers(&stage, "anna", 6).await;
    stage.types(anna, "/me").await;
    stage.until("select is_called from slow_turns").await;
    stage.kill();
    stage.start().await;
    stage.until("select exists (select from update_attempt where trying)").await;
    stage.end(Signal::TERM).await;
    // R16: the mark of a try that was cut off by an ordinary end accuses no update.
    stage.until("select not exists (select from update_attempt where trying)").await;
    stage.start().await;
    stage.sees(anna, "Логин: anna").await;
    stage.until("select count(*) = 0 from parked_update").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r17_a_message_with_an_entity_that_no_library_knows_is_answered() {
    let stage = Stage::open().await;
    let anna = stage.superuser("anna").await;
    stage.types(anna, "/menu").await;
    stage.sees(anna, "что делаем").await;
    let text = "Ivan +7 912 345-67-89 tomorrow";
    let entity = json!({ "type": "date_time", "offset": 22, "length": 8, "unix_time": 1_795_500_000 });
    let message = json!({
        "message_id": 900, "date": 1_795_410_399, "text": text, "entities": [entity],
        "from": { "id": anna, "is_bot": false, "first_name": "Anna", "language_code": "ru" },
        "chat": { "id": anna, "type": "private", "first_name": "Anna" },
    });
    stage.control("updates/raw", Some(json!({ "message": message }))).await;
    stage.sees(anna, "912").await;
    stage.until("select count(*) = 0 from parked_update").await;
}
