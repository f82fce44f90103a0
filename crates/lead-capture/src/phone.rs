//! Phone numbers: one canonical form for everything people type (rules C1–C4).

mod region;
mod show;
#[cfg(test)]
mod tests;

pub use region::{PhoneRegion, UnknownRegion};

use std::fmt;

use rlibphonenumber::{PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberFormat};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::chars::is_invisible;

/// A valid phone number in its canonical E.164 form; two spellings of one number are equal (C1).
///
/// It has no `Display`, and its `Debug` is blind, so that a log line cannot carry it (G9).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

/// Why a text is not a phone number, with an example of the right form for the sentence (C4).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a phone number: {problem:?}; an example: {example}")]
pub struct PhoneError {
    /// What is wrong with the text.
    pub problem: PhoneProblem,
    /// A made-up number of the company's region, in international form.
    pub example: String,
}

/// What is wrong with a text that should have been a phone number (C4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneProblem {
    /// There is no number in it.
    NotANumber,
    /// Digits are missing.
    TooShort,
    /// There are too many digits.
    TooLong,
    /// The country code after the plus does not exist.
    UnknownCountry,
    /// The length fits, but no numbering plan has such numbers.
    NotInUse,
}

impl Phone {
    /// Reads a number as people type and paste it; without a country code it belongs to `region` (C1–C4).
    ///
    /// # Errors
    /// [`PhoneError`] when the text is not one valid number.
    pub fn parse(typed: &str, region: PhoneRegion) -> Result<Self, PhoneError> {
        let refused = |problem| PhoneError { problem, example: region.example() };
        let text = plain(typed);
        let number =
            PHONE_NUMBER_UTIL.parse(&text, Some(region.inner())).map_err(|error| refused(PhoneProblem::of(&error)))?;
        if spells_digits_with_letters(&text, &number) {
            return Err(refused(PhoneProblem::NotANumber));
        }
        // Parsing only cuts the text up; whether such a number can exist is asked separately.
        if !number.is_valid() {
            return Err(refused(PhoneProblem::of_invalid(&number)));
        }
        Ok(Self(number.format_as(PhoneNumberFormat::E164).into_owned()))
    }

    /// Reads the number of a contact card, which Telegram gives in international form, often without the plus (C2).
    ///
    /// # Errors
    /// [`PhoneError`] when it is a valid number neither internationally nor in `region`.
    pub fn from_contact(shared: &str, region: PhoneRegion) -> Result<Self, PhoneError> {
        let international = format!("+{}", shared.trim().trim_start_matches('+'));
        Self::parse(&international, region).or_else(|_| Self::parse(shared, region))
    }

    /// Takes a number back from storage; `None` unless it has the shape of E.164.
    ///
    /// Only the shape is checked: numbering plans change, and a stored client must stay readable.
    #[must_use]
    pub fn from_stored(stored: &str) -> Option<Self> {
        let digits = stored.strip_prefix('+')?;
        let shaped = (6..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        shaped.then(|| Self(stored.to_owned()))
    }

    /// The canonical form, `+79991234567`: what is stored, compared and dialled.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PhoneProblem {
    fn of(error: &ParseError) -> Self {
        match error {
            ParseError::InvalidCountryCode => Self::UnknownCountry,
            ParseError::NotANumber(_) => Self::NotANumber,
            ParseError::TooShortAfterIdd | ParseError::TooShortNsn => Self::TooShort,
            ParseError::TooLongNsn => Self::TooLong,
        }
    }

    fn of_invalid(number: &PhoneNumber) -> Self {
        use rlibphonenumber::{NumberLengthType, ValidationError};
        match number.is_possible_with_reason() {
            Ok(NumberLengthType::IsPossibleLocalOnly) | Err(ValidationError::TooShort) => Self::TooShort,
            // Longer than the usual numbers, though a rare kind is longer still (Russia: 10 digits, or 14).
            Err(ValidationError::TooLong | ValidationError::InvalidLength) => Self::TooLong,
            Err(ValidationError::InvalidCountryCode) => Self::UnknownCountry,
            Ok(NumberLengthType::IsPossible) => Self::NotInUse,
        }
    }
}

/// The text with every exotic space made plain and invisible marks (copied contacts bring them) dropped.
fn plain(typed: &str) -> String {
    let spaced = |sign: char| if sign.is_whitespace() { ' ' } else { sign };
    typed.chars().filter(|&sign| !is_invisible(sign)).map(spaced).collect()
}

/// Whether letters were read as keypad digits ("8 912 CALL NOW"): a typed name must not become part of a number.
fn spells_digits_with_letters(text: &str, number: &PhoneNumber) -> bool {
    let number_begins = |sign: char| sign == '+' || sign.is_numeric();
    let rest = text.find(number_begins).map_or("", |at| &text[at..]);
    number.extension.is_none() && rest.chars().any(char::is_alphabetic)
}

impl fmt::Debug for Phone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Phone(hidden)")
    }
}

impl TryFrom<String> for Phone {
    type Error = &'static str;

    fn try_from(stored: String) -> Result<Self, Self::Error> {
        Self::from_stored(&stored).ok_or("not an E.164 phone number")
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}
