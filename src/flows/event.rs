//! What happens in a chat, as a conversation sees it.

use serde::{Deserialize, Serialize};

use super::{ButtonAction, Computed, Retried, Step};
use crate::domain::{Phone, PhoneRegion};

/// What happened in the chat, as a conversation sees it.
#[derive(Clone)]
pub enum Event {
    /// A text that is not a command.
    Typed(String),
    /// A button of the living screen.
    Pressed(ButtonAction),
    Shared(Contact),
    Sent(File),
    /// The answer to a [`Compute`].
    Computed(Computed),
    /// The answer to [`Step::Retry`].
    Retried(Retried),
}

impl Event {
    /// What it says in words, if it says anything in words.
    #[must_use]
    pub fn text(&self, region: PhoneRegion) -> Option<String> {
        match self {
            Self::Typed(text) => Some(text.clone()),
            Self::Shared(contact) => Some(contact.as_text(region)),
            Self::Sent(file) if !file.caption.is_empty() => Some(file.caption.clone()),
            Self::Sent(_) | Self::Pressed(_) | Self::Computed(_) | Self::Retried(_) => None,
        }
    }

    /// What a screen does with an event that it has no use of its own for: Back leads back, another tap or a late result
    /// changes nothing, and what was typed or sent is taken for a search, a phone or a note.
    #[must_use]
    pub(super) fn otherwise(&self) -> Step {
        match self {
            Self::Pressed(ButtonAction::Back) => Step::Back(None),
            Self::Pressed(_) | Self::Computed(_) | Self::Retried(_) => Step::Stay,
            Self::Typed(_) | Self::Shared(_) | Self::Sent(_) => Step::NotHandled,
        }
    }
}

/// A contact card as Telegram gives it; the phone may lack its plus (C2).
#[derive(Clone, Serialize, Deserialize)]
pub struct Contact {
    /// As in the card.
    pub phone: String,
    pub first_name: String,
    pub last_name: Option<String>,
    /// Other numbers of a card that has several.
    pub more_phones: Vec<String>,
}

impl Contact {
    /// The card as typed text, with each number once. A number that is whole only with a plus gets it (C2).
    #[must_use]
    pub fn as_text(&self, region: PhoneRegion) -> String {
        let mut words: Vec<String> =
            [Some(&self.first_name), self.last_name.as_ref()].into_iter().flatten().cloned().collect();
        // Telegram gives the first one without its plus; the others stand as they were typed.
        let first = (&self.phone, Phone::from_contact(&self.phone, region));
        let others = self.more_phones.iter().map(|number| (number, Phone::parse(number, region)));
        for (number, phone) in [first].into_iter().chain(others) {
            let typed = phone.map_or_else(|_| number.clone(), |phone| phone.pretty());
            if !words.contains(&typed) {
                words.push(typed);
            }
        }
        words.join(" ")
    }
}

/// A file in the chat; its bytes stay with Telegram until asked for.
#[derive(Clone, Serialize, Deserialize)]
pub struct File {
    pub file_id: String,
    /// As the sender named it.
    pub name: String,
    /// Bytes, as Telegram says.
    pub size: u64,
    /// What was written below it; empty when nothing was.
    #[serde(default)]
    pub caption: String,
}
