//! Feed of the stand-in's events, sorted by chat: what the simulated users see.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::watch;

/// A message of the bot as it is now.
#[derive(Debug, Clone)]
pub struct Shown {
    pub at: Instant,
    pub message: i64,
    pub text: String,
    pub buttons: Vec<(String, String)>,
}

/// One chat's side of the story.
#[derive(Default)]
struct Chat {
    /// Every text the bot has put into the chat, new or in place of another, in order.
    heard: Vec<Shown>,
    /// The answers to taps.
    answers: HashMap<String, String>,
    /// Notifies the user who waits in this chat of new events.
    grown: watch::Sender<()>,
}

/// All chats; clones read the same ones.
#[derive(Clone)]
pub struct Feed(Arc<Inner>);

struct Inner {
    chats: Mutex<HashMap<i64, Chat>>,
    /// When the bot was last heard of anywhere.
    spoke: Mutex<Vec<Instant>>,
    grown: watch::Sender<()>,
}

impl Feed {
    /// Listens from now on.
    pub fn listen(http: reqwest::Client, api: String) -> Self {
        let (chats, spoke) = (Mutex::default(), Mutex::default());
        let feed = Self(Arc::new(Inner { chats, spoke, grown: watch::Sender::default() }));
        tokio::spawn(feed.clone().follow(http, api));
        feed
    }

    async fn follow(self, http: reqwest::Client, api: String) {
        let mut after = String::new();
        loop {
            let url = format!("{api}/control/events?wait_ms=20000{after}");
            let Ok(answer) = http.get(url).send().await else { return };
            let Ok(answer) = answer.json::<Value>().await else { return };
            after = format!("&after={}", answer["seq"]);
            for event in answer["events"].as_array().into_iter().flatten() {
                assert_ne!(event["kind"], "resync", "the events come faster than they are read");
                self.take(event);
            }
            self.0.grown.send_replace(());
        }
    }

    fn take(&self, event: &Value) {
        let Some(person) = event["person"].as_i64() else { return };
        let message = &event["message"];
        match event["kind"].as_str() {
            Some("message" | "edited") if message["from_person"] == false => {
                // A document is told by its name.
                let text = message["text"].as_str().or_else(|| message["document"]["file_name"].as_str());
                let Some(text) = text else { return };
                let rows = message["reply_markup"]["inline_keyboard"].as_array().into_iter().flatten();
                let buttons = rows.filter_map(Value::as_array).flatten().filter_map(|button| {
                    Some((button["text"].as_str()?.to_owned(), button["callback_data"].as_str()?.to_owned()))
                });
                let message = message["message_id"].as_i64().unwrap();
                let shown = Shown { at: Instant::now(), message, text: text.to_owned(), buttons: buttons.collect() };
                let mut chats = self.chats();
                let chat = chats.entry(person).or_default();
                let heard = &mut chat.heard;
                // A screen that loses its buttons says nothing new.
                let stripped = shown.buttons.is_empty()
                    && heard
                        .iter()
                        .rev()
                        .find(|old| old.message == shown.message)
                        .is_some_and(|old| old.text == shown.text);
                if !stripped {
                    heard.push(shown);
                    chat.grown.send_replace(());
                    self.0.spoke.lock().unwrap().push(Instant::now());
                }
            }
            Some("callback") => {
                let text = event["text"].as_str().unwrap_or_default().to_owned();
                let id = event["callback_id"].as_str().unwrap().to_owned();
                let mut chats = self.chats();
                let chat = chats.entry(person).or_default();
                chat.answers.insert(id, text);
                chat.grown.send_replace(());
                self.0.spoke.lock().unwrap().push(Instant::now());
            }
            _ => {}
        }
    }

    fn chats(&self) -> MutexGuard<'_, HashMap<i64, Chat>> {
        self.0.chats.lock().unwrap()
    }

    /// How much a chat has heard: what comes from here on is new.
    pub fn mark(&self, person: i64) -> usize {
        self.chats().get(&person).map_or(0, |chat| chat.heard.len())
    }

    /// The first thing after `mark` that fits; none after `patience`.
    pub async fn wait(
        &self,
        person: i64,
        mark: usize,
        patience: Duration,
        fits: impl Fn(&Shown) -> bool,
    ) -> Option<Shown> {
        let grown = self.chats().entry(person).or_default().grown.subscribe();
        until(grown, patience, || {
            let chats = self.chats();
            chats.get(&person)?.heard.get(mark..)?.iter().find(|shown| fits(shown)).cloned()
        })
        .await
    }

    /// The answer to a tap; none after `patience`.
    pub async fn answer(&self, person: i64, callback: &str, patience: Duration) -> Option<String> {
        let grown = self.chats().entry(person).or_default().grown.subscribe();
        until(grown, patience, || self.chats().get(&person)?.answers.get(callback).cloned()).await
    }

    /// The newest button of a chat with such a label: its message and its data.
    pub fn button(&self, person: i64, label: &str) -> Option<(i64, String)> {
        let chats = self.chats();
        let mut seen = HashSet::new();
        // Of a message that was drawn again only the last picture counts.
        let current = chats.get(&person)?.heard.iter().rev().filter(|shown| seen.insert(shown.message));
        let mut all = current.flat_map(|shown| shown.buttons.iter().map(|button| (shown.message, button)));
        all.find(|(_, (text, _))| text.contains(label)).map(|(message, (_, data))| (message, data.clone()))
    }

    /// The newest message of a chat that fits.
    pub fn newest(&self, person: i64, fits: impl Fn(&Shown) -> bool) -> Option<i64> {
        self.chats().get(&person)?.heard.iter().rev().find(|shown| fits(shown)).map(|shown| shown.message)
    }

    /// Everything a chat has heard, in order.
    pub fn heard(&self, person: i64) -> Vec<Shown> {
        self.chats().get(&person).map(|chat| chat.heard.clone()).unwrap_or_default()
    }

    /// How long after `moment` the bot was first heard of; none if not yet.
    pub fn first_after(&self, moment: Instant) -> Option<Duration> {
        let spoke = self.0.spoke.lock().unwrap();
        let at = spoke.partition_point(|when| *when < moment);
        spoke.get(at).map(|when| when.duration_since(moment))
    }

    /// Waits until the bot is heard of after `moment`; how long that took.
    pub async fn first_word(&self, moment: Instant, patience: Duration) -> Option<Duration> {
        until(self.0.grown.subscribe(), patience, || self.first_after(moment)).await
    }
}

/// Looks each time something has grown.
async fn until<T>(mut grown: watch::Receiver<()>, patience: Duration, look: impl Fn() -> Option<T>) -> Option<T> {
    let end = tokio::time::Instant::now() + patience;
    loop {
        grown.mark_unchanged();
        if let Some(found) = look() {
            return Some(found);
        }
        if !matches!(tokio::time::timeout_at(end, grown.changed()).await, Ok(Ok(()))) {
            return None;
        }
    }
}
