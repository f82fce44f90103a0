//! Creating and changing people.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Refused, read};
use crate::state::Shared;
use crate::world::World;
use crate::world::model::Person;
use crate::world::record::Record;

/// Fields of a person; what is missing stays as it is, `null` empties it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Fields {
    id: Option<i64>,
    first_name: Option<String>,
    #[serde(deserialize_with = "given")]
    last_name: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    username: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    language_code: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    phone: Option<Option<String>>,
    blocked: Option<bool>,
}

/// Tells a field that is `null` from one that is missing.
fn given<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(from).map(Some)
}

impl Fields {
    fn put_into(self, person: &mut Person) -> Result<(), Refused> {
        let filled = |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        if let Some(name) = self.first_name {
            person.first_name = name.trim().to_owned();
        }
        if person.first_name.is_empty() {
            return Err(Refused::bad("a person needs a first_name, for example \"Anna\""));
        }
        if let Some(name) = self.last_name {
            person.last_name = filled(name);
        }
        if let Some(name) = self.username {
            person.username = filled(name).map(|n| n.trim_start_matches('@').to_owned());
        }
        if let Some(code) = self.language_code {
            person.language_code = filled(code);
        }
        if let Some(phone) = self.phone {
            person.phone = filled(phone);
        }
        Ok(())
    }
}

/// `POST /control/people`: a new person, or the one who has this id already.
pub(crate) async fn create(State(shared): State<Shared>, body: Bytes) -> Answer {
    let fields: Fields = read(&body)?;
    shared.change(|world| {
        if fields.id.is_some_and(|id| id <= 0 || id == world.bot.id) {
            return Err(Refused::bad("a person's id is a positive number that is not the bot's"));
        }
        let id = fields.id.unwrap_or(world.next().person);
        let new = Person {
            id,
            first_name: String::new(),
            last_name: None,
            username: None,
            language_code: None,
            phone: None,
            blocked: false,
            met: false,
        };
        let old = world.people.get(&id).cloned();
        let mut person = old.clone().unwrap_or(new);
        fields.put_into(&mut person)?;
        if old.as_ref() != Some(&person) {
            world.record(Record::Person(person.clone()));
        }
        Ok(Json(World::person_view(&person)))
    })?
}

/// `PATCH /control/people/{id}`; blocking and unblocking is told to a bot that knows the person.
pub(crate) async fn change(State(shared): State<Shared>, Path(id): Path<i64>, body: Bytes) -> Answer {
    let fields: Fields = read(&body)?;
    shared.change(|world| {
        let mut person = find(world, id)?.clone();
        let blocked = fields.blocked.unwrap_or(person.blocked);
        fields.put_into(&mut person)?;
        let turned = person.blocked != blocked;
        person.blocked = blocked;
        world.record(Record::Person(person.clone()));
        if turned && person.met {
            world.tell_membership(&person);
        }
        Ok(Json(World::person_view(&person)))
    })?
}

/// The person with an id.
pub(crate) fn find(world: &World, id: i64) -> Result<&Person, Refused> {
    world.people.get(&id).ok_or_else(|| Refused::missing(format!("there is no person {id}")))
}

impl World {
    /// `my_chat_member` after a person blocked or unblocked the bot.
    fn tell_membership(&mut self, person: &Person) {
        let member = json!({"user": self.user(self.bot.id), "status": "member"});
        let kicked = json!({"user": self.user(self.bot.id), "status": "kicked", "until_date": 0});
        let (old, new) = if person.blocked { (member, kicked) } else { (kicked, member) };
        let body: Value = json!({"chat": self.chat_of(person.id), "from": self.user(person.id), "date": self.now(),
            "old_chat_member": old, "new_chat_member": new});
        self.enqueue("my_chat_member", person.id, crate::world::DAY, &body);
    }
}
