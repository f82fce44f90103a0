//! Notices that ask are closed once the use case is done, whenever and by whichever process they are sent.

use std::time::{Duration, Instant};

use crmbot::domain::Group;
use serde_json::json;

use crate::support::stage::{PATIENCE, Stage};

/// An operator, and two managers who have begun.
async fn people(stage: &Stage) -> (i64, i64, i64) {
    stage.ad("Авито", "AVITO").await;
    let oleg = stage.staff("oleg", "ru", Group::Operators).await;
    let maria = stage.staff("maria", "ru", Group::Managers).await;
    let anna = stage.staff("anna", "en", Group::Managers).await;
    for who in [maria, anna] {
        stage.types(who, "/menu").await;
    }
    stage.sees(maria, "что делаем").await;
    stage.sees(anna, "what shall we do").await;
    (oleg, maria, anna)
}

async fn lead(stage: &Stage, oleg: i64) {
    stage.types(oleg, "8 912 345-67-89 Иван с авито").await;
    stage.taps(oleg, "Сохранить").await;
}

/// Whether a chat has a button with this label anywhere.
async fn offers(stage: &Stage, chat: i64, label: &str) -> bool {
    stage.messages(chat).await.iter().any(|message| message["reply_markup"].to_string().contains(label))
}

/// Waits until some message of a chat holds the words: below the notice stands the screen that its button has opened.
async fn shows(stage: &Stage, chat: i64, words: &str) {
    let began = Instant::now();
    while !stage.heard(chat).await.iter().any(|text| text.contains(words)) {
        assert!(began.elapsed() < PATIENCE, "no {words:?} in:\n{}", stage.picture(chat).await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_every_notice_of_a_taken_client_says_so_across_a_kill() {
    let mut stage = Stage::open().await;
    let (oleg, maria, anna) = people(&stage).await;
    lead(&stage, oleg).await;
    stage.sees(anna, "New lead").await;
    stage.sees(maria, "Новый лид").await;
    // The edit of her notice fails until the program is dead: its successor edits it.
    let fault = json!({ "method": "editMessageText", "count": 50, "kind": "500", "chat_id": anna });
    stage.control("faults", Some(fault)).await;
    stage.taps(maria, "Взять").await;
    shows(&stage, maria, ": ведёт Maria").await;
    stage.kill();
    assert!(offers(&stage, anna, "Take").await);
    stage.http.delete(format!("{}/control/faults", stage.telegram.api_url())).send().await.unwrap();
    stage.start().await;
    stage.sees(anna, "taken by Maria").await;
    assert!(!offers(&stage, anna, "Take").await);
    assert!(!offers(&stage, maria, "Взять").await, "his own notice closes, too");
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_a_notice_that_was_held_up_until_the_client_was_taken_is_not_sent() {
    let mut stage = Stage::open().await;
    let (oleg, maria, anna) = people(&stage).await;
    let fault = json!({ "method": "sendMessage", "count": 1, "kind": "429", "retry_after": 3, "chat_id": anna });
    stage.control("faults", Some(fault)).await;
    lead(&stage, oleg).await;
    stage.sees(maria, "Новый лид").await;
    stage.taps(maria, "Взять").await;
    shows(&stage, maria, ": ведёт Maria").await;
    stage.kill();
    stage.start().await;
    stage.until("select count(*) = 0 from outbox").await;
    assert!(!stage.heard(anna).await.iter().any(|text| text.contains("Иван")));
}

#[tokio::test(flavor = "multi_thread")]
async fn r13_a_notice_that_was_on_its_way_when_another_process_closed_it_is_put_right() {
    let stage = Stage::open().await;
    let (oleg, maria, anna) = people(&stage).await;
    let fault = json!({ "method": "sendMessage", "count": 1, "kind": "slow", "delay_ms": 1500, "chat_id": anna });
    stage.control("faults", Some(fault)).await;
    lead(&stage, oleg).await;
    stage.sees(maria, "Новый лид").await;
    // The other process found no message of hers to edit; it has left what it knows.
    sqlx::query(
        r#"insert into amendment (chat_id, kind, client_id, outbox_id, markup, made_at)
           values ($1, 'new_lead', 1, 1000000, '{"text": "taken elsewhere", "rows": []}', now())"#,
    )
    .bind(anna)
    .execute(stage.db.owner())
    .await
    .unwrap();
    stage.sees(anna, "taken elsewhere").await;
    assert!(!offers(&stage, anna, "Take").await);
}
