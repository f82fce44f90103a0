//! Quick capture: a message of any kind becomes a draft of a client.
//!
//! Nothing is guessed: a number is a phone only when such phones exist and nothing around says otherwise, a word is a
//! name only where names stand, an ad is chosen only when one fits best. What is left is the note; nothing typed is lost.

mod ads;
mod labels;
mod layout;
mod lexicon;
mod links;
mod names;
mod note;
mod phones;
mod said;
mod sheet;
mod signs;
#[cfg(test)]
mod tests;
mod translit;
mod vcard;

use super::{Channel, Phone, PhoneRegion};
use labels::{Label, Labels};
use sheet::Sheet;

/// An ad that may be named in a message.
#[derive(Debug, Clone, Copy)]
pub struct KnownAd<'a> {
    /// The ad's id, given back in the draft.
    pub id: i64,
    /// Its title, as marketers wrote it.
    pub title: &'a str,
    /// Where it runs: people name the channel more often than the title.
    pub channel: Channel,
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

/// Reads a message: phones, name, e-mail and ad; the rest is the note.
#[must_use]
pub fn recognise(text: &str, ads: &[KnownAd], region: PhoneRegion) -> Draft {
    let meant = layout::corrected(text);
    let mut sheet = Sheet::new(&meant);
    let card = vcard::take_card(&mut sheet);
    let (email, phones) = read_numbers(&mut sheet, region);
    let labels = Labels::read(&sheet);
    labels.take_used(&mut sheet, Label::Phone);
    labels.take_used(&mut sheet, Label::Email);
    said::take_phone_words(&mut sheet);
    let ad_id = ads::take_ad(&mut sheet, ads, &labels);
    let name = card.unwrap_or_else(|| names::take_name(&mut sheet, &labels));
    labels.take_comments(&mut sheet);
    Draft {
        phones,
        last_name: name.last,
        first_name: name.first,
        middle_name: name.middle,
        email,
        ad_id,
        note: note::rest(&sheet),
    }
}

/// Whether a message has a phone, so that it may be a new client.
#[must_use]
pub fn has_phone(text: &str, region: PhoneRegion) -> bool {
    let mut sheet = Sheet::new(text);
    !read_numbers(&mut sheet, region).1.is_empty()
}

/// The e-mail address and the phones; addresses and links go first, since they have digits of their own.
fn read_numbers(sheet: &mut Sheet, region: PhoneRegion) -> (Option<String>, Vec<FoundPhone>) {
    let email = links::take_email(sheet);
    let mut phones = links::take_links(sheet, region);
    for found in phones::take_phones(sheet, region) {
        if !phones.iter().any(|known| known.phone == found.phone) {
            phones.push(found);
        }
    }
    (email, phones)
}
