//! A stand-in for one test, and short words for talking to it.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use standin::{Options, Running, start};

pub const TOKEN: &str = "4200000001:test";
/// A person whom every test has and who has written to the bot; as with many real ones, her id needs more than 32 bits.
pub const ANNA: i64 = 6_000_000_042;

/// A running stand-in.
pub struct Desk {
    pub running: Running,
    pub http: reqwest::Client,
    pub url: String,
}

/// An answer of either API.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub body: Value,
}

impl Reply {
    /// The result of a call that must have succeeded.
    pub fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        assert_eq!(self.body["ok"], true, "{}", self.body);
        self.body["result"].clone()
    }

    /// A refusal with exactly this code and description.
    pub fn refused(self, code: u16, description: &str) {
        assert_eq!(self.body["description"], description, "{}", self.body);
        assert_eq!(self.body["error_code"], code);
        assert_eq!(self.body["ok"], false);
        assert_eq!(self.status, code);
    }
}

pub fn options(data: Option<PathBuf>) -> Options {
    Options {
        listen: ([127, 0, 0, 1], 0).into(),
        token: TOKEN.to_owned(),
        bot_username: "test_bot".to_owned(),
        bot_name: "Test".to_owned(),
        data,
        rate_limits: false,
    }
}

impl Desk {
    /// A fresh stand-in in memory, with Anna, and with nothing waiting for the bot.
    pub async fn new() -> Self {
        let desk = Self::open(None).await;
        desk.person(ANNA, "Anna").await;
        desk.say(ANNA, "/start").await;
        desk.drain().await;
        desk
    }

    /// A stand-in on a data folder, as it was left.
    pub async fn open(data: Option<PathBuf>) -> Self {
        let running = start(options(data)).await.unwrap();
        let url = running.api_url();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { running, http, url }
    }

    pub async fn stop(self) {
        self.running.stop().await;
    }

    /// A Bot API call with a JSON body.
    pub async fn bot(&self, method: &str, body: Value) -> Reply {
        let url = format!("{}/bot{TOKEN}/{method}", self.url);
        self.reply(self.http.post(url).json(&body)).await
    }

    /// Any request.
    pub async fn reply(&self, request: reqwest::RequestBuilder) -> Reply {
        let response = request.timeout(Duration::from_secs(30)).send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        Reply { status, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let reply = self.reply(self.http.post(format!("{}/control{path}", self.url)).json(&body)).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        reply.body
    }

    /// A control request that must be refused with a sentence.
    pub async fn refused(&self, path: &str, body: Value, status: u16, words: &str) {
        let reply = self.reply(self.http.post(format!("{}/control{path}", self.url)).json(&body)).await;
        assert_eq!(reply.status, status, "{path}: {}", reply.body);
        let sentence = reply.body["error"].as_str().unwrap().to_owned();
        assert!(sentence.contains(words), "{sentence}");
    }

    pub async fn get(&self, path: &str) -> Value {
        let reply = self.reply(self.http.get(format!("{}/control{path}", self.url))).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        reply.body
    }

    pub async fn person(&self, id: i64, name: &str) -> Value {
        self.post("/people", json!({"id": id, "first_name": name, "language_code": "ru", "phone": "+79123456789"}))
            .await
    }

    /// A person writes; gives the answer of `send`.
    pub async fn say(&self, id: i64, text: &str) -> Value {
        self.post(&format!("/people/{id}/send"), json!({"text": text})).await
    }

    /// The bot writes to Anna; gives the message.
    pub async fn send(&self, mut fields: Value) -> Value {
        fields["chat_id"] = ANNA.into();
        if fields.get("text").is_none() {
            fields["text"] = "hello".into();
        }
        self.bot("sendMessage", fields).await.ok()
    }

    /// Fetches and confirms all updates.
    pub async fn drain(&self) -> Vec<Value> {
        let updates = self.updates(json!({"offset": 0})).await;
        if let Some(last) = updates.last() {
            let next = last["update_id"].as_i64().unwrap() + 1;
            self.bot("getUpdates", json!({"offset": next, "timeout": 0, "limit": 1})).await.ok();
        }
        updates
    }

    pub async fn updates(&self, query: Value) -> Vec<Value> {
        self.bot("getUpdates", query).await.ok().as_array().unwrap().clone()
    }

    /// The messages of a chat as its person sees them.
    pub async fn chat(&self, id: i64) -> Vec<Value> {
        self.get(&format!("/chats/{id}/messages")).await["messages"].as_array().unwrap().clone()
    }
}

/// A folder that goes away with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("standin-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A PNG of this size; only its header is looked at.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 6, 0, 0, 0]);
    bytes
}
