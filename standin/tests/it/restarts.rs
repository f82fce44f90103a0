//! What a restart keeps.

use std::io::Write;

use serde_json::{Value, json};

use crate::support::{ANNA, Desk, Folder, options};

#[tokio::test]
async fn everything_survives_and_ids_go_on() {
    let folder = Folder::new("survives");
    let desk = Desk::open(Some(folder.0.clone())).await;
    desk.person(ANNA, "Anna").await;
    let unconfirmed = desk.say(ANNA, "waiting").await;
    let sent = desk.send(json!({"reply_markup": {"keyboard": [["a"]]}})).await;
    let gone = desk.send(json!({})).await["message_id"].clone();
    desk.bot("deleteMessage", json!({"chat_id": ANNA, "message_id": gone})).await.ok();
    desk.bot("setMyCommands", json!({"commands": [{"command": "a", "description": "b"}]})).await.ok();
    desk.post(&format!("/people/{ANNA}/send"), json!({"document": {"file_name": "a.txt", "base64": "eA=="}})).await;
    let group = desk.post("/groups", json!({"title": "G", "kind": "group", "added_by": ANNA})).await;
    let before = desk.get(&format!("/chats/{ANNA}/messages")).await;
    desk.stop().await;

    let desk = Desk::open(Some(folder.0.clone())).await;
    let after = desk.get(&format!("/chats/{ANNA}/messages")).await;
    for field in ["messages", "reply_keyboard", "commands"] {
        assert_eq!(after[field], before[field]);
    }
    let updates = desk.updates(json!({"offset": 1})).await;
    assert_eq!(updates[0]["update_id"], unconfirmed["update_id"]);
    assert_eq!(desk.get("/state").await["groups"][0], group);
    let next = desk.send(json!({})).await["message_id"].as_i64().unwrap();
    assert!(next > gone.as_i64().unwrap() && next > sent["message_id"].as_i64().unwrap(), "no id is given twice");
    let file = before["messages"].as_array().unwrap().last().unwrap()["document"]["file_id"].clone();
    desk.bot("getFile", json!({"file_id": file})).await.ok();
    desk.drain().await;
    desk.stop().await;

    let desk = Desk::open(Some(folder.0.clone())).await;
    assert!(desk.updates(json!({"offset": 0, "timeout": 0})).await.is_empty(), "confirmations survive, too");
    desk.post("/updates/redeliver", json!({"update_id": unconfirmed["update_id"]})).await;
    let fresh = desk.say(ANNA, "more").await["update_id"].as_i64().unwrap();
    assert!(fresh > updates.last().unwrap()["update_id"].as_i64().unwrap());
    desk.stop().await;
}

#[tokio::test]
async fn a_webhook_is_remembered_and_goes_on() {
    let folder = Folder::new("hook");
    let desk = Desk::open(Some(folder.0.clone())).await;
    desk.bot("setWebhook", json!({"url": "http://127.0.0.1:1/", "secret_token": "s"})).await.ok();
    desk.person(ANNA, "Anna").await;
    desk.say(ANNA, "x").await;
    desk.stop().await;
    let desk = Desk::open(Some(folder.0.clone())).await;
    let info = desk.bot("getWebhookInfo", json!({})).await.ok();
    assert_eq!((&info["url"], &info["pending_update_count"]), (&json!("http://127.0.0.1:1/"), &json!(1)));
    desk.stop().await;
}

#[tokio::test]
async fn a_torn_last_line_is_dropped_and_a_broken_one_told() {
    let folder = Folder::new("torn");
    let desk = Desk::open(Some(folder.0.clone())).await;
    desk.person(ANNA, "Anna").await;
    desk.stop().await;
    let path = folder.0.join("journal.jsonl");
    let whole = std::fs::read(&path).unwrap();
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all("[{\"person\":{\"id\":7,\"first_name\":\"Анн".as_bytes()).unwrap();
    let desk = Desk::open(Some(folder.0.clone())).await;
    assert_eq!(desk.get("/state").await["people"].as_array().unwrap().len(), 1);
    desk.stop().await;
    std::fs::write(&path, [b"nonsense\n".as_slice(), &whole].concat()).unwrap();
    let error = standin::start(options(Some(folder.0.clone()))).await.err().unwrap();
    assert!(matches!(error, standin::StartError::DataDamaged(_, 1)), "{error}");
}

#[tokio::test]
async fn two_cannot_share_a_folder() {
    let folder = Folder::new("shared");
    let desk = Desk::open(Some(folder.0.clone())).await;
    let error = standin::start(options(Some(folder.0.clone()))).await.err().unwrap();
    assert!(matches!(error, standin::StartError::DataInUse(_)), "{error}");
    desk.stop().await;
}

#[tokio::test]
async fn stopping_answers_those_who_wait() {
    let desk = Desk::new().await;
    let url = format!("{}/bot{}/getUpdates?offset=1&timeout=50", desk.url, crate::support::TOKEN);
    let waiting = tokio::spawn(desk.http.get(url).send());
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let began = std::time::Instant::now();
    desk.stop().await;
    let answer: Value = waiting.await.unwrap().unwrap().json().await.unwrap();
    assert_eq!(answer["result"], json!([]));
    assert!(began.elapsed().as_secs() < 3);
}

/// The program itself, killed as hard as can be while it is written to.
#[tokio::test]
async fn kill_9_loses_nothing_that_was_answered() {
    let folder = Folder::new("killed");
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}");
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut said = Vec::new();
    for round in 0..3 {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_standin"))
            .args(["--listen", &format!("127.0.0.1:{port}"), "--token", crate::support::TOKEN])
            .arg("--data")
            .arg(&folder.0)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        while http.get(format!("{url}/control/state")).send().await.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let anna = json!({"id": ANNA, "first_name": "Anna"});
        http.post(format!("{url}/control/people")).json(&anna).send().await.unwrap();
        let chat: Value = http
            .get(format!("{url}/control/chats/{ANNA}/messages?limit=10000"))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let kept: Vec<&str> =
            chat["messages"].as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap()).collect();
        assert!(said.iter().all(|text: &String| kept.contains(&text.as_str())), "round {round}");
        let (http, url) = (http.clone(), url.clone());
        let writer = tokio::spawn(async move {
            let mut answered = Vec::new();
            for n in 0..100_000 {
                let text = format!("{round}-{n}");
                let sent =
                    http.post(format!("{url}/control/people/{ANNA}/send")).json(&json!({"text": text})).send().await;
                match sent {
                    Ok(response) if response.status() == 200 => answered.push(text),
                    _ => break,
                }
            }
            answered
        });
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let answered = writer.await.unwrap();
        assert!(!answered.is_empty());
        said.extend(answered);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_folder_is_ours_alone_and_keeps_no_words_of_a_deleted_message() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new("private");
    // Left by a version before.
    std::fs::create_dir(&folder.0).unwrap();
    std::fs::write(folder.0.join("journal.jsonl"), "").unwrap();
    std::fs::set_permissions(&folder.0, std::fs::Permissions::from_mode(0o755)).unwrap();
    let desk = Desk::open(Some(folder.0.clone())).await;
    desk.person(ANNA, "Anna").await;
    let typed = desk.say(ANNA, "Canary-password").await["message"]["message_id"].clone();
    desk.post(&format!("/people/{ANNA}/send"), json!({"document": {"file_name": "a.txt", "base64": "eA=="}})).await;
    let journal = || std::fs::read_to_string(folder.0.join("journal.jsonl")).unwrap();
    assert!(journal().contains("Canary-password"));
    // The bot deletes it before it confirms the update that brought it.
    let updates = desk.updates(json!({"offset": 0})).await;
    desk.bot("deleteMessage", json!({"chat_id": ANNA, "message_id": typed})).await.ok();
    let next = updates.last().unwrap()["update_id"].as_i64().unwrap() + 1;
    desk.bot("getUpdates", json!({"offset": next, "timeout": 0, "limit": 1})).await.ok();
    desk.say(ANNA, "more").await;
    assert!(!journal().contains("Canary") && journal().contains("more"), "{}", journal());
    let mode = |name: &str| std::fs::metadata(folder.0.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!([mode(""), mode("files")], [0o700, 0o700]);
    assert_eq!([mode("journal.jsonl"), mode("lock")], [0o600, 0o600]);
    let file = std::fs::read_dir(folder.0.join("files")).unwrap().next().unwrap().unwrap().path();
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    desk.stop().await;
    let desk = Desk::open(Some(folder.0.clone())).await;
    assert!(!journal().contains("Canary"));
    desk.stop().await;
}

#[tokio::test]
async fn a_folder_has_a_token_of_its_own() {
    let (one, other) = (Folder::new("token"), Folder::new("token-2"));
    let token = standin::token_in(Some(&one.0), 42).unwrap();
    assert!(token.starts_with("42:") && token.len() > 30, "{token}");
    assert_eq!(standin::token_in(Some(&one.0), 42).unwrap(), token, "kept");
    assert_ne!(standin::token_in(Some(&other.0), 42).unwrap(), token);
    assert_ne!(standin::token_in(None, 42).unwrap(), standin::token_in(None, 42).unwrap());
}
