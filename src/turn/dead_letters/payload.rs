//! The payload of a parked update: what a retry needs; only linked users' inputs, and no secret (G9).

use serde::{Deserialize, Serialize};

use super::cipher::Cipher;
use crate::crm::Visitor;
use crate::error::SystemError;
use crate::flows::dialogue::{Asker, Input};
use crate::flows::{CallbackData, Computed, Contact, Event, File};
use crate::turn::pipeline::session::Session;
use crate::turn::{IncomingUpdate, UpdateKind};

/// Commands that bring a secret along: an invite's code, a name before its password.
const SECRET_COMMANDS: [&str; 3] = ["start", "login", "password"];

/// A parked update as it is encrypted.
#[derive(Serialize, Deserialize)]
pub(in crate::turn) struct Payload {
    telegram_id: i64,
    chat_id: i64,
    language_code: Option<String>,
    /// The user who was linked to the chat.
    pub staff: i64,
    /// The version of the screen that it was said to.
    pub version: i64,
    /// The message that said it.
    pub message_id: Option<i64>,
    /// The message that it was a reply to.
    #[serde(default)]
    reply_to: Option<i64>,
    /// The asker of the file that it brings; none of an update that was not handled yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asker: Option<Asker>,
    said: Words,
}

#[derive(Serialize, Deserialize)]
enum Words {
    Command { name: String, rest: String },
    CallbackData(String),
    Typed(String),
    Shared(Contact),
    Sent(File),
}

impl Payload {
    /// The payload of an update; none for what is not to be kept: inputs of strangers, secrets, what was not
    /// understood.
    pub fn of(update: &IncomingUpdate, session: &Session) -> Option<Self> {
        let UpdateKind::Message { input, .. } = &update.kind else { return None };
        let (reply_to, input) = match input.clone() {
            Input::Replied { to, said, .. } => (Some(to), Input::Event(said)),
            other => (None, other),
        };
        let said = match input {
            Input::Command { name, .. } if SECRET_COMMANDS.contains(&name.as_str()) => return None,
            Input::Command { name, rest } => Words::Command { name, rest },
            Input::Tap(tap) => Words::CallbackData(tap?.encode()),
            Input::Event(Event::Typed(text)) => Words::Typed(text),
            Input::Event(Event::Shared(contact)) => Words::Shared(contact),
            Input::Event(Event::Sent(file)) => Words::Sent(file),
            // The bytes are with Telegram still: the file can be fetched again.
            Input::Computed { computed: Computed::Fetched(file, _), .. } => Words::Sent(file),
            Input::Event(Event::Pressed(_) | Event::Computed(_) | Event::Retried(_))
            | Input::Replied { .. }
            | Input::Computed { .. }
            | Input::Retried(_) => return None,
        };
        Self::new(update, session, reply_to, said)
    }

    /// The payload of a file that a conversation waits for.
    pub fn of_file(update: &IncomingUpdate, session: &Session, file: &File, asker: Asker) -> Option<Self> {
        let payload = Self::new(update, session, None, Words::Sent(file.clone()))?;
        Some(Self { asker: Some(asker), ..payload })
    }

    fn new(update: &IncomingUpdate, session: &Session, reply_to: Option<i64>, said: Words) -> Option<Self> {
        let UpdateKind::Message { visitor, message_id, .. } = &update.kind else { return None };
        let staff = session.user.filter(|_| !session.dialogue.awaits_secret())?;
        Some(Self {
            telegram_id: visitor.telegram_id,
            chat_id: visitor.chat_id,
            language_code: visitor.language_code.clone(),
            staff: staff.0,
            version: session.version,
            message_id: *message_id,
            reply_to,
            asker: None,
            said,
        })
    }

    /// The file that is waited for, and its asker.
    pub fn awaited_file(&self) -> Option<(File, Asker)> {
        match &self.said {
            Words::Sent(file) => Some((file.clone(), self.asker.clone()?)),
            _ => None,
        }
    }

    /// Encrypts it for its row.
    pub fn encrypt(&self, cipher: &Cipher, bot_id: i64, update_id: i64) -> Result<Vec<u8>, SystemError> {
        let text = serde_json::to_vec(self).map_err(|_| SystemError::permanent("a letter cannot be written"))?;
        cipher.encrypt(text, &place(bot_id, update_id))
    }

    /// Decrypts it; none when the token has changed since, or when an older program has written an unknown form.
    pub fn decrypt(encrypted: &[u8], cipher: &Cipher, bot_id: i64, update_id: i64) -> Option<Self> {
        serde_json::from_slice(&cipher.decrypt(encrypted, &place(bot_id, update_id))?).ok()
    }

    pub fn visitor(&self) -> Visitor {
        Visitor { telegram_id: self.telegram_id, chat_id: self.chat_id, language_code: self.language_code.clone() }
    }

    pub fn input(&self) -> Input {
        let said = match &self.said {
            Words::Command { name, rest } => return Input::Command { name: name.clone(), rest: rest.clone() },
            Words::CallbackData(data) => return Input::Tap(CallbackData::decode(data)),
            Words::Typed(text) => Event::Typed(text.clone()),
            Words::Shared(contact) => Event::Shared(contact.clone()),
            Words::Sent(file) => Event::Sent(file.clone()),
        };
        match self.reply_to {
            Some(to) => Input::Replied { to, about: None, said },
            None => Input::Event(said),
        }
    }
}

/// The additional data of the cipher: a payload is decrypted only in the row it was written for.
fn place(bot_id: i64, update_id: i64) -> String {
    format!("{bot_id}/{update_id}")
}
