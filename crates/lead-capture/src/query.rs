//! Search texts: a record's number, a part of a phone, or a name in whatever layout and alphabet it was typed.

#[cfg(test)]
mod tests;

use crate::chars::digits_of;
use crate::letters::{keyboard, translit};
use crate::{Phone, PhoneRegion, recognise};

/// Shorter parts stand in most phones.
const SHORTEST_DIGITS: usize = 3;

/// More words than these only slow a search down.
const MOST_WORDS: usize = 5;

/// What a search text asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// Nothing that could be looked for.
    Nothing,
    /// A client by their number, as in `№12`.
    Id(i64),
    /// A whole phone number.
    Phone(Phone),
    /// Digits that a phone has; several readings, since a leading 8 or 7 may stand for the country.
    Digits(Vec<String>),
    /// A name, in every reading of the letters: as typed, in the other keyboard layout, transliterated. Words in lower
    /// case with е for ё, between single spaces. Texts in Latin letters may be a part of an e-mail as well.
    Text {
        /// The readings, the literal one first.
        readings: Vec<String>,
        /// The text as it may stand in an e-mail.
        email: Option<String>,
    },
}

impl Query {
    /// Reads a search text.
    #[must_use]
    pub fn read(text: &str, region: PhoneRegion) -> Self {
        let text = text.trim();
        if let Some(id) = id_of(text) {
            return Self::Id(id);
        }
        if !text.chars().any(char::is_alphabetic) && !text.contains('@') {
            return Self::of_digits(text, region);
        }
        // A name with a whole number is asked about by the number: it has one owner.
        if let Some(found) = recognise(text, &[], region).phones.into_iter().next() {
            return Self::Phone(found.phone);
        }
        let words: Vec<&str> = text.split_whitespace().take(MOST_WORDS).collect();
        let literal = folded(&words.join(" "));
        let mut readings = vec![literal.clone()];
        for reading in [keyboard::other_layout(&literal), translit::other_alphabet(&literal)] {
            let reading = folded(&reading);
            if reading.chars().any(char::is_alphabetic) && !readings.contains(&reading) {
                readings.push(reading);
            }
        }
        let typed = words.join(" ").to_lowercase();
        let like_email = typed.is_ascii() && typed.len() >= SHORTEST_DIGITS && !typed.contains(' ');
        Self::Text { readings, email: like_email.then_some(typed) }
    }

    fn of_digits(text: &str, region: PhoneRegion) -> Self {
        let digits = digits_of(text);
        if let Ok(phone) = Phone::parse(text, region) {
            return Self::Phone(phone);
        }
        if digits.len() < SHORTEST_DIGITS {
            return digits.parse().map_or(Self::Nothing, Self::Id);
        }
        let mut readings = vec![digits.clone()];
        if let Some(rest) = digits.strip_prefix(['8', '7']).filter(|rest| rest.len() >= SHORTEST_DIGITS) {
            readings.push(rest.to_owned());
        }
        Self::Digits(readings)
    }
}

/// `№12`, `# 12`, `id12`.
fn id_of(text: &str) -> Option<i64> {
    let lower = text.to_lowercase();
    let rest = ["№", "#", "id"].iter().find_map(|mark| lower.strip_prefix(mark))?;
    rest.trim_start_matches([' ', ':', '.']).parse().ok()
}

/// As texts are compared and names are stored for searching: lower case, е for ё.
#[must_use]
pub fn folded(text: &str) -> String {
    text.to_lowercase().replace('ё', "е")
}
