//! Reads a message about a possible client and makes a draft of their card.
//!
//! [`recognise`] takes the text of any message, in Russian or English, such as a form's e-mail, a forwarded chat or a line typed
//! in a hurry, and finds the phones, the parts of the name in the nominative, the e-mail address and the ad that the person
//! names as their source. What is left over is the note, so that no word is lost.
//!
//! ```
//! use lead_capture::{KnownAd, Network, PhoneRegion, recognise};
//!
//! let ads = [KnownAd { id: 7, title: "Авито: кухни", network: Some(Network::Avito), aliases: &[] }];
//! let text = "Для Анны Петровой, 8 (942) 000-67-89, нашла вас на авито. Перезвонить после 18";
//! let draft = recognise(text, &ads, PhoneRegion::RU);
//!
//! assert_eq!(draft.phones[0].phone.as_str(), "+79420006789");
//! assert_eq!((draft.first_name.as_deref(), draft.last_name.as_deref()), (Some("Анна"), Some("Петрова")));
//! assert_eq!(draft.ad_id, Some(7));
//! assert_eq!(draft.note, "Перезвонить после 18");
//! ```
//!
//! Nothing is guessed: a number is a phone only when such phones exist and nothing around says otherwise, a word is a name only
//! where names stand, an ad is chosen only when one fits best.
//!
//! The values that a draft is made of are useful without it: [`Phone`] and [`Email`] are valid by construction, and [`Query`]
//! reads what people type into a search for a client. There is no I/O and no clock; the same text gives the same draft.

mod ads;
pub mod chars;
mod email;
mod labels;
mod layout;
mod letters;
mod lexicon;
mod links;
mod names;
mod network;
mod note;
mod phone;
mod phone_cues;
mod phones;
mod query;
#[cfg(test)]
mod tests;
mod tokens;
pub mod vcard;

pub use email::{Email, EmailError};
pub use network::{Network, Presence};
pub use phone::{Phone, PhoneError, PhoneProblem, PhoneRegion, UnknownRegion};
pub use query::{Query, folded};

use labels::{Label, Labels};
use tokens::TokenStream;

/// An ad that may be named in a message.
#[derive(Debug, Clone, Copy)]
pub struct KnownAd<'a> {
    /// The ad's id, given back in the draft.
    pub id: i64,
    /// Its title, as marketers wrote it.
    pub title: &'a str,
    /// Where it runs: people name the network more often than the title. `None` for what has no name of its own, such as print.
    pub network: Option<Network>,
    /// Other names people give it.
    pub aliases: &'a [String],
}

/// A phone of the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPhone {
    /// The number in canonical form (C1–C3).
    pub phone: Phone,
    /// The number as typed, with its extension.
    pub typed: String,
    /// The extension; it stays in the note as well, since a client has no field for it.
    pub extension: Option<String>,
}

/// What a message says about a client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// Every phone, in the order of the message, each once.
    pub phones: Vec<FoundPhone>,
    /// The surname, in the nominative.
    pub last_name: Option<String>,
    /// The first name, in the nominative.
    pub first_name: Option<String>,
    /// The patronymic or middle name, in the nominative.
    pub middle_name: Option<String>,
    /// The first valid e-mail address.
    pub email: Option<String>,
    /// The ad the message names; `None` when it names none or several fit equally.
    pub ad_id: Option<i64>,
    /// Everything else, in the order of the message.
    pub note: String,
}

/// So many characters of a message are read, as many as a message of Telegram has; what is beyond them is note.
const READ: usize = 4_096;

/// Reads a message: phones, name, e-mail and ad; the rest is the note.
#[must_use]
pub fn recognise(text: &str, ads: &[KnownAd], region: PhoneRegion) -> Draft {
    let (text, unread) = readable(text);
    let mut draft = read(text, ads, region);
    draft.note.push_str(unread);
    draft
}

/// The part of a text that is read, and the rest.
fn readable(text: &str) -> (&str, &str) {
    text.split_at(text.char_indices().nth(READ).map_or(text.len(), |(at, _)| at))
}

fn read(text: &str, ads: &[KnownAd], region: PhoneRegion) -> Draft {
    let meant = layout::corrected(text);
    let mut tokens = TokenStream::new(&meant);
    let card = vcard::consume_card(&mut tokens);
    let (email, phones) = read_numbers(&mut tokens, region);
    let labels = Labels::read(&tokens);
    labels.consume_used(&mut tokens, Label::Phone);
    labels.consume_used(&mut tokens, Label::Email);
    phone_cues::consume_phone_words(&mut tokens);
    let ad_id = ads::consume_ad(&mut tokens, ads, &labels);
    let name = card.unwrap_or_else(|| names::consume_name(&mut tokens, &labels));
    labels.consume_comments(&mut tokens);
    Draft {
        phones,
        last_name: name.last,
        first_name: name.first,
        middle_name: name.middle,
        email,
        ad_id,
        note: note::rest(&tokens),
    }
}

/// Whether a message has a phone, so that it may be a new client.
#[must_use]
pub fn has_phone(text: &str, region: PhoneRegion) -> bool {
    let mut tokens = TokenStream::new(readable(text).0);
    !read_numbers(&mut tokens, region).1.is_empty()
}

/// The e-mail address and the phones; addresses and links go first, since they have digits of their own.
fn read_numbers(tokens: &mut TokenStream, region: PhoneRegion) -> (Option<String>, Vec<FoundPhone>) {
    let email = links::consume_email(tokens);
    let mut phones = links::consume_links(tokens, region);
    for found in phones::consume_phones(tokens, region) {
        if !phones.iter().any(|known| known.phone == found.phone) {
            phones.push(found);
        }
    }
    (email, phones)
}
