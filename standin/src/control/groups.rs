//! Groups and channels: as much of them as a bot needs to be taken in, spoken to, and to leave.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::people::find;
use super::sending::plain;
use super::{Answer, Refused, read};
use crate::entities::{Formatted, Kind, Limits};
use crate::state::Shared;
use crate::world::model::{Content, Message};
use crate::world::record::Record;
use crate::world::setup::{Group, GroupKind, Membership, SUPERGROUPS};
use crate::world::{ANONYMOUS, DAY, World};

/// A new group to which a person adds the bot.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct New {
    title: String,
    kind: GroupKind,
    /// The person who takes the bot in.
    added_by: i64,
    #[serde(default)]
    administrator: bool,
}

/// `POST /control/groups`.
pub(crate) async fn create(State(shared): State<Shared>, body: Bytes) -> Answer {
    let new: New = read(&body)?;
    shared.change(|world| {
        find(world, new.added_by)?;
        let number = world.next().group;
        let id = if new.kind == GroupKind::Group { -number } else { SUPERGROUPS - number };
        let group = Group { id, kind: new.kind, title: new.title, status: Membership::Left };
        world.record(Record::Group(group.clone()));
        world.take_in(group, new.administrator, new.added_by);
        Ok(Json(json!(world.groups.get(&id))))
    })?
}

/// What becomes of the bot in a group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Member {
    status: Membership,
    by: i64,
}

/// `POST /control/groups/{id}/member`: takes the bot in again, makes it administrator, throws it out.
pub(crate) async fn member(State(shared): State<Shared>, Path(id): Path<i64>, body: Bytes) -> Answer {
    let member: Member = read(&body)?;
    shared.change(|world| {
        find(world, member.by)?;
        let group = group(world, id)?.clone();
        let was_out = matches!(group.status, Membership::Left | Membership::Kicked);
        match member.status {
            Membership::Member | Membership::Administrator if was_out => {
                world.take_in(group, member.status == Membership::Administrator, member.by);
            }
            status => world.set_membership(group, status, member.by),
        }
        Ok(Json(json!(world.groups.get(&id))))
    })?
}

/// Something said in a group or channel.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    /// Sender; none in a channel.
    person: Option<i64>,
    text: String,
    reply_to: Option<i64>,
    /// An administrator who hides behind the group.
    #[serde(default)]
    anonymous: bool,
}

/// `POST /control/groups/{id}/send`; `update_id` is null when the bot's privacy mode hides it.
pub(crate) async fn send(State(shared): State<Shared>, Path(id): Path<i64>, body: Bytes) -> Answer {
    let said: Said = read(&body)?;
    shared.change(|world| {
        let group = group(world, id)?.clone();
        let text = plain(&said.text, Limits::TEXT)?;
        let channel = group.kind == GroupKind::Channel;
        let from = match said.person {
            _ if channel => 0,
            _ if said.anonymous => ANONYMOUS,
            Some(person) => find(world, person)?.id,
            None => return Err(Refused::bad("say who speaks: person, or anonymous")),
        };
        let heard = world.hears(&group, &text, said.reply_to);
        let mut message = world.draft(id, from, Content::Text { body: text, preview: None });
        message.reply_to = said.reply_to;
        message.sender_chat = (channel || said.anonymous).then_some(id);
        let shown = world.chat_view(&message);
        let update_id = world.say(message, if channel { "channel_post" } else { "message" }, heard);
        Ok(Json(json!({"update_id": update_id, "message": shown})))
    })?
}

fn group(world: &World, id: i64) -> Result<&Group, Refused> {
    world.groups.get(&id).ok_or_else(|| Refused::missing(format!("there is no group {id}")))
}

impl World {
    /// Takes the bot into a group: `my_chat_member`, and in groups a message that says so.
    fn take_in(&mut self, group: Group, administrator: bool, by: i64) {
        let (id, kind) = (group.id, group.kind);
        // A bot can be in a channel only as its administrator.
        let administrator = administrator || kind == GroupKind::Channel;
        let status = if administrator { Membership::Administrator } else { Membership::Member };
        self.set_membership(group, status, by);
        if kind != GroupKind::Channel {
            let bot = self.user(self.bot.id);
            let fields = json!({"new_chat_participant": bot, "new_chat_member": bot, "new_chat_members": [bot]});
            let fields: Map<String, Value> = fields.as_object().cloned().unwrap_or_default();
            let message = self.draft(id, by, Content::Service(fields));
            self.say(message, "message", true);
        }
    }

    /// Puts a message into a group, and before the bot when it hears it.
    fn say(&mut self, message: Message, kind: &str, heard: bool) -> Option<i64> {
        let (chat, body) = (message.chat, self.message(&message));
        self.record(Record::Message(Box::new(message)));
        if heard { self.enqueue(kind, chat, DAY, &body) } else { None }
    }

    /// Privacy mode: a bot hears commands that are not another bot's, answers to itself, and all as administrator.
    fn hears(&self, group: &Group, text: &Formatted, reply_to: Option<i64>) -> bool {
        match group.status {
            Membership::Administrator => return true,
            Membership::Left | Membership::Kicked => return false,
            Membership::Member => {}
        }
        let answers = reply_to.and_then(|id| self.message_in(group.id, id)).is_some_and(|m| m.from == self.bot.id);
        let own = format!("@{}", self.bot.username);
        let command = text.entities.iter().any(|e| e.kind == Kind::BotCommand && e.offset == 0);
        let first = text.text.split_whitespace().next().unwrap_or_default();
        answers || (command && (!first.contains('@') || first.to_lowercase().ends_with(&own.to_lowercase())))
    }
}
