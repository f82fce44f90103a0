//! Command menus by scope and language.

use serde_json::{Value, json};

use crate::support::{ANNA, Desk};

fn one(name: &str) -> Value {
    json!([{"command": name, "description": "Does it"}])
}

async fn seen(desk: &Desk) -> Value {
    desk.get(&format!("/chats/{ANNA}/messages")).await["commands"][0]["command"].clone()
}

#[tokio::test]
async fn the_nearest_scope_wins_and_its_language() {
    let desk = Desk::new().await;
    let set = async |name: &str, more: Value| {
        let mut call = json!({"commands": one(name)});
        for (field, value) in more.as_object().unwrap() {
            call[field] = value.clone();
        }
        desk.bot("setMyCommands", call).await.ok();
    };
    assert_eq!(seen(&desk).await, Value::Null);
    set("all", json!({})).await;
    assert_eq!(seen(&desk).await, "all");
    set("russian", json!({"language_code": "ru"})).await;
    assert_eq!(seen(&desk).await, "russian");
    set("private", json!({"scope": {"type": "all_private_chats"}})).await;
    assert_eq!(seen(&desk).await, "private", "a nearer scope without a language hides a wider one with it");
    set("group", json!({"scope": {"type": "all_group_chats"}})).await;
    set("anna", json!({"scope": {"type": "chat", "chat_id": ANNA}})).await;
    assert_eq!(seen(&desk).await, "anna");
    let got = desk.bot("getMyCommands", json!({"scope": {"type": "chat", "chat_id": ANNA}})).await.ok();
    assert_eq!(got, one("anna"));
    let got = desk
        .bot("getMyCommands", json!({"scope": {"type": "chat", "chat_id": ANNA}, "language_code": "ru"}))
        .await
        .ok();
    assert_eq!(got, json!([]), "reading does not fall back");
    desk.bot("deleteMyCommands", json!({"scope": {"type": "chat", "chat_id": ANNA}})).await.ok();
    assert_eq!(seen(&desk).await, "private");
}

#[tokio::test]
async fn wrong_commands_and_scopes_are_refused() {
    let desk = Desk::new().await;
    let long = "x".repeat(257);
    for (commands, words) in [
        (json!("["), "can't parse commands JSON object"),
        (json!({}), "expected an Array of BotCommand"),
        (json!([5]), "can't parse BotCommand: expected an Object"),
        (json!([{"command": "a"}]), "can't parse BotCommand: Can't find field \"description\""),
        (
            json!([{"command": 5, "description": "x"}]),
            "can't parse BotCommand: Field \"command\" must be of type String",
        ),
        (one("Лид"), "BOT_COMMAND_INVALID"),
        (one("UPPER"), "BOT_COMMAND_INVALID"),
        (one(&"x".repeat(33)), "BOT_COMMAND_INVALID"),
        (json!([{"command": "a", "description": ""}]), "BOT_COMMAND_DESCRIPTION_INVALID"),
        (json!([{"command": "a", "description": long}]), "BOT_COMMAND_DESCRIPTION_INVALID"),
        (json!(vec![one("a")[0].clone(); 101]), "BOT_COMMANDS_TOO_MUCH"),
    ] {
        desk.bot("setMyCommands", json!({"commands": commands})).await.refused(400, &format!("Bad Request: {words}"));
    }
    for (scope, words) in [
        (json!("{"), "can't parse BotCommandScope JSON object"),
        (json!([]), "can't parse BotCommandScope: BotCommandScope must be an Object"),
        (json!({}), "can't parse BotCommandScope: Can't find field \"type\""),
        (json!({"type": "moon"}), "can't parse BotCommandScope: Unsupported type specified"),
        (json!({"type": "chat"}), "can't parse BotCommandScope: Can't find field \"chat_id\""),
        (json!({"type": "chat", "chat_id": 5}), "chat not found"),
        (json!({"type": "chat_member", "chat_id": 5}), "can't parse BotCommandScope: Can't find field \"user_id\""),
    ] {
        let call = json!({"commands": one("a"), "scope": scope});
        desk.bot("setMyCommands", call).await.refused(400, &format!("Bad Request: {words}"));
    }
    let call = json!({"commands": one("a"), "language_code": "russian"});
    desk.bot("setMyCommands", call).await.refused(400, "Bad Request: invalid language code specified");
}
