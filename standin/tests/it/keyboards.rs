//! Buttons under messages and keyboards in place of letters.

use serde_json::{Value, json};

use crate::support::{ANNA, Desk};

async fn refuse(desk: &Desk, markup: Value, why: &str) {
    let call = json!({"chat_id": ANNA, "text": "x", "reply_markup": markup});
    desk.bot("sendMessage", call).await.refused(400, &format!("Bad Request: {why}"));
}

fn inline(button: Value) -> Value {
    json!({"inline_keyboard": [[button]]})
}

#[tokio::test]
async fn callback_data_has_one_to_64_bytes() {
    let desk = Desk::new().await;
    let with = |data: String| inline(json!({"text": "a", "callback_data": data}));
    desk.send(json!({"reply_markup": with("a".repeat(64))})).await;
    refuse(&desk, with("a".repeat(65)), "BUTTON_DATA_INVALID").await;
    refuse(&desk, with("ж".repeat(33)), "BUTTON_DATA_INVALID").await;
    let empty = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard";
    refuse(&desk, with(String::new()), empty).await;
}

#[tokio::test]
async fn a_button_has_a_text_and_one_action() {
    let desk = Desk::new().await;
    for (button, why) in [
        (json!({"text": "a"}), "Text buttons are unallowed in the inline keyboard"),
        (json!("a"), "InlineKeyboardButton must be an Object"),
        (json!({"callback_data": "b"}), "Can't find field \"text\""),
        (json!({"text": [], "callback_data": "b"}), "Field \"text\" must be of type String"),
        (
            json!({"text": "a", "callback_data": "b", "url": "http://a.b"}),
            "Exactly one of the optional fields must be used",
        ),
    ] {
        refuse(&desk, inline(button), &format!("can't parse inline keyboard button: {why}")).await;
    }
    let sent = desk
        .send(json!({"reply_markup": {"inline_keyboard": [[
        {"text": "site", "url": "example.org"}, {"text": "copy", "copy_text": {"text": "x"}},
        {"text": "app", "web_app": {"url": "https://example.org"}}, {"text": "share", "switch_inline_query": ""}],
        [{"text": "", "callback_data": "left out"}]]}}))
        .await;
    assert_eq!(sent["reply_markup"]["inline_keyboard"].as_array().unwrap().len(), 1);
    let url = |u: &str| inline(json!({"text": "a", "url": u}));
    refuse(&desk, url("nonsense"), "inline keyboard button URL 'nonsense' is invalid: Wrong HTTP URL").await;
    let app = inline(json!({"text": "a", "web_app": {"url": "http://a.b"}}));
    refuse(&desk, app, "inline keyboard button Web App URL 'http://a.b' is invalid: Only HTTPS links are allowed")
        .await;
    let copy = inline(json!({"text": "a", "copy_text": {"text": ""}}));
    refuse(&desk, copy, "BUTTON_COPY_TEXT_INVALID").await;
}

#[tokio::test]
async fn keyboards_have_shapes_and_sizes() {
    let desk = Desk::new().await;
    refuse(&desk, json!("{"), "can't parse reply keyboard markup JSON object").await;
    refuse(&desk, json!([]), "object expected as reply markup").await;
    refuse(&desk, json!({"inline_keyboard": 1}), "field \"inline_keyboard\" must be of type Array").await;
    let rows = "field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays";
    refuse(&desk, json!({"inline_keyboard": [{}]}), rows).await;
    refuse(&desk, json!({"keyboard": ["a"]}), "field \"keyboard\" must be an Array of Arrays").await;
    refuse(
        &desk,
        json!({"keyboard": [["a"]], "resize_keyboard": 1}),
        "field \"resize_keyboard\" must be of type Boolean",
    )
    .await;
    refuse(
        &desk,
        json!({"keyboard": [[5]]}),
        "can't parse keyboard button: KeyboardButton must be a String or an Object",
    )
    .await;
    let button = json!({"text": "a", "callback_data": "b"});
    let grid = |rows: usize, columns: usize| json!({"inline_keyboard": vec![vec![button.clone(); columns]; rows]});
    desk.send(json!({"reply_markup": grid(12, 8)})).await;
    desk.send(json!({"reply_markup": grid(100, 1)})).await;
    refuse(&desk, grid(1, 9), "reply markup is too long").await;
    refuse(&desk, grid(101, 1), "reply markup is too long").await;
    let plain = |rows: usize, columns: usize| json!({"keyboard": vec![vec!["a"; columns]; rows]});
    desk.send(json!({"reply_markup": plain(25, 12)})).await;
    refuse(&desk, plain(1, 13), "reply markup is too long").await;
    refuse(&desk, plain(301, 1), "reply markup is too long").await;
    let long = json!({"inline_keyboard": vec![vec![json!({"text": "a".repeat(120), "callback_data": "b"}); 1]; 90]});
    refuse(&desk, long, "reply markup is too long").await;
    assert!(desk.send(json!({"reply_markup": {"inline_keyboard": []}})).await.get("reply_markup").is_none());
}

#[tokio::test]
async fn a_reply_keyboard_stays_until_it_is_removed() {
    let desk = Desk::new().await;
    let path = format!("/chats/{ANNA}/messages");
    let keyboard = json!({"keyboard": [["yes", {"text": "phone", "request_contact": true}]], "resize_keyboard": true,
        "one_time_keyboard": true, "input_field_placeholder": "choose"});
    let sent = desk.send(json!({"reply_markup": keyboard})).await;
    assert!(sent.get("reply_markup").is_none(), "Telegram shows a bot only the buttons under a message");
    let shown = desk.get(&path).await["reply_keyboard"].clone();
    assert_eq!(shown["keyboard"], json!([[{"text": "yes"}, {"text": "phone", "request_contact": true}]]));
    assert_eq!(shown["one_time_keyboard"], true);
    desk.send(json!({})).await;
    assert!(desk.get(&path).await["reply_keyboard"].is_object());
    desk.send(json!({"reply_markup": {"remove_keyboard": true}})).await;
    assert_eq!(desk.get(&path).await["reply_keyboard"], Value::Null);
    desk.send(json!({"reply_markup": {"force_reply": true, "input_field_placeholder": "name"}})).await;
    assert_eq!(desk.get(&path).await["reply_keyboard"]["force_reply"], true);
    let hint = json!({"keyboard": [["a"]], "input_field_placeholder": "x".repeat(65)});
    refuse(&desk, hint, "input field placeholder is too long").await;
    let both = json!({"keyboard": [[{"text": "a", "request_contact": true, "request_location": true}]]});
    refuse(&desk, both, "can't parse keyboard button: Exactly one of the optional fields must be used").await;
}

#[tokio::test]
async fn a_keyboard_goes_with_the_message_that_brought_it() {
    let desk = Desk::new().await;
    let sent = desk.send(json!({"reply_markup": {"keyboard": [["yes"]]}})).await;
    desk.bot("deleteMessage", json!({"chat_id": ANNA, "message_id": sent["message_id"]})).await.ok();
    assert_eq!(desk.get(&format!("/chats/{ANNA}/messages")).await["reply_keyboard"], Value::Null);
}
