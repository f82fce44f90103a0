//! What the web page and the tests are told of a change.

use serde_json::{Value, json};

use super::World;
use super::model::{Command, Person};
use super::record::Record;

impl World {
    /// The event of a change, asked before it is applied.
    pub(super) fn announce(&self, record: &Record) -> Option<Value> {
        Some(match record {
            Record::Message(message) => {
                let kind = if self.messages.contains_key(&message.id) { "edited" } else { "message" };
                json!({"kind": kind, "person": message.chat, "message": self.chat_view(message)})
            }
            Record::Gone(id) => {
                json!({"kind": "deleted", "person": self.messages.get(id)?.chat, "message_id": id, "message_ids": [id]})
            }
            Record::Person(person) => json!({"kind": "people", "person": person.id, "value": person}),
            Record::Group(group) => json!({"kind": "groups", "person": group.id, "value": group}),
            Record::Keyboard { chat, markup } => {
                json!({"kind": "keyboard", "person": chat, "reply_keyboard": markup.as_ref().map(|m| &m.markup)})
            }
            Record::Tap(tap) => {
                let answer = tap.answer.as_ref()?;
                json!({"kind": "callback", "person": tap.person, "callback_id": tap.id.to_string(),
                    "answered": true, "text": answer.text, "show_alert": answer.show_alert, "url": answer.url})
            }
            Record::Profile(_) => json!({"kind": "bot"}),
            Record::Settings(settings) => json!({"kind": "settings", "value": settings}),
            Record::Reset { .. } => json!({"kind": "reset"}),
            Record::Update(_)
            | Record::Confirmed(_)
            | Record::Settled(_)
            | Record::File(_)
            | Record::Allowed(_)
            | Record::Webhook(_)
            | Record::Commands { .. }
            | Record::Counters(_) => return None,
        })
    }

    /// The menus that a change of this scope may touch, to find whose has changed: of one chat that is its person's alone, or
    /// each of ten thousand chats would have all the others' looked through.
    pub(super) fn menus(&self, scope: &str) -> Vec<(i64, Vec<Command>)> {
        let menu = |person: &Person| (person.id, self.menu(person).to_vec());
        match scope.strip_prefix("chat:") {
            Some(chat) => chat.parse().ok().and_then(|id| self.people.get(&id)).map(menu).into_iter().collect(),
            None => self.people.values().map(menu).collect(),
        }
    }

    /// Tells those whose menu is another one now.
    pub(super) fn announce_menus(&mut self, before: Vec<(i64, Vec<Command>)>) {
        for (person, menu) in before {
            let now = self.people.get(&person).map(|p| self.menu(p).to_vec()).unwrap_or_default();
            if now != menu {
                self.feed.push(json!({"kind": "commands", "person": person, "commands": now}));
            }
        }
    }
}
