//! Sending text: whom to, how long, in answer to what.

use serde_json::json;

use crate::support::{ANNA, Desk};

#[tokio::test]
async fn a_chat_must_be_known_and_open() {
    let desk = Desk::new().await;
    let to = |chat: serde_json::Value| json!({"chat_id": chat, "text": "hello"});
    desk.bot("sendMessage", json!({"text": "hello"})).await.refused(400, "Bad Request: chat_id is empty");
    desk.bot("sendMessage", to(json!(""))).await.refused(400, "Bad Request: chat_id is empty");
    desk.bot("sendMessage", to(json!(77))).await.refused(400, "Bad Request: chat not found");
    desk.bot("sendMessage", to(json!("@nobody"))).await.refused(400, "Bad Request: chat not found");
    // Someone who exists but never wrote is as unknown as no one.
    desk.person(501, "Boris").await;
    desk.bot("sendMessage", to(json!(501))).await.refused(400, "Bad Request: chat not found");
    desk.say(501, "hi").await;
    desk.bot("sendMessage", to(json!("501"))).await.ok();
    let blocked = desk.http.patch(format!("{}/control/people/501", desk.url)).json(&json!({"blocked": true}));
    assert_eq!(desk.reply(blocked).await.body["blocked"], true);
    desk.bot("sendMessage", to(json!(501))).await.refused(403, "Forbidden: bot was blocked by the user");
    let member = desk.drain().await.pop().unwrap();
    assert_eq!(member["my_chat_member"]["new_chat_member"]["status"], "kicked");
    desk.refused("/people/501/send", json!({"text": "x"}), 409, "blocked").await;
}

#[tokio::test]
async fn text_is_measured_in_utf16_units_after_parsing() {
    let desk = Desk::new().await;
    let send = |text: String, mode: &str| json!({"chat_id": ANNA, "text": text, "parse_mode": mode});
    desk.bot("sendMessage", json!({"chat_id": ANNA})).await.refused(400, "Bad Request: message text is empty");
    desk.bot("sendMessage", send(" \n\t\u{200b}".into(), "")).await.refused(400, "Bad Request: text must be non-empty");
    desk.bot("sendMessage", send("<b> </b>".into(), "HTML")).await.refused(400, "Bad Request: text must be non-empty");
    desk.bot("sendMessage", send("ж".repeat(4096), "")).await.ok();
    desk.bot("sendMessage", send("ж".repeat(4097), "")).await.refused(400, "Bad Request: message is too long");
    desk.bot("sendMessage", send("😀".repeat(2048), "")).await.ok();
    desk.bot("sendMessage", send("😀".repeat(2049), "")).await.refused(400, "Bad Request: message is too long");
    // Markup does not count, what it shows does.
    desk.bot("sendMessage", send(format!("<b>{}</b>", "&lt;".repeat(4096)), "HTML")).await.ok();
    desk.bot("sendMessage", send("a".repeat(40_000), "")).await.refused(400, "Bad Request: text is too long");
    for mode in ["BBCode", "Markdown", "MarkdownV2"] {
        desk.bot("sendMessage", send("x".into(), mode)).await.refused(400, "Bad Request: unsupported parse_mode");
    }
}

#[tokio::test]
async fn spaces_and_control_characters_are_cleaned() {
    let desk = Desk::new().await;
    let sent = desk.send(json!({"text": "\n  a\r\nb\u{1}c\t\u{202e}d  \n"})).await;
    assert_eq!(sent["text"], "a\nb c d");
    let sent = desk.send(json!({"text": "  <b> x</b> y  ", "parse_mode": "HTML"})).await;
    assert_eq!(sent["text"], " x y", "a space that an entity begins with stays");
    assert_eq!(sent["entities"], json!([{"type": "bold", "offset": 0, "length": 2}]));
}

#[tokio::test]
async fn replies_find_their_message() {
    let desk = Desk::new().await;
    let first = desk.send(json!({})).await["message_id"].clone();
    let reply = desk.send(json!({"reply_parameters": {"message_id": first}})).await;
    assert_eq!(reply["reply_to_message"]["message_id"], first);
    let reply = desk.send(json!({"reply_to_message_id": first})).await;
    assert_eq!(reply["reply_to_message"]["text"], "hello");
    let to = |value: serde_json::Value| json!({"chat_id": ANNA, "text": "x", "reply_parameters": value});
    let call = async |value, words: &str| desk.bot("sendMessage", to(value)).await.refused(400, words);
    call(json!({"message_id": 9999}), "Bad Request: message to be replied not found").await;
    call(json!({}), "Bad Request: can't parse reply parameters: Can't find field \"message_id\"").await;
    call(json!([]), "Bad Request: object expected as reply parameters").await;
    call(json!("{"), "Bad Request: can't parse reply parameters JSON object").await;
    let sent = desk.bot("sendMessage", to(json!({"message_id": 9999, "allow_sending_without_reply": true}))).await.ok();
    assert!(sent.get("reply_to_message").is_none());
}

#[tokio::test]
async fn flags_and_previews_are_taken() {
    let desk = Desk::new().await;
    let sent = desk
        .send(json!({"text": "see https://example.org/a", "protect_content": true,
        "disable_notification": true, "link_preview_options": {"is_disabled": true}}))
        .await;
    assert_eq!(sent["has_protected_content"], true);
    assert_eq!(sent["link_preview_options"], json!({"is_disabled": true}));
    assert_eq!(sent["entities"][0]["type"], "url");
    let wrong = json!({"chat_id": ANNA, "text": "x", "link_preview_options": 5});
    desk.bot("sendMessage", wrong).await.refused(400, "Bad Request: object expected as link preview options");
    let legacy = desk.send(json!({"text": "x", "disable_web_page_preview": true})).await;
    assert_eq!(legacy["link_preview_options"]["is_disabled"], true);
}

#[tokio::test]
async fn contacts_and_places() {
    let desk = Desk::new().await;
    let send = async |method: &str, mut fields: serde_json::Value| {
        fields["chat_id"] = ANNA.into();
        desk.bot(method, fields).await
    };
    let sent = send("sendContact", json!({"phone_number": "+7912", "first_name": "Пётр"})).await.ok();
    assert_eq!(sent["contact"], json!({"phone_number": "7912", "first_name": "Пётр"}));
    send("sendContact", json!({"first_name": "x"}))
        .await
        .refused(400, "Bad Request: parameter \"phone_number\" is required");
    send("sendContact", json!({"phone_number": "7"}))
        .await
        .refused(400, "Bad Request: parameter \"first_name\" is required");
    let sent = send("sendLocation", json!({"latitude": 55.75, "longitude": 37.6})).await.ok();
    assert_eq!(sent["location"]["latitude"], 55.75);
    send("sendLocation", json!({"longitude": 1})).await.refused(400, "Bad Request: latitude is empty");
    send("sendLocation", json!({"latitude": 1})).await.refused(400, "Bad Request: longitude is empty");
    let place = json!({"latitude": 1, "longitude": 2, "title": "Office", "address": "Lenina 1"});
    assert_eq!(send("sendVenue", place).await.ok()["venue"]["title"], "Office");
}

#[tokio::test]
async fn chat_actions_show_and_end_with_the_next_message() {
    let desk = Desk::new().await;
    let act = |action: &str| json!({"chat_id": ANNA, "action": action});
    desk.bot("sendChatAction", act("dancing")).await.refused(400, "Bad Request: wrong parameter action in request");
    let path = format!("/chats/{ANNA}/messages");
    desk.bot("sendChatAction", act("upload_document")).await.ok();
    assert_eq!(desk.get(&path).await["action"], "upload_document");
    desk.send(json!({})).await;
    assert_eq!(desk.get(&path).await["action"], serde_json::Value::Null);
    desk.bot("sendChatAction", act("typing")).await.ok();
    desk.bot("sendChatAction", act("cancel")).await.ok();
    assert_eq!(desk.get(&path).await["action"], serde_json::Value::Null);
}

#[tokio::test]
async fn chats_are_described() {
    let desk = Desk::new().await;
    let chat = desk.bot("getChat", json!({"chat_id": ANNA})).await.ok();
    assert_eq!((chat["type"].as_str(), chat["first_name"].as_str()), (Some("private"), Some("Anna")));
    desk.bot("getChat", json!({"chat_id": 5})).await.refused(400, "Bad Request: chat not found");
    let member = desk.bot("getChatMember", json!({"chat_id": ANNA, "user_id": ANNA})).await.ok();
    assert_eq!(member["status"], "member");
    let ask = |user: i64| json!({"chat_id": ANNA, "user_id": user});
    desk.bot("getChatMember", ask(0)).await.refused(400, "Bad Request: invalid user_id specified");
    desk.bot("getChatMember", ask(5)).await.refused(400, "Bad Request: member not found");
    for method in ["getChatMemberCount", "getChatMembersCount"] {
        assert_eq!(desk.bot(method, json!({"chat_id": ANNA})).await.ok(), 2);
    }
    let words = "Bad Request: there are no administrators in the private chat";
    desk.bot("getChatAdministrators", json!({"chat_id": ANNA})).await.refused(400, words);
    let photos = desk.bot("getUserProfilePhotos", json!({"user_id": ANNA})).await.ok();
    assert_eq!(photos["total_count"], 0);
}
