//! Groups and channels, as far as a bot must leave them.

use serde_json::{Value, json};

use crate::support::{ANNA, Desk};

async fn group(desk: &Desk, kind: &str) -> i64 {
    let made = desk.post("/groups", json!({"title": "Sales", "kind": kind, "added_by": ANNA})).await;
    made["id"].as_i64().unwrap()
}

#[tokio::test]
async fn a_bot_is_taken_in_and_leaves() {
    let desk = Desk::new().await;
    for (kind, below) in [("group", 0), ("supergroup", -1_000_000_000_000_i64)] {
        let id = group(&desk, kind).await;
        assert!(id < below);
        let updates = desk.drain().await;
        let member = &updates[0]["my_chat_member"];
        assert_eq!(member["chat"], json!({"id": id, "title": "Sales", "type": kind}));
        assert_eq!(member["old_chat_member"]["status"], "left");
        assert_eq!(member["new_chat_member"]["status"], "member");
        assert_eq!(updates[1]["message"]["new_chat_members"][0]["is_bot"], true);
        desk.bot("sendMessage", json!({"chat_id": id, "text": "bye"})).await.ok();
        desk.bot("leaveChat", json!({"chat_id": id})).await.ok();
        assert_eq!(desk.drain().await[0]["my_chat_member"]["new_chat_member"]["status"], "left");
        let words = format!("Forbidden: bot is not a member of the {kind} chat");
        desk.bot("sendMessage", json!({"chat_id": id, "text": "x"})).await.refused(403, &words);
    }
    let words = "Bad Request: chat member status can't be changed in private chats";
    desk.bot("leaveChat", json!({"chat_id": ANNA})).await.refused(400, words);
}

#[tokio::test]
async fn a_bot_is_thrown_out_and_taken_back() {
    let desk = Desk::new().await;
    let id = group(&desk, "supergroup").await;
    let path = format!("/groups/{id}/member");
    desk.post(&path, json!({"status": "kicked", "by": ANNA})).await;
    let words = "Forbidden: bot was kicked from the supergroup chat";
    desk.bot("getChat", json!({"chat_id": id})).await.refused(403, words);
    desk.post(&path, json!({"status": "administrator", "by": ANNA})).await;
    assert_eq!(desk.bot("getChat", json!({"chat_id": id})).await.ok()["title"], "Sales");
    let admins = desk.bot("getChatAdministrators", json!({"chat_id": id})).await.ok();
    assert_eq!(admins[0]["status"], "administrator");
    let updates = desk.drain().await;
    assert_eq!(updates[2]["my_chat_member"]["new_chat_member"]["status"], "kicked");
    assert_eq!(updates[3]["my_chat_member"]["new_chat_member"]["status"], "administrator");
}

#[tokio::test]
async fn privacy_hides_what_is_not_meant_for_the_bot() {
    let desk = Desk::new().await;
    let id = group(&desk, "group").await;
    let path = format!("/groups/{id}/send");
    let said = async |more: Value| desk.post(&path, more).await["update_id"].is_i64();
    assert!(!said(json!({"person": ANNA, "text": "hello all"})).await);
    assert!(said(json!({"person": ANNA, "text": "/start"})).await);
    assert!(said(json!({"person": ANNA, "text": "/start@Test_Bot now"})).await);
    assert!(!said(json!({"person": ANNA, "text": "/start@other_bot"})).await);
    let own = desk.bot("sendMessage", json!({"chat_id": id, "text": "?"})).await.ok();
    assert!(said(json!({"person": ANNA, "text": "yes", "reply_to": own["message_id"]})).await);
    assert!(said(json!({"anonymous": true, "text": "/start"})).await);
    let update = desk.drain().await.pop().unwrap();
    assert_eq!(update["message"]["from"]["username"], "GroupAnonymousBot");
    assert_eq!(update["message"]["sender_chat"]["id"], id);
}

#[tokio::test]
async fn channels_post_without_a_person() {
    let desk = Desk::new().await;
    let id = group(&desk, "channel").await;
    desk.post(&format!("/groups/{id}/send"), json!({"text": "news"})).await;
    let updates = desk.drain().await;
    assert_eq!(updates[0]["my_chat_member"]["new_chat_member"]["status"], "administrator");
    let post = &updates[1]["channel_post"];
    assert_eq!((&post["sender_chat"]["id"], post.get("from")), (&json!(id), None));
    desk.bot("leaveChat", json!({"chat_id": id})).await.ok();
    let words = "Forbidden: bot is not a member of the channel chat";
    desk.bot("sendMessage", json!({"chat_id": id, "text": "x"})).await.refused(403, words);
}

#[tokio::test]
async fn what_only_private_chats_allow() {
    let desk = Desk::new().await;
    let id = group(&desk, "group").await;
    for (field, words) in [
        ("request_contact", "phone number can be requested in private chats only"),
        ("request_location", "location can be requested in private chats only"),
        ("request_poll", "poll can be requested in private chats only"),
        ("web_app", "web App buttons can be used in private chats only"),
    ] {
        let mut button = json!({"text": "a"});
        button[field] = if field.starts_with("request_p") || field == "web_app" {
            json!({"url": "https://a.b"})
        } else {
            true.into()
        };
        let call = json!({"chat_id": id, "text": "x", "reply_markup": {"keyboard": [[button]]}});
        desk.bot("sendMessage", call).await.refused(400, &format!("Bad Request: {words}"));
    }
    // Of others' messages a simple member may delete none.
    let said = desk.post(&format!("/groups/{id}/send"), json!({"person": ANNA, "text": "/x"})).await;
    let call = json!({"chat_id": id, "message_id": said["message"]["message_id"]});
    desk.bot("deleteMessage", call).await.refused(400, "Bad Request: message can't be deleted for everyone");
}
