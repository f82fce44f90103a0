//! Forwards with their origin, copies without.

use serde_json::{Value, json};

use crate::support::{ANNA, Desk};

fn from(message: &Value, more: &Value) -> Value {
    let mut call = json!({"chat_id": 501, "from_chat_id": ANNA, "message_id": message["message_id"]});
    for (name, value) in more.as_object().unwrap() {
        call[name] = value.clone();
    }
    call
}

async fn desk() -> Desk {
    let desk = Desk::new().await;
    desk.person(501, "Boris").await;
    desk.say(501, "/start").await;
    desk.drain().await;
    desk
}

#[tokio::test]
async fn a_forward_names_its_origin() {
    let desk = desk().await;
    let said = desk.say(ANNA, "secret").await["message"].clone();
    let sent = desk.bot("forwardMessage", from(&said, &json!({}))).await.ok();
    assert_eq!(sent["text"], "secret");
    assert_eq!(sent["chat"]["id"], 501);
    assert_eq!(sent["from"]["is_bot"], true);
    assert_eq!(sent["forward_origin"]["type"], "user");
    assert_eq!(sent["forward_origin"]["sender_user"]["id"], ANNA);
    assert_eq!(sent["forward_origin"]["date"], said["date"]);
    let edit = json!({"chat_id": 501, "message_id": sent["message_id"], "text": "x"});
    desk.bot("editMessageText", edit).await.refused(400, "Bad Request: message can't be edited");
}

#[tokio::test]
async fn a_copy_is_the_bots_own() {
    let desk = desk().await;
    let said = desk.say(ANNA, "secret").await["message"].clone();
    let buttons = json!({"reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}});
    let sent = desk.bot("copyMessage", from(&said, &buttons)).await.ok();
    assert_eq!(sent.as_object().unwrap().len(), 1, "only the new id is told");
    let seen = desk.chat(501).await.pop().unwrap();
    assert_eq!((&seen["text"], &seen["message_id"]), (&json!("secret"), &sent["message_id"]));
    assert!(seen.get("forward_origin").is_none());
    assert!(seen["reply_markup"].is_object());
}

#[tokio::test]
async fn what_cannot_be_passed_on() {
    let desk = desk().await;
    let kept = desk.send(json!({"protect_content": true})).await;
    desk.bot("forwardMessage", from(&kept, &json!({})))
        .await
        .refused(400, "Bad Request: the message can't be forwarded");
    desk.bot("copyMessage", from(&kept, &json!({}))).await.refused(400, "Bad Request: the message can't be copied");
    let none = json!({"message_id": 9999});
    desk.bot("forwardMessage", from(&none, &json!({}))).await.refused(400, "Bad Request: message to forward not found");
    desk.bot("copyMessage", from(&none, &json!({}))).await.refused(400, "Bad Request: message to copy not found");
    let words = "Bad Request: parameter \"from_chat_id\" is required";
    desk.bot("forwardMessage", json!({"chat_id": 501, "message_id": 1})).await.refused(400, words);
    desk.bot("copyMessage", from(&kept, &json!({"from_chat_id": 5}))).await.refused(400, "Bad Request: chat not found");
}

#[tokio::test]
async fn many_are_passed_on_at_once() {
    let desk = desk().await;
    let a = desk.say(ANNA, "a").await["message"]["message_id"].as_i64().unwrap();
    let b = desk.say(ANNA, "b").await["message"]["message_id"].as_i64().unwrap();
    let call = |ids: Value| json!({"chat_id": 501, "from_chat_id": ANNA, "message_ids": ids});
    assert_eq!(desk.bot("forwardMessages", call(json!([a, b, 9999]))).await.ok().as_array().unwrap().len(), 2);
    assert_eq!(desk.bot("copyMessages", call(json!([a, b]))).await.ok().as_array().unwrap().len(), 2);
    let chat = desk.chat(501).await;
    assert!(chat[chat.len() - 3]["forward_origin"].is_object());
    assert!(chat[chat.len() - 1].get("forward_origin").is_none());
    let words = "Bad Request: message identifiers must be in a strictly increasing order";
    desk.bot("forwardMessages", call(json!([b, a]))).await.refused(400, words);
    desk.bot("copyMessages", call(json!([9999]))).await.refused(400, "Bad Request: there are no messages to forward");
}

#[tokio::test]
async fn people_forward_too() {
    let desk = desk().await;
    let path = format!("/people/{ANNA}/send");
    desk.post(&path, json!({"text": "a", "forward_from": "Скрытый"})).await;
    desk.post(&path, json!({"text": "b", "forward_from": {"person": 501}})).await;
    let said = desk.say(501, "c").await["message"]["message_id"].clone();
    desk.post(&path, json!({"forward_from": {"person": 501, "message_id": said}})).await;
    let updates = desk.drain().await;
    assert_eq!(updates[0]["message"]["forward_origin"]["sender_user_name"], "Скрытый");
    assert_eq!(updates[1]["message"]["forward_origin"]["sender_user"]["first_name"], "Boris");
    assert_eq!((&updates[3]["message"]["text"], &updates[3]["message"]["from"]["id"]), (&json!("c"), &json!(ANNA)));
}
