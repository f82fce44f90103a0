//! The world behind the two APIs: people, chats, updates. One lock around it, one journal line per change of it.

pub(crate) mod calls;
pub(crate) mod faults;
pub(crate) mod feed;
pub(crate) mod model;
pub(crate) mod queue;
mod render;
mod replay;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use calls::Calls;
use faults::Faults;
use feed::Feed;
use model::{Command, Content, Counters, Message, Person, Queued, Record, ReplyMarkup, StoredFile, Tap};
use queue::Queue;
use serde_json::{Value, json};

use crate::journal::Journal;

/// How long updates wait for the bot, in seconds.
pub(crate) const DAY: i64 = 86_400;

/// How long the bot may answer a press, in seconds.
pub(crate) const TAP_LIFE: i64 = 150;

/// The bot as it was configured.
#[derive(Clone, Debug)]
pub(crate) struct Bot {
    pub id: i64,
    pub username: String,
    pub name: String,
}

/// "typing…" and its kin in a chat, until a moment in seconds since 1970.
#[derive(Clone, Debug)]
pub(crate) struct ChatAction {
    pub action: String,
    pub until: i64,
}

/// Everything the stand-in knows.
#[derive(Debug)]
pub(crate) struct World {
    pub bot: Bot,
    pub people: BTreeMap<i64, Person>,
    pub messages: BTreeMap<i64, Message>,
    chats: HashMap<i64, BTreeSet<i64>>,
    pub queue: Queue,
    pub taps: BTreeMap<i64, Tap>,
    pub commands: BTreeMap<(String, String), Vec<Command>>,
    pub keyboards: BTreeMap<i64, ReplyMarkup>,
    pub files: BTreeMap<String, StoredFile>,
    pub actions: HashMap<i64, ChatAction>,
    pub feed: Feed,
    pub faults: Faults,
    pub calls: Calls,
    pub rate_limits: bool,
    counters: Counters,
    journal: Option<Journal>,
    pending: Vec<String>,
}

impl World {
    pub fn new(bot: Bot, rate_limits: bool) -> Self {
        Self {
            bot,
            people: BTreeMap::new(),
            messages: BTreeMap::new(),
            chats: HashMap::new(),
            queue: Queue::default(),
            taps: BTreeMap::new(),
            commands: BTreeMap::new(),
            keyboards: BTreeMap::new(),
            files: BTreeMap::new(),
            actions: HashMap::new(),
            feed: Feed::new(now_ms()),
            faults: Faults::default(),
            calls: Calls::default(),
            rate_limits,
            counters: Counters::default(),
            journal: None,
            pending: Vec::new(),
        }
    }

    /// From now on every change is written there.
    pub fn keep_in(&mut self, journal: Journal) {
        self.journal = Some(journal);
    }

    /// Seconds since 1970.
    pub fn now(&self) -> i64 {
        i64::try_from(now_ms() / 1000).unwrap_or(i64::MAX)
    }

    /// Makes a change: it is told to the listeners, applied, and written at the next [`World::commit`].
    pub fn record(&mut self, record: Record) {
        if self.journal.is_some() {
            match serde_json::to_string(&record) {
                Ok(line) => self.pending.push(line),
                Err(error) => tracing::error!(%error, "a change cannot be written"),
            }
        }
        let event = self.announce(&record);
        let menus = matches!(record, Record::Commands { .. }).then(|| self.menus());
        self.apply(record);
        if let Some(event) = event {
            self.feed.push(event);
        }
        for (person, menu) in menus.into_iter().flatten() {
            let now = self.people.get(&person).map(|p| self.menu(p).to_vec()).unwrap_or_default();
            if now != menu {
                self.feed.push(json!({"kind": "commands", "person": person, "commands": now}));
            }
        }
    }

    /// Everyone's menu, to find whose has changed.
    fn menus(&self) -> Vec<(i64, Vec<Command>)> {
        self.people.values().map(|p| (p.id, self.menu(p).to_vec())).collect()
    }

    /// Writes all changes since the last time as one line.
    pub fn commit(&mut self) -> io::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let line = format!("[{}]\n", self.pending.join(","));
        self.pending.clear();
        self.journal.as_mut().map_or(Ok(()), |journal| journal.append(&line))
    }

    /// Puts an update into the queue when the bot wants its kind; gives its id.
    pub fn enqueue(&mut self, kind: &str, lane: i64, life: i64, body: &Value) -> Option<i64> {
        if !self.queue.wants(kind) {
            return None;
        }
        let id = self.counters.update;
        let update = Queued { id, kind: kind.to_owned(), lane, body: body.to_string(), expires: self.now() + life };
        self.record(Record::Update(Box::new(update)));
        Some(id)
    }

    /// A message as the bot would send it, not yet in the world.
    pub fn draft(&self, chat: i64, from: i64, content: Content) -> Message {
        Message {
            id: self.counters.message,
            chat,
            from,
            date: self.now(),
            edited: None,
            reply_to: None,
            origin: None,
            content,
            buttons: None,
            frozen: false,
            protected: false,
        }
    }

    /// The messages of a chat, oldest first, after an id.
    pub fn chat(&self, chat: i64, after: i64) -> impl Iterator<Item = &Message> {
        let ids = self.chats.get(&chat).into_iter().flat_map(move |ids| ids.range(after + 1..));
        ids.filter_map(|id| self.messages.get(id))
    }

    /// A message of this chat.
    pub fn message_in(&self, chat: i64, id: i64) -> Option<&Message> {
        self.messages.get(&id).filter(|m| m.chat == chat)
    }

    pub fn next(&self) -> Counters {
        self.counters
    }

    /// The menu that a person sees: the nearest scope that has one, in his language before no language.
    pub fn menu(&self, person: &Person) -> &[Command] {
        let language = person.language_code.as_deref().and_then(|l| l.split('-').next()).unwrap_or_default();
        let chat = format!("chat:{}", person.id);
        for scope in [chat.as_str(), "all_private_chats", "default"] {
            for language in [language, ""] {
                if let Some(list) = self.commands.get(&(scope.to_owned(), language.to_owned())) {
                    return list;
                }
            }
        }
        &[]
    }

    /// Makes presses that wait in the queue older; gives how many of them died.
    pub fn age_queued_taps(&mut self, seconds: i64) -> usize {
        let now = self.now();
        self.queue.age("callback_query", seconds, now)
    }

    /// What the listeners are told of a change; asked before it is applied.
    fn announce(&self, record: &Record) -> Option<Value> {
        Some(match record {
            Record::Message(message) => {
                let kind = if self.messages.contains_key(&message.id) { "edited" } else { "message" };
                json!({"kind": kind, "person": message.chat, "message": self.chat_view(message)})
            }
            Record::Gone(id) => {
                json!({"kind": "deleted", "person": self.messages.get(id)?.chat, "message_id": id, "message_ids": [id]})
            }
            Record::Person(person) => json!({"kind": "people", "person": person.id, "value": person}),
            Record::Keyboard { chat, markup } => {
                json!({"kind": "keyboard", "person": chat, "reply_keyboard": markup.as_ref().map(|m| &m.markup)})
            }
            Record::Tap(tap) => {
                let answer = tap.answer.as_ref()?;
                json!({"kind": "callback", "person": tap.person, "callback_id": tap.id.to_string(),
                    "answered": true, "text": answer.text, "show_alert": answer.show_alert, "url": answer.url})
            }
            Record::Reset { .. } => json!({"kind": "reset"}),
            Record::Update(_)
            | Record::Confirmed(_)
            | Record::File(_)
            | Record::Allowed(_)
            | Record::Commands { .. }
            | Record::Counters(_) => return None,
        })
    }
}

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().and_then(|d| u64::try_from(d.as_millis()).ok()).unwrap_or(0)
}
