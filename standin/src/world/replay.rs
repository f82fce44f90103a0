//! Applying a change, live and from the journal alike, and writing the whole world as changes.

use serde_json::Value;

use super::World;
use super::model::Queued;
use super::record::Record;

impl World {
    /// Makes a change without telling or writing it.
    pub fn apply(&mut self, record: Record) {
        match record {
            Record::Person(person) => {
                self.counters.person = self.counters.person.max(person.id + 1);
                self.people.insert(person.id, person);
            }
            Record::Message(message) => {
                self.counters.message = self.counters.message.max(message.id + 1);
                self.chats.entry(message.chat).or_default().insert(message.id);
                self.messages.insert(message.id, *message);
            }
            Record::Gone(id) => {
                if let Some(message) = self.messages.remove(&id)
                    && let Some(chat) = self.chats.get_mut(&message.chat)
                {
                    chat.remove(&id);
                }
            }
            Record::Update(update) => {
                self.counters.update = self.counters.update.max(update.id + 1);
                self.queue.push(*update);
            }
            Record::Confirmed(below) => self.queue.confirm(below),
            Record::Settled(id) => self.queue.settle(id),
            Record::Group(group) => {
                self.counters.group = self.counters.group.max(group.number() + 1);
                self.groups.insert(group.id, group);
            }
            Record::Profile(profile) => self.profile = profile,
            Record::Webhook(webhook) => self.webhook = webhook,
            Record::Settings(settings) => self.settings = settings,
            Record::Tap(tap) => {
                self.counters.tap = self.counters.tap.max(tap.id + 1);
                // Pressed long ago and past answering: only its number matters.
                let old = tap.at - 2 * super::TAP_LIFE;
                // Numbers grow with time, so that not all of them have to be looked at.
                while self.taps.first_entry().is_some_and(|first| first.get().at < old) {
                    self.taps.pop_first();
                }
                self.taps.insert(tap.id, tap);
            }
            Record::Keyboard { chat, markup } => {
                match markup {
                    Some(markup) => self.keyboards.insert(chat, markup),
                    None => self.keyboards.remove(&chat),
                };
            }
            Record::Commands { scope, language, list } => {
                let key = (scope, language);
                if list.is_empty() {
                    self.commands.remove(&key);
                } else {
                    self.commands.insert(key, list);
                }
            }
            Record::File(file) => {
                self.counters.file += 1;
                self.files.insert(file.id.clone(), file);
            }
            Record::Allowed(kinds) => self.queue.allow(kinds),
            Record::Counters(counters) => self.counters = counters,
            Record::Reset { people } => self.empty(people),
        }
    }

    fn empty(&mut self, people: bool) {
        self.messages.clear();
        self.chats.clear();
        self.queue.clear();
        self.taps.clear();
        self.commands.clear();
        self.keyboards.clear();
        self.files.clear();
        self.actions.clear();
        self.groups.clear();
        self.profile = super::setup::Profile::default();
        self.limiter = super::limits::Limiter::default();
        self.settings.ahead = 0;
        self.faults.clear();
        self.calls.clear();
        if people {
            self.people.clear();
        }
        for person in self.people.values_mut() {
            person.met = false;
            person.blocked = false;
        }
    }

    /// A confirmed update without the words of a message that was deleted since: it may have been a password. One that waits
    /// is delivered as it was, as with Telegram.
    fn without_deleted(&self, update: &Queued) -> Queued {
        let mut update = update.clone();
        let Ok(Value::Object(mut message)) = serde_json::from_str(&update.body) else { return update };
        let id = message.get("message_id").and_then(Value::as_i64);
        if id.is_some_and(|id| !self.messages.contains_key(&id)) {
            for words in ["text", "caption"] {
                message.entry(words).and_modify(|text| *text = "".into());
            }
            update.body = Value::Object(message).to_string();
        }
        update
    }

    /// The changes that make this world out of an empty one.
    pub fn snapshot(&self) -> Vec<Record> {
        let mut out: Vec<Record> = Vec::new();
        out.extend(self.people.values().cloned().map(Record::Person));
        out.extend(self.files.values().cloned().map(Record::File));
        out.extend(self.messages.values().cloned().map(|m| Record::Message(Box::new(m))));
        out.extend(self.taps.values().cloned().map(Record::Tap));
        for (chat, markup) in &self.keyboards {
            out.push(Record::Keyboard { chat: *chat, markup: Some(markup.clone()) });
        }
        out.extend(self.groups.values().cloned().map(Record::Group));
        out.push(Record::Profile(self.profile.clone()));
        out.push(Record::Webhook(self.webhook.clone()));
        out.push(Record::Settings(self.settings));
        for ((scope, language), list) in &self.commands {
            out.push(Record::Commands { scope: scope.clone(), language: language.clone(), list: list.clone() });
        }
        let (kept, first) = self.queue.kept();
        out.extend(
            kept.map(|update| match update.id < first {
                true => self.without_deleted(update),
                false => update.clone(),
            })
            .map(|update| Record::Update(Box::new(update))),
        );
        if first == i64::MAX {
            out.push(Record::Confirmed(self.counters.update));
        } else {
            out.push(Record::Confirmed(first));
        }
        if let Some(kinds) = self.queue.allowed() {
            out.push(Record::Allowed(Some(kinds.clone())));
        }
        out.push(Record::Counters(self.counters));
        out
    }
}
