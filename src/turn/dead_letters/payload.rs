//! What is kept of a parked update, so that it can be tried again: only what a colleague has said, and no secret (G9).

use serde::{Deserialize, Serialize};

use super::cipher::Seal;
use crate::crm::Visitor;
use crate::error::SystemError;
use crate::flows::dialogue::{Asker, Input};
use crate::flows::{CallbackData, Computed, Contact, Event, File};
use crate::turn::pipeline::session::Session;
use crate::turn::{Arrival, What};

/// Commands that bring a secret along: an invite's code, a name before its password.
const SECRET_COMMANDS: [&str; 3] = ["start", "login", "password"];

/// A parked update as it is sealed.
#[derive(Serialize, Deserialize)]
pub(in crate::turn) struct Letter {
    telegram_id: i64,
    chat_id: i64,
    language_code: Option<String>,
    /// Whose chat it was.
    pub staff: i64,
    /// The version of the screen that it was said to.
    pub version: i64,
    /// The message that said it.
    pub message_id: Option<i64>,
    /// The message that it was a reply to.
    #[serde(default)]
    reply_to: Option<i64>,
    /// Who waits for the file that it brings; none of an update that was not handled yet.
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

impl Letter {
    /// The letter of an update; none for what is not to be kept: strangers' words, secrets, what was not understood.
    pub fn of(arrival: &Arrival, session: &Session) -> Option<Self> {
        let What::Said { input, .. } = &arrival.what else { return None };
        let (reply_to, input) = match input.clone() {
            Input::Replied { to, said, .. } => (Some(to), Input::Event(said)),
            other => (None, other),
        };
        let said = match input {
            Input::Command { name, .. } if SECRET_COMMANDS.contains(&name.as_str()) => return None,
            Input::Command { name, rest } => Words::Command { name, rest },
            Input::CallbackData(tap) => Words::CallbackData(tap?.encode()),
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
        Self::new(arrival, session, reply_to, said)
    }

    /// The letter of a file that a conversation waits for.
    pub fn of_file(arrival: &Arrival, session: &Session, file: &File, asker: Asker) -> Option<Self> {
        let letter = Self::new(arrival, session, None, Words::Sent(file.clone()))?;
        Some(Self { asker: Some(asker), ..letter })
    }

    fn new(arrival: &Arrival, session: &Session, reply_to: Option<i64>, said: Words) -> Option<Self> {
        let What::Said { visitor, message_id, .. } = &arrival.what else { return None };
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

    /// The file that is waited for, and who waits.
    pub fn awaited_file(&self) -> Option<(File, Asker)> {
        match &self.said {
            Words::Sent(file) => Some((file.clone(), self.asker.clone()?)),
            _ => None,
        }
    }

    /// Seals it for its row.
    pub fn seal(&self, seal: &Seal, bot_id: i64, update_id: i64) -> Result<Vec<u8>, SystemError> {
        let text = serde_json::to_vec(self).map_err(|_| SystemError::permanent("a letter cannot be written"))?;
        seal.close(text, &place(bot_id, update_id))
    }

    /// Reads it again; none when the token has changed since, or when a version that is gone has written it.
    pub fn open(sealed: &[u8], seal: &Seal, bot_id: i64, update_id: i64) -> Option<Self> {
        serde_json::from_slice(&seal.open(sealed, &place(bot_id, update_id))?).ok()
    }

    pub fn visitor(&self) -> Visitor {
        Visitor { telegram_id: self.telegram_id, chat_id: self.chat_id, language_code: self.language_code.clone() }
    }

    pub fn input(&self) -> Input {
        let said = match &self.said {
            Words::Command { name, rest } => return Input::Command { name: name.clone(), rest: rest.clone() },
            Words::CallbackData(data) => return Input::CallbackData(CallbackData::decode(data)),
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

/// The row that the letter stands in: it opens in no other.
fn place(bot_id: i64, update_id: i64) -> String {
    format!("{bot_id}/{update_id}")
}
