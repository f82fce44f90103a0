//! Presses and their answers.

use serde_json::{Value, json};

use crate::support::{ANNA, Desk};

const LATE: &str = "Bad Request: query is too old and response timeout expired or query ID is invalid";

async fn press(desk: &Desk) -> (Value, Value) {
    let buttons =
        json!({"inline_keyboard": [[{"text": "a", "callback_data": "data"}, {"text": "u", "url": "http://a.b"}]]});
    let sent = desk.send(json!({"reply_markup": buttons})).await;
    let call = json!({"message_id": sent["message_id"], "row": 0, "col": 0});
    (desk.post(&format!("/people/{ANNA}/press"), call).await, sent)
}

#[tokio::test]
async fn a_press_is_answered_once() {
    let desk = Desk::new().await;
    let (pressed, sent) = press(&desk).await;
    let update = desk.drain().await.pop().unwrap();
    let query = &update["callback_query"];
    assert_eq!(update["update_id"], pressed["update_id"]);
    assert_eq!(query["data"], "data");
    assert_eq!(query["from"]["id"], ANNA);
    assert_eq!(query["message"], sent);
    assert!(query["chat_instance"].is_string());
    let path = format!("/callbacks/{}?wait_ms=0", query["id"].as_str().unwrap());
    assert_eq!(desk.get(&path).await["answered"], false);
    let answer = json!({"callback_query_id": query["id"], "text": "Готово", "show_alert": true});
    desk.bot("answerCallbackQuery", answer.clone()).await.ok();
    let seen = desk.get(&path).await;
    assert_eq!(seen, json!({"answered": true, "text": "Готово", "show_alert": true, "url": ""}));
    desk.bot("answerCallbackQuery", answer).await.refused(400, LATE);
}

#[tokio::test]
async fn wrong_answers_are_refused() {
    let desk = Desk::new().await;
    let (pressed, _) = press(&desk).await;
    let id = &pressed["callback_id"];
    let call = async |more: Value| desk.bot("answerCallbackQuery", more).await;
    call(json!({"callback_query_id": "1"})).await.refused(400, LATE);
    call(json!({})).await.refused(400, LATE);
    call(json!({"callback_query_id": id, "text": "x".repeat(201)})).await.refused(400, "Bad Request: MESSAGE_TOO_LONG");
    call(json!({"callback_query_id": id, "url": "https://example.org"})).await.refused(400, "Bad Request: URL_INVALID");
    call(json!({"callback_query_id": id, "url": "https://t.me/test_bot?start=x"})).await.ok();
}

#[tokio::test]
async fn presses_die_after_150_seconds() {
    let desk = Desk::new().await;
    let (fetched, _) = press(&desk).await;
    assert_eq!(desk.drain().await.len(), 1);
    press(&desk).await;
    let aged = desk.post("/taps/age", json!({"seconds": 151})).await;
    assert_eq!(aged["dropped_updates"], 1, "the one that still waited for the bot is gone");
    assert!(desk.drain().await.is_empty());
    desk.bot("answerCallbackQuery", json!({"callback_query_id": fetched["callback_id"]})).await.refused(400, LATE);
}

#[tokio::test]
async fn waiting_for_an_answer_ends_with_it() {
    let desk = Desk::new().await;
    let (pressed, _) = press(&desk).await;
    let id = pressed["callback_id"].as_str().unwrap();
    let path = format!("/callbacks/{id}?wait_ms=20000");
    let began = std::time::Instant::now();
    let (seen, _) = tokio::join!(desk.get(&path), async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        desk.bot("answerCallbackQuery", json!({"callback_query_id": id})).await.ok()
    });
    assert_eq!(seen["answered"], true);
    assert!(began.elapsed().as_secs() < 10);
}

#[tokio::test]
async fn any_client_can_send_any_data() {
    let desk = Desk::new().await;
    let path = format!("/people/{ANNA}/press");
    let (_, sent) = press(&desk).await;
    let id = &sent["message_id"];
    desk.post(&path, json!({"message_id": id, "data": "forged"})).await;
    desk.bot("deleteMessage", json!({"chat_id": ANNA, "message_id": id})).await.ok();
    desk.post(&path, json!({"message_id": id, "data": "gone"})).await;
    let updates = desk.drain().await;
    assert_eq!(updates[1]["callback_query"]["data"], "forged");
    assert_eq!(updates[2]["callback_query"]["message"]["date"], 0, "a message that is gone is only named");
    let (_, sent) = press(&desk).await;
    desk.refused(&path, json!({"message_id": sent["message_id"], "row": 0, "col": 1}), 400, "does not call").await;
    desk.refused(&path, json!({"message_id": sent["message_id"], "row": 9, "col": 1}), 404, "no button").await;
    desk.refused("/people/5/press", json!({"message_id": 1, "data": "x"}), 404, "no person").await;
}
