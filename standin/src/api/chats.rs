//! Who is at the other end of a call, and what the bot may do there.

use serde_json::{Value, json};

use super::error::{ApiError, bad, forbidden};
use super::params::{Params, leading_int};
use crate::world::model::Message;
use crate::world::record::Record;
use crate::world::setup::{Group, GroupKind, Membership};
use crate::world::{ChatAction, DAY, World};

/// What a call wants from a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

/// The chat that a field names, when the bot has this access to it.
pub(crate) fn chat(world: &World, params: &Params, field: &str, access: Access) -> Result<i64, ApiError> {
    let text = params.text(field);
    if text.is_empty() {
        return Err(bad(format!("{field} is empty")));
    }
    let id = leading_int(text);
    if let Some(group) = world.groups.get(&id) {
        return member(group, access).map(|()| id);
    }
    // A person whom the bot never met is no chat yet, whatever their id.
    let person = world.people.get(&id).filter(|p| p.met).ok_or_else(|| bad("chat not found"))?;
    if person.blocked && access == Access::Write {
        return Err(forbidden("bot was blocked by the user"));
    }
    Ok(id)
}

/// The chat of a call that says or changes something there.
pub(crate) fn writable(world: &World, params: &Params) -> Result<i64, ApiError> {
    chat(world, params, "chat_id", Access::Write)
}

/// The chat of a call that only looks.
pub(crate) fn readable(world: &World, params: &Params) -> Result<i64, ApiError> {
    chat(world, params, "chat_id", Access::Read)
}

fn member(group: &Group, access: Access) -> Result<(), ApiError> {
    let kind = group.kind.name();
    match group.status {
        Membership::Member | Membership::Administrator => Ok(()),
        // What a basic group said before stays readable.
        _ if group.kind == GroupKind::Group && access == Access::Read => Ok(()),
        Membership::Kicked => Err(forbidden(&format!("bot was kicked from the {kind} chat"))),
        Membership::Left => Err(forbidden(&format!("bot is not a member of the {kind} chat"))),
    }
}

/// The message that a call is about; `what` is as in "message to edit not found".
pub(crate) fn message<'a>(world: &'a World, chat: i64, id: i64, what: &str) -> Result<&'a Message, ApiError> {
    world.message_in(chat, id).ok_or_else(|| bad(format!("{what} not found")))
}

/// `getChat`.
pub(crate) fn get_chat(world: &World, params: &Params) -> Result<Value, ApiError> {
    let id = readable(world, params)?;
    let mut chat = world.chat_of(id);
    chat["accent_color_id"] = 0.into();
    chat["max_reaction_count"] = 11.into();
    chat["accepted_gift_types"] = json!({"unlimited_gifts": true, "limited_gifts": true, "unique_gifts": true,
        "premium_subscription": true, "gifts_from_channels": true});
    if let Some(username) = world.people.get(&id).and_then(|p| p.username.as_deref()) {
        chat["active_usernames"] = json!([username]);
    }
    Ok(chat)
}

/// `getChatMember`: the bot itself, and the person of a private chat.
pub(crate) fn get_chat_member(world: &World, params: &Params) -> Result<Value, ApiError> {
    let user = params.user_id("user_id")?;
    let chat = readable(world, params)?;
    if user == world.bot.id {
        let status = world.groups.get(&chat).map_or(Membership::Member, |g| g.status);
        return Ok(member_of(world, user, status));
    }
    if user == chat || (chat < 0 && world.people.contains_key(&user)) {
        return Ok(member_of(world, user, Membership::Member));
    }
    Err(bad("member not found"))
}

/// A `ChatMember`.
pub(crate) fn member_of(world: &World, user: i64, status: Membership) -> Value {
    let mut member = json!({"user": world.user(user), "status": status});
    match status {
        Membership::Kicked => member["until_date"] = 0.into(),
        Membership::Administrator => {
            member["can_be_edited"] = false.into();
            member["is_anonymous"] = false.into();
            for right in [
                "can_manage_chat",
                "can_delete_messages",
                "can_manage_video_chats",
                "can_restrict_members",
                "can_promote_members",
                "can_change_info",
                "can_invite_users",
                "can_post_stories",
                "can_edit_stories",
                "can_delete_stories",
                "can_post_messages",
                "can_edit_messages",
            ] {
                member[right] = true.into();
            }
        }
        Membership::Member | Membership::Left => {}
    }
    member
}

/// `getChatMemberCount`.
pub(crate) fn get_chat_member_count(world: &World, params: &Params) -> Result<Value, ApiError> {
    readable(world, params).map(|_| 2.into())
}

/// `getChatAdministrators`.
pub(crate) fn get_chat_administrators(world: &World, params: &Params) -> Result<Value, ApiError> {
    let chat = readable(world, params)?;
    match world.groups.get(&chat) {
        None => Err(bad("there are no administrators in the private chat")),
        Some(group) if group.status == Membership::Administrator => {
            Ok(json!([member_of(world, world.bot.id, group.status)]))
        }
        Some(_) => Ok(json!([])),
    }
}

/// `leaveChat`.
pub(crate) fn leave_chat(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    let chat = readable(world, params)?;
    let Some(group) = world.groups.get(&chat).cloned() else {
        return Err(bad("chat member status can't be changed in private chats"));
    };
    let bot = world.bot.id;
    world.set_membership(group, Membership::Left, bot);
    Ok(true.into())
}

/// `sendChatAction`.
pub(crate) fn send_chat_action(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    const ACTIONS: [&str; 15] = [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "record_audio",
        "upload_audio",
        "upload_document",
        "choose_sticker",
        "find_location",
        "pick_up_location",
        "record_video_note",
        "upload_video_note",
        "cancel",
    ];
    let action = params.text("action").to_ascii_lowercase();
    if !ACTIONS.contains(&action.as_str()) {
        return Err(bad("wrong parameter action in request"));
    }
    let chat = writable(world, params)?;
    world.act(chat, &action);
    Ok(true.into())
}

impl World {
    /// Shows an action in a chat for five seconds, as Telegram does.
    fn act(&mut self, chat: i64, action: &str) {
        let until = self.now() + 5;
        if action == "cancel" {
            self.actions.remove(&chat);
        } else {
            self.actions.insert(chat, ChatAction { action: action.to_owned(), until });
        }
        self.feed.push(json!({"kind": "action", "person": chat, "action": action, "until": until}));
    }

    /// Puts a message of the bot into its chat; whatever the bot was doing there is over.
    pub fn deliver(&mut self, message: Message) {
        self.actions.remove(&message.chat);
        self.record(Record::Message(Box::new(message)));
    }

    /// Changes what the bot is in a group, and tells it by `my_chat_member`.
    pub fn set_membership(&mut self, mut group: Group, status: Membership, by: i64) {
        let old = std::mem::replace(&mut group.status, status);
        if old == status {
            return;
        }
        let id = group.id;
        self.record(Record::Group(group));
        let bot = self.bot.id;
        let body = json!({"chat": self.chat_of(id), "from": self.user(by), "date": self.now(),
            "old_chat_member": member_of(self, bot, old), "new_chat_member": member_of(self, bot, status)});
        self.enqueue("my_chat_member", id, DAY, &body);
    }
}
