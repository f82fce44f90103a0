//! Names, descriptions, the menu button, reactions.

use serde_json::{Value, json};

use crate::support::{ANNA, Desk};

#[tokio::test]
async fn names_and_descriptions_have_languages() {
    let desk = Desk::new().await;
    assert_eq!(desk.bot("getMyName", json!({})).await.ok()["name"], "Test");
    desk.bot("setMyName", json!({"name": "Sales"})).await.ok();
    desk.bot("setMyName", json!({"name": "Продажи", "language_code": "ru"})).await.ok();
    assert_eq!(desk.bot("getMyName", json!({"language_code": "ru"})).await.ok()["name"], "Продажи");
    assert_eq!(desk.bot("getMyName", json!({"language_code": "de"})).await.ok()["name"], "Sales");
    assert_eq!(desk.bot("getMe", json!({})).await.ok()["first_name"], "Sales");
    desk.bot("setMyName", json!({"language_code": "ru"})).await.ok();
    assert_eq!(desk.bot("getMyName", json!({"language_code": "ru"})).await.ok()["name"], "Sales");
    desk.bot("setMyDescription", json!({"description": "d"})).await.ok();
    assert_eq!(desk.bot("getMyDescription", json!({})).await.ok()["description"], "d");
    desk.bot("setMyShortDescription", json!({"short_description": "s"})).await.ok();
    assert_eq!(desk.bot("getMyShortDescription", json!({})).await.ok()["short_description"], "s");
    let long = |n: usize| Value::from("x".repeat(n));
    desk.bot("setMyName", json!({"name": long(65)})).await.refused(400, "Bad Request: BOT_TITLE_INVALID");
    let words = "Bad Request: BOT_DESCRIPTION_INVALID";
    desk.bot("setMyDescription", json!({"description": long(513)})).await.refused(400, words);
    let words = "Bad Request: BOT_SHORT_DESCRIPTION_INVALID";
    desk.bot("setMyShortDescription", json!({"short_description": long(121)})).await.refused(400, words);
    desk.bot("setMyName", json!({"language_code": "RU"}))
        .await
        .refused(400, "Bad Request: invalid language code specified");
}

#[tokio::test]
async fn the_menu_button_is_everyones_or_ones_own() {
    let desk = Desk::new().await;
    assert_eq!(desk.bot("getChatMenuButton", json!({})).await.ok(), json!({"type": "commands"}));
    let app = json!({"type": "web_app", "text": "Open", "web_app": {"url": "https://example.org"}});
    desk.bot("setChatMenuButton", json!({"chat_id": ANNA, "menu_button": app})).await.ok();
    assert_eq!(desk.bot("getChatMenuButton", json!({"chat_id": ANNA})).await.ok(), app);
    for (button, words) in [
        (json!("{"), "can't parse menu button JSON object"),
        (json!([]), "can't parse menu button: MenuButton must be an Object"),
        (json!({}), "can't parse menu button: Can't find field \"type\""),
        (json!({"type": "tea"}), "can't parse menu button: MenuButton has unsupported type"),
        (json!({"type": "web_app"}), "can't parse menu button: Can't find field \"text\""),
    ] {
        desk.bot("setChatMenuButton", json!({"menu_button": button}))
            .await
            .refused(400, &format!("Bad Request: {words}"));
    }
    desk.bot("getChatMenuButton", json!({"chat_id": 5})).await.refused(400, "Bad Request: user not found");
}

#[tokio::test]
async fn reactions_are_of_the_known_ones() {
    let desk = Desk::new().await;
    let call = |reaction: Value| json!({"chat_id": ANNA, "message_id": 1, "reaction": reaction});
    let emoji = |e: &str| json!({"type": "emoji", "emoji": e});
    desk.bot("setMessageReaction", call(json!([emoji("👍")]))).await.ok();
    assert_eq!(desk.chat(ANNA).await[0]["reactions"][0]["reaction"][0]["emoji"], "👍");
    desk.bot("setMessageReaction", call(json!([]))).await.ok();
    assert!(desk.chat(ANNA).await[0].get("reactions").is_none());
    for (reaction, words) in [
        (json!("["), "can't parse reaction types JSON object"),
        (json!({}), "expected an Array of ReactionType"),
        (json!([5]), "can't parse ReactionType: expected an Object"),
        (json!([{"type": "smell"}]), "can't parse ReactionType: invalid reaction type specified"),
        (json!([emoji("🧀")]), "REACTION_INVALID"),
        (json!([emoji("👍"), emoji("🔥")]), "REACTIONS_TOO_MANY"),
    ] {
        desk.bot("setMessageReaction", call(reaction)).await.refused(400, &format!("Bad Request: {words}"));
    }
    let none = json!({"chat_id": ANNA, "message_id": 999, "reaction": [emoji("👍")]});
    desk.bot("setMessageReaction", none).await.refused(400, "Bad Request: message to react not found");
    desk.refused(&format!("/people/{ANNA}/react"), json!({"message_id": 1, "emoji": "🧀"}), 400, "emoji").await;
}
