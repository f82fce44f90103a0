//! Messages about a client, as the courier keeps them.

use std::time::Duration;

use crmbot::domain::Group;
use serde_json::json;

use crate::support::server::TestServer;

const KEPT: &str = "select string_agg(kind || client_id, ' ' order by kind) is not distinct from $1 from sent_about where chat_id = $2";

/// Waits until these messages of a chat are kept as being about clients.
#[track_caller]
fn keeps(server: &TestServer, chat: i64, about: Option<&'static str>) -> impl Future<Output = ()> {
    let from = std::panic::Location::caller();
    async move {
        let began = tokio::time::Instant::now();
        while !sqlx::query_scalar::<_, bool>(KEPT).bind(about).bind(chat).fetch_one(server.db.owner()).await.unwrap() {
            assert!(began.elapsed() < Duration::from_secs(20), "{from}: not kept: {about:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_a_message_about_a_client_is_known_as_long_as_it_shows_him_and_across_a_kill() {
    let mut server = TestServer::open().await;
    server.ad("Авито", "AVITO").await;
    let oleg = server.staff("oleg", "ru", Group::Operators).await;
    let maria = server.staff("maria", "ru", Group::Managers).await;
    server.types(maria, "/menu").await;
    server.sees(maria, "что делаем").await;
    server.types(oleg, "8 912 345-67-89 Иван с авито").await;
    server.taps(oleg, "Сохранить").await;
    server.sees(maria, "Иван").await;
    keeps(&server, oleg, Some("card1")).await;
    keeps(&server, maria, Some("new_lead1")).await;

    // The same message shows something else, and then the client again.
    server.taps(oleg, "В начало").await;
    server.sees(oleg, "что делаем").await;
    keeps(&server, oleg, None).await;
    server.taps(maria, "Открыть").await;
    keeps(&server, maria, Some("card1 new_lead1")).await;

    // A card that was left above keeps its meaning; so does everything when the program dies.
    server.types(maria, "/menu").await;
    server.sees(maria, "что делаем").await;
    keeps(&server, maria, Some("card1 new_lead1")).await;
    // The card loses its buttons after the menu is there: the program is to end after that.
    while server.messages(maria).await.iter().filter(|message| message.to_string().contains("Взять")).count() > 1 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.kill();

    // What the dead one had to put right, its successor does, in place of the notice itself.
    let (notice, _) = server.button(maria, "Взять").await;
    sqlx::query(
        r#"insert into outbox (chat_id, bulk, payload, claimed_by, created_at) values ($1, true,
               '{"Amend": {"earlier": {"kind": "NewLead", "client": 1}, "markup": {"text": "<b>Иван</b>: взят", "rows": []}}}',
               0, now())"#,
    )
    .bind(maria)
    .execute(server.db.owner())
    .await
    .unwrap();
    server.start().await;
    keeps(&server, maria, Some("card1")).await;
    let messages = server.messages(maria).await;
    let amended = messages.iter().find(|message| message["message_id"] == notice).unwrap();
    assert!(amended["text"].as_str().unwrap().contains("взят"), "{amended}");
    assert!(amended["reply_markup"].is_null(), "{amended}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_in_a_reply_is_fetched_kept_and_sent_again() {
    let server = TestServer::open().await;
    server.ad("Авито", "AVITO").await;
    let oleg = server.staff("oleg", "ru", Group::Operators).await;
    server.types(oleg, "8 912 345-67-89 Иван с авито").await;
    server.taps(oleg, "Сохранить").await;
    server.sees(oleg, "№1").await;
    keeps(&server, oleg, Some("card1")).await;
    let (card, _) = server.button(oleg, "Показать телефон").await;
    let file = json!({ "file_name": "photo.png", "base64": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==" });
    server
        .control(
            &format!("people/{oleg}/send"),
            Some(json!({ "document": file, "caption": "замер кухни", "reply_to": card })),
        )
        .await;
    server.sees(oleg, "замер кухни").await;
    server
        .until("select count(*) = 1 from document join note on attachment_id = document.id where mime = 'image/png'")
        .await;
    server.taps(oleg, "photo.png").await;
    let mut sent = 0;
    while sent == 0 {
        let messages = server.messages(oleg).await;
        sent =
            messages.iter().filter(|m| m["from_person"] == false && m["document"]["file_name"] == "photo.png").count();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.until("select count(*) = 0 from outbox").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_a_reply_to_a_card_that_is_shown_and_not_settled_yet_is_a_note() {
    let server = TestServer::open().await;
    server.ad("Авито", "AVITO").await;
    let oleg = server.staff("oleg", "ru", Group::Operators).await;
    server.types(oleg, "8 912 345-67-89 Иван с авито").await;
    server.sees(oleg, "Новый лид").await;
    server.until("select count(*) = 0 from outbox").await;
    let mut held = server.db.owner().begin().await.unwrap();
    sqlx::raw_sql("lock table sent_about in share mode").execute(&mut *held).await.unwrap();
    server.taps(oleg, "Сохранить").await;
    server.sees(oleg, "№1").await;
    let (card, _) = server.button(oleg, "Показать телефон").await;
    let reply = json!({ "text": "просил смету", "reply_to": card });
    server.control(&format!("people/{oleg}/send"), Some(reply)).await;
    server.until("select count(*) = 1 from note where text = 'просил смету' and client_id = 1").await;
    held.rollback().await.unwrap();
    server.sees(oleg, "Заметка записана").await;
    keeps(&server, oleg, Some("card1 card1")).await;
}
