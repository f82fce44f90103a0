//! Who is at the other end of a call.

use serde_json::{Value, json};

use super::error::{ApiError, bad, forbidden};
use super::params::{Params, leading_int};
use crate::world::World;
use crate::world::model::{Content, Message};

/// The chat of a call, when the bot may know of it.
pub(crate) fn known(world: &World, params: &Params, field: &str) -> Result<i64, ApiError> {
    let text = params.text(field);
    if text.is_empty() {
        return Err(bad(format!("{field} is empty")));
    }
    let id = leading_int(text);
    // A person whom the bot never met is no chat yet, whatever his id.
    match world.people.get(&id) {
        Some(person) if person.met => Ok(id),
        _ => Err(bad("chat not found")),
    }
}

/// The chat of a call that says or changes something there.
pub(crate) fn writable(world: &World, params: &Params) -> Result<i64, ApiError> {
    let id = known(world, params, "chat_id")?;
    if world.people.get(&id).is_some_and(|p| p.blocked) {
        return Err(forbidden("bot was blocked by the user"));
    }
    Ok(id)
}

/// The message that a call is about; `what` is as in "message to edit not found".
pub(crate) fn message<'a>(world: &'a World, chat: i64, id: i64, what: &str) -> Result<&'a Message, ApiError> {
    if id == 0 {
        return Err(bad("message identifier is not specified"));
    }
    world.message_in(chat, id).ok_or_else(|| bad(format!("{what} not found")))
}

/// `getChat`.
pub(crate) fn get_chat(world: &World, params: &Params) -> Result<Value, ApiError> {
    let id = known(world, params, "chat_id")?;
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

/// `getChatMember` in a private chat: both are members.
pub(crate) fn get_chat_member(world: &World, params: &Params) -> Result<Value, ApiError> {
    let chat = known(world, params, "chat_id")?;
    let user = params.int("user_id", 0, i64::MIN, i64::MAX);
    if user <= 0 {
        return Err(bad("invalid user_id specified"));
    }
    if user != chat && user != world.bot.id {
        return Err(bad("member not found"));
    }
    Ok(json!({"user": world.user(user), "status": "member"}))
}

/// `leaveChat`.
pub(crate) fn leave_chat(world: &World, params: &Params) -> Result<Value, ApiError> {
    known(world, params, "chat_id")?;
    Err(bad("chat member status can't be changed in private chats"))
}

/// `sendChatAction`.
pub(crate) fn send_chat_action(world: &mut World, params: &Params) -> Result<Value, ApiError> {
    const ACTIONS: [&str; 16] = [
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
        "",
    ];
    let action = params.text("action").to_ascii_lowercase();
    if action.is_empty() || !ACTIONS.contains(&action.as_str()) {
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
            self.actions.insert(chat, crate::world::ChatAction { action: action.to_owned(), until });
        }
        self.feed.push(json!({"kind": "action", "person": chat, "action": action, "until": until}));
    }

    /// Puts a message of the bot into its chat; whatever the bot was doing there is over.
    pub fn deliver(&mut self, message: Message) {
        self.actions.remove(&message.chat);
        self.record(crate::world::model::Record::Message(Box::new(message)));
    }
}

/// Is this content a text?
pub(crate) fn is_text(content: &Content) -> bool {
    matches!(content, Content::Text { .. })
}
