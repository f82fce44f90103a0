//! Editing and deleting.

use serde_json::{Value, json};

use crate::support::{ANNA, Desk, png};

const NOT_MODIFIED: &str = "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message";

fn edit(id: &Value, more: &Value) -> Value {
    let mut call = json!({"chat_id": ANNA, "message_id": id, "text": "new"});
    for (name, value) in more.as_object().unwrap() {
        call[name] = value.clone();
    }
    call
}

#[tokio::test]
async fn texts_change_and_say_when_they_do_not() {
    let desk = Desk::new().await;
    let buttons = json!({"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]});
    let sent = desk.send(json!({"reply_markup": buttons, "text": "<b>old</b>", "parse_mode": "HTML"})).await;
    let id = &sent["message_id"];
    let same = json!({"text": "<b>old</b>", "parse_mode": "HTML", "reply_markup": buttons});
    desk.bot("editMessageText", edit(id, &same)).await.refused(400, NOT_MODIFIED);
    let edited = desk.bot("editMessageText", edit(id, &json!({"reply_markup": buttons}))).await.ok();
    assert_eq!(edited["text"], "new");
    assert!(edited["edit_date"].is_i64());
    let edited = desk.bot("editMessageText", edit(id, &json!({}))).await.ok();
    assert!(edited.get("reply_markup").is_none(), "an edit without buttons takes them away");
    desk.bot("editMessageText", edit(id, &json!({}))).await.refused(400, NOT_MODIFIED);
    desk.bot("editMessageReplyMarkup", edit(id, &json!({}))).await.refused(400, NOT_MODIFIED);
    let edited = desk.bot("editMessageReplyMarkup", edit(id, &json!({"reply_markup": buttons}))).await.ok();
    assert_eq!(edited["reply_markup"], buttons);
    assert_eq!(desk.chat(ANNA).await.last().unwrap()["text"], "new");
}

#[tokio::test]
async fn what_cannot_be_edited() {
    let desk = Desk::new().await;
    let call = async |more: Value, words: &str| {
        desk.bot("editMessageText", edit(&json!(1), &more)).await.refused(400, &format!("Bad Request: {words}"));
    };
    call(json!({"message_id": 9999}), "message to edit not found").await;
    call(json!({"message_id": 0}), "message to edit not found").await;
    call(json!({"chat_id": 77}), "chat not found").await;
    call(json!({}), "message can't be edited").await;
    call(json!({"chat_id": "", "message_id": ""}), "message identifier is not specified").await;
    call(json!({"chat_id": "", "message_id": "", "inline_message_id": "x"}), "MESSAGE_ID_INVALID").await;
    call(json!({"text": ""}), "message text is empty").await;
    call(json!({"text": "x".repeat(4097)}), "message is too long").await;
    call(json!({"reply_markup": {"keyboard": [["a"]]}}), "inline keyboard expected").await;
    let frozen = desk.send(json!({"reply_markup": {"keyboard": [["a"]]}})).await;
    call(json!({"message_id": frozen["message_id"]}), "message can't be edited").await;
}

#[tokio::test]
async fn captions_and_files_change() {
    let desk = Desk::new().await;
    let form = reqwest::multipart::Form::new()
        .text("chat_id", ANNA.to_string())
        .text("caption", "one")
        .part("photo", reqwest::multipart::Part::bytes(png(10, 10)).file_name("a.png"));
    let url = format!("{}/bot{}/sendPhoto", desk.url, crate::support::TOKEN);
    let photo = desk.reply(desk.http.post(url).multipart(form)).await.ok();
    let id = &photo["message_id"];
    let words = "Bad Request: there is no text in the message to edit";
    desk.bot("editMessageText", edit(id, &json!({}))).await.refused(400, words);
    let edited =
        desk.bot("editMessageCaption", edit(id, &json!({"caption": "<i>two</i>", "parse_mode": "HTML"}))).await.ok();
    assert_eq!(edited["caption_entities"][0]["type"], "italic");
    let long = json!({"caption": "x".repeat(1025)});
    let words = "Bad Request: message caption is too long";
    desk.bot("editMessageCaption", edit(id, &long)).await.refused(400, words);
    let text = desk.send(json!({})).await;
    let words = "Bad Request: there is no caption in the message to edit";
    desk.bot("editMessageCaption", edit(&text["message_id"], &json!({"caption": "x"}))).await.refused(400, words);
    let file = photo["photo"][0]["file_id"].clone();
    let media = json!({"media": {"type": "photo", "media": file, "caption": "three"}});
    assert_eq!(desk.bot("editMessageMedia", edit(id, &media)).await.ok()["caption"], "three");
    let words = "Bad Request: there is no media in the message to edit";
    desk.bot("editMessageMedia", edit(&text["message_id"], &media)).await.refused(400, words);
    let call = async |media: Value, words: &str| {
        desk.bot("editMessageMedia", edit(id, &json!({"media": media})))
            .await
            .refused(400, &format!("Bad Request: {words}"));
    };
    call(json!(""), "parameter \"media\" is required").await;
    call(json!("{"), "can't parse input media JSON object").await;
    call(json!([]), "can't parse InputMedia: expected an Object").await;
    call(json!({"media": file}), "can't parse InputMedia: Can't find field \"type\"").await;
    call(json!({"type": "hologram", "media": file}), "can't parse InputMedia: type \"hologram\" is unsupported").await;
    call(json!({"type": "photo", "media": "attach://x"}), "can't parse InputMedia: media not found").await;
}

#[tokio::test]
async fn deleting_works_for_two_days() {
    let desk = Desk::new().await;
    let call = |id: &Value| json!({"chat_id": ANNA, "message_id": id});
    let sent = desk.send(json!({})).await;
    desk.bot("deleteMessage", call(&sent["message_id"])).await.ok();
    let words = "Bad Request: message to delete not found";
    desk.bot("deleteMessage", call(&sent["message_id"])).await.refused(400, words);
    // In a private chat a bot may delete what the person wrote, too.
    desk.bot("deleteMessage", call(&json!(1))).await.ok();
    desk.bot("deleteMessage", json!({"message_id": 1}))
        .await
        .refused(400, "Bad Request: chat identifier is not specified");
    desk.bot("deleteMessage", call(&json!(0))).await.refused(400, "Bad Request: message identifier is not specified");
    let old = desk.send(json!({})).await["message_id"].clone();
    desk.post("/clock", json!({"advance": 48 * 3600 + 1})).await;
    let words = "Bad Request: message can't be deleted for everyone";
    desk.bot("deleteMessage", call(&old)).await.refused(400, words);
    // Editing has no such limit.
    desk.bot("editMessageText", edit(&old, &json!({}))).await.ok();
}

#[tokio::test]
async fn many_are_deleted_at_once() {
    let desk = Desk::new().await;
    let a = desk.send(json!({})).await["message_id"].clone();
    let b = desk.send(json!({})).await["message_id"].clone();
    let call = |ids: Value| json!({"chat_id": ANNA, "message_ids": ids});
    desk.bot("deleteMessages", call(json!([a, b, 9999]))).await.ok();
    assert_eq!(desk.chat(ANNA).await.len(), 1);
    for (ids, words) in [
        (json!(""), "message identifiers are not specified"),
        (json!([]), "message identifiers are not specified"),
        (json!("["), "can't parse message_ids JSON object"),
        (json!({}), "expected an Array of message identifiers"),
        (json!([true]), "message identifier must be a Number"),
        (json!(["x"]), "can't parse message identifier as Number"),
        (json!([0]), "invalid message identifier specified"),
        (json!((1..=101).collect::<Vec<_>>()), "too many message identifiers specified"),
    ] {
        desk.bot("deleteMessages", call(ids)).await.refused(400, &format!("Bad Request: {words}"));
    }
}

#[tokio::test]
async fn people_edit_and_delete_too() {
    let desk = Desk::new().await;
    let said = desk.say(ANNA, "one").await;
    let id = said["message"]["message_id"].clone();
    let edited = desk.post(&format!("/people/{ANNA}/edit"), json!({"message_id": id, "text": "/two"})).await;
    assert_eq!(edited["message"]["entities"][0]["type"], "bot_command");
    let updates = desk.drain().await;
    assert_eq!(updates[1]["edited_message"]["text"], "/two");
    assert!(updates[1]["edited_message"]["edit_date"].is_i64());
    let sent = desk.send(json!({})).await["message_id"].clone();
    desk.refused(&format!("/people/{ANNA}/edit"), json!({"message_id": sent, "text": "x"}), 400, "one's own").await;
    desk.post(&format!("/people/{ANNA}/delete"), json!({"message_id": sent})).await;
    let words = "Bad Request: message to edit not found";
    desk.bot("editMessageText", edit(&sent, &json!({}))).await.refused(400, words);
}
