//! The control API: people, reading, events, the log, a reset.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{ANNA, Desk, TOKEN};

#[tokio::test]
async fn people_are_made_once_and_changed() {
    let desk = Desk::new().await;
    let same = desk.person(ANNA, "Anna").await;
    assert_eq!(same["met"], true, "making somebody again changes nothing");
    let other = desk.post("/people", json!({"first_name": "Boris", "username": "@boris"})).await;
    assert!(other["id"].as_i64().unwrap() > i64::from(i32::MAX));
    assert_eq!(other["username"], "boris");
    let url = format!("{}/control/people/{ANNA}", desk.url);
    let changed = desk.reply(desk.http.patch(&url).json(&json!({"last_name": "K.", "phone": null}))).await.body;
    assert_eq!((&changed["last_name"], &changed["phone"]), (&json!("K."), &Value::Null));
    assert_eq!(desk.say(ANNA, "x").await["message"]["from"]["last_name"], "K.");
    desk.refused("/people", json!({}), 400, "first_name").await;
    desk.refused("/people", json!({"id": -1, "first_name": "x"}), 400, "positive").await;
    desk.refused("/people", json!({"first_name": "x", "age": 7}), 400, "age").await;
    let missing = desk.reply(desk.http.get(format!("{}/control/nowhere", desk.url))).await;
    assert_eq!(missing.status, 404);
    assert_eq!(desk.get("/state").await["people"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn contacts_are_ones_own_or_anothers() {
    let desk = Desk::new().await;
    let path = format!("/people/{ANNA}/send");
    desk.post(&path, json!({"contact": {}})).await;
    desk.post(&path, json!({"contact": {"phone_number": "+79001112233", "first_name": "Пётр"}})).await;
    let updates = desk.drain().await;
    let own = json!({"phone_number": "79123456789", "first_name": "Anna", "user_id": ANNA});
    assert_eq!(updates[0]["message"]["contact"], own);
    assert_eq!(updates[1]["message"]["contact"], json!({"phone_number": "79001112233", "first_name": "Пётр"}));
    desk.refused(&path, json!({}), 400, "what to send").await;
}

#[tokio::test]
async fn deep_links_press_start() {
    let desk = Desk::new().await;
    let path = format!("/people/{ANNA}/open_link");
    desk.post(&path, json!({"start": "inv-AB_1"})).await;
    desk.post(&path, json!({"start": ""})).await;
    let updates = desk.drain().await;
    assert_eq!(updates[0]["message"]["text"], "/start inv-AB_1");
    assert_eq!(updates[1]["message"]["text"], "/start");
    desk.refused(&path, json!({"start": "a b"}), 400, "64").await;
    desk.refused(&path, json!({"start": "x".repeat(65)}), 400, "64").await;
}

#[tokio::test]
async fn chats_are_read_page_by_page() {
    let desk = Desk::new().await;
    for n in 0..5 {
        desk.say(ANNA, &format!("{n}")).await;
    }
    let page = desk.get(&format!("/chats/{ANNA}/messages?limit=2")).await;
    let texts = |page: &Value| -> Vec<String> {
        page["messages"].as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!((texts(&page), &page["has_more"]), (vec!["3".to_owned(), "4".to_owned()], &json!(true)));
    let before = &page["messages"][0]["message_id"];
    assert_eq!(texts(&desk.get(&format!("/chats/{ANNA}/messages?limit=2&before={before}")).await), ["1", "2"]);
    assert_eq!(texts(&desk.get(&format!("/chats/{ANNA}/messages?after={before}")).await), ["4"]);
    assert_eq!(page["messages"][0]["from_person"], true);
}

#[tokio::test]
async fn events_tell_what_happened_in_order() {
    let desk = Desk::new().await;
    let seq = desk.get("/state").await["seq"].as_u64().unwrap();
    let sent = desk.send(json!({"reply_markup": {"keyboard": [["a"]]}})).await;
    let sent_id = sent["message_id"].clone();
    desk.say(ANNA, "x").await;
    desk.bot("sendChatAction", json!({"chat_id": ANNA, "action": "typing"})).await.ok();
    desk.bot("setMyCommands", json!({"commands": [{"command": "a", "description": "b"}]})).await.ok();
    desk.bot("deleteMessage", json!({"chat_id": ANNA, "message_id": sent_id})).await.ok();
    let seen = desk.get(&format!("/events?after={seq}&wait_ms=0")).await;
    let events = seen["events"].as_array().unwrap();
    let kinds: Vec<&str> = events.iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["message", "keyboard", "message", "action", "commands", "keyboard", "deleted"]);
    assert!(events.iter().all(|e| e["person"] == ANNA));
    assert_eq!(events[0]["message"]["message_id"], sent_id);
    assert_eq!(events[4]["commands"][0]["command"], "a");
    let last = seen["seq"].as_u64().unwrap();
    let began = std::time::Instant::now();
    let path = format!("/events?after={last}&wait_ms=20000");
    let (seen, _) = tokio::join!(desk.get(&path), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        desk.say(ANNA, "y").await
    });
    assert_eq!(seen["events"][0]["message"]["text"], "y");
    assert!(began.elapsed() < Duration::from_secs(5));
    let lost = desk.get("/events?after=5&wait_ms=0").await;
    assert_eq!(lost["events"][0]["kind"], "resync");
}

#[tokio::test]
async fn events_are_streamed() {
    let desk = Desk::new().await;
    let mut stream = desk.http.get(format!("{}/control/events", desk.url)).send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    desk.say(ANNA, "привет").await;
    let mut text = String::new();
    while !text.contains("\n\n") {
        text.push_str(std::str::from_utf8(&stream.chunk().await.unwrap().unwrap()).unwrap());
    }
    let data = text.lines().find_map(|l| l.strip_prefix("data:")).unwrap();
    let event: Value = serde_json::from_str(data.trim()).unwrap();
    assert_eq!(event["message"]["text"], "привет");
    assert!(text.contains(&format!("id: {}", event["seq"])));
    desk.stop().await;
    while let Ok(Some(_)) = stream.chunk().await {}
}

#[tokio::test]
async fn calls_are_logged_without_secrets() {
    let desk = Desk::new().await;
    desk.send(json!({"text": "123"})).await;
    let hook = json!({"url": "http://127.0.0.1:1/", "secret_token": "SECRET"});
    desk.bot("setWebhook", hook).await.ok();
    let calls = desk.get("/calls").await.to_string();
    assert!(!calls.contains("SECRET") && !calls.contains("4200000001:"), "{calls}");
    let calls = desk.get("/calls").await;
    let list = calls["calls"].as_array().unwrap();
    let sent = list.iter().find(|c| c["method"] == "sendMessage").unwrap();
    assert_eq!(sent["params"], json!({"chat_id": ANNA, "text": "123"}));
    let after = sent["seq"].as_u64().unwrap();
    assert!(desk.get(&format!("/calls?after={after}")).await["calls"].as_array().unwrap().len() < list.len());
}

#[tokio::test]
async fn a_reset_leaves_people_and_numbers() {
    let desk = Desk::new().await;
    let before = desk.send(json!({})).await["message_id"].as_i64().unwrap();
    desk.post("/reset", json!({})).await;
    assert!(desk.chat(ANNA).await.is_empty());
    desk.bot("sendMessage", json!({"chat_id": ANNA, "text": "x"})).await.refused(400, "Bad Request: chat not found");
    assert!(desk.say(ANNA, "x").await["message"]["message_id"].as_i64().unwrap() > before);
    desk.post("/reset", json!({"people": true})).await;
    assert_eq!(desk.get("/state").await["people"], json!([]));
}

#[tokio::test]
async fn no_route_answers_another_page_of_the_browser_or_another_host() {
    let desk = Desk::new().await;
    let file =
        desk.post(&format!("/people/{ANNA}/send"), json!({"document": {"file_name": "a.txt", "base64": "eA=="}})).await;
    let id = file["message"]["document"]["file_id"].as_str().unwrap().to_owned();
    let path = desk.bot("getFile", json!({"file_id": id})).await.ok()["file_path"].as_str().unwrap().to_owned();
    let routes = [
        "/control/state".to_owned(),
        format!("/bot{TOKEN}/getMe"),
        format!("/file/bot{TOKEN}/{path}"),
        "/app.js".to_owned(),
        "/".to_owned(),
    ];
    for route in routes {
        let get = |name: &'static str, value: String| desk.http.get(format!("{}{route}", desk.url)).header(name, value);
        for (name, value) in [
            ("origin", "http://evil.example"),
            ("origin", "null"),
            ("host", "evil.example"),
            ("host", "localhost.evil.example:8090"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            assert_eq!(desk.reply(get(name, value.to_owned())).await.status, 403, "{route} {name}: {value}");
        }
        for (name, value) in [("origin", desk.url.clone()), ("sec-fetch-site", "same-origin".to_owned())] {
            assert_eq!(desk.reply(get(name, value)).await.status, 200, "{route} {name}");
        }
        assert_eq!(desk.reply(get("host", "localhost:8090".to_owned())).await.status, 200, "{route}");
        // A link elsewhere may open the page, and nothing else.
        let followed =
            desk.reply(get("sec-fetch-site", "cross-site".to_owned()).header("sec-fetch-mode", "navigate")).await;
        assert_eq!(followed.status, if route == "/" { 200 } else { 403 }, "{route}");
    }
    let written =
        desk.http.post(format!("{}/bot{TOKEN}/sendMessage", desk.url)).header("origin", "http://evil.example");
    let refused = desk.reply(written.json(&json!({"chat_id": ANNA, "text": "from elsewhere"}))).await;
    assert_eq!((refused.status, &refused.body["ok"]), (403, &json!(false)));
}

#[tokio::test]
async fn the_page_is_served_from_within() {
    let desk = Desk::new().await;
    let page = desk.http.get(&desk.url).send().await.unwrap();
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    let script = desk.http.get(format!("{}/app.js", desk.url)).send().await.unwrap();
    assert_eq!(script.headers()["content-type"], "text/javascript; charset=utf-8");
}
