//! The world behind the two APIs: people, chats, updates. One lock around it, one journal line per change of it.

mod announce;
pub(crate) mod calls;
pub(crate) mod faults;
pub(crate) mod feed;
pub(crate) mod limits;
pub(crate) mod model;
pub(crate) mod queue;
pub(crate) mod record;
mod render;
mod replay;
pub(crate) mod setup;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use calls::Calls;
use faults::Faults;
use feed::Feed;
use limits::Limiter;
use model::{Command, Content, Message, Person, Queued, ReplyMarkup, StoredFile, Tap};
use queue::Queue;
use record::{Counters, Record};
use serde_json::Value;
use setup::{Group, Profile, Settings, Webhook};

use crate::journal::Journal;

pub(crate) use render::ANONYMOUS;

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
    pub groups: BTreeMap<i64, Group>,
    pub messages: BTreeMap<i64, Message>,
    chats: HashMap<i64, BTreeSet<i64>>,
    pub queue: Queue,
    pub taps: BTreeMap<i64, Tap>,
    pub commands: BTreeMap<(String, String), Vec<Command>>,
    pub profile: Profile,
    pub keyboards: BTreeMap<i64, ReplyMarkup>,
    pub files: BTreeMap<String, StoredFile>,
    pub actions: HashMap<i64, ChatAction>,
    pub webhook: Option<Webhook>,
    pub feed: Feed,
    pub faults: Faults,
    pub calls: Calls,
    pub limiter: Limiter,
    pub settings: Settings,
    counters: Counters,
    journal: Option<Journal>,
    pending: Vec<String>,
    /// A message was deleted whose text may still stand in the journal.
    deleted: bool,
}

impl World {
    /// An empty world with its bot.
    pub fn new(bot: Bot) -> Self {
        Self {
            bot,
            people: BTreeMap::new(),
            groups: BTreeMap::new(),
            messages: BTreeMap::new(),
            chats: HashMap::new(),
            queue: Queue::default(),
            taps: BTreeMap::new(),
            commands: BTreeMap::new(),
            profile: Profile::default(),
            keyboards: BTreeMap::new(),
            files: BTreeMap::new(),
            actions: HashMap::new(),
            webhook: None,
            feed: Feed::new(now_ms()),
            faults: Faults::default(),
            calls: Calls::default(),
            limiter: Limiter::default(),
            settings: Settings::default(),
            counters: Counters::default(),
            journal: None,
            pending: Vec::new(),
            deleted: false,
        }
    }

    /// From now on every change is written there.
    pub fn keep_in(&mut self, journal: Journal) {
        self.journal = Some(journal);
    }

    /// Seconds since 1970 by the world's clock, which a test may have put ahead.
    pub fn now(&self) -> i64 {
        i64::try_from(now_ms() / 1000).unwrap_or(i64::MAX).saturating_add(self.settings.ahead)
    }

    /// Makes a change: it is told to the listeners, applied, and written at the next [`World::commit`].
    pub fn record(&mut self, record: Record) {
        if self.journal.is_some() {
            match serde_json::to_string(&record) {
                Ok(line) => self.pending.push(line),
                Err(error) => tracing::error!(%error, "a change cannot be written"),
            }
        }
        let told = self.announce(&record);
        let menus = match &record {
            Record::Commands { scope, .. } => self.menus(scope),
            _ => Vec::new(),
        };
        self.deleted |= matches!(record, Record::Gone(_));
        self.apply(record);
        if let Some(event) = told {
            self.feed.push(event);
        }
        self.announce_menus(menus);
    }

    /// Writes all changes since the last time as one line.
    pub fn commit(&mut self) -> io::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let line = format!("[{}]\n", self.pending.join(","));
        self.pending.clear();
        if !self.deleted {
            return self.journal.as_mut().map_or(Ok(()), |journal| journal.append(&line));
        }
        // A deleted message may have been a password: its text goes from the disk too, and once the update that brought it
        // was confirmed, that goes as well.
        let world = self.snapshot();
        self.deleted = self.queue.waits();
        self.journal.as_mut().map_or(Ok(()), |journal| journal.compact(world.into_iter()))
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

    /// A message that is not yet in the world, under the next free id.
    pub fn draft(&self, chat: i64, from: i64, content: Content) -> Message {
        Message {
            id: self.counters.message,
            chat,
            from,
            sender_chat: None,
            date: self.now(),
            edited: None,
            reply_to: None,
            origin: None,
            content,
            buttons: None,
            frozen: false,
            protected: false,
            album: None,
            reactions: BTreeMap::new(),
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

    /// The next free ids.
    pub fn next(&self) -> Counters {
        self.counters
    }

    /// The menu that a person sees: the nearest scope that has one, in their language before no language.
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

    /// Takes a message away, and the reply keyboard that came with it.
    pub fn delete(&mut self, id: i64) {
        let Some(chat) = self.messages.get(&id).map(|m| m.chat) else { return };
        if self.keyboards.get(&chat).is_some_and(|k| k.message == id) {
            self.record(Record::Keyboard { chat, markup: None });
        }
        self.record(Record::Gone(id));
    }
}

/// Milliseconds since 1970 by the machine's clock.
pub(crate) fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().and_then(|d| u64::try_from(d.as_millis()).ok()).unwrap_or(0)
}
