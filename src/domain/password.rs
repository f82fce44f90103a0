//! Passwords that are good enough (A13, A17).

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::LazyLock;

use thiserror::Error;

use super::username::Username;

/// The beginnings of common passwords, in Latin and Cyrillic, lower case.
const COMMON: &str = include_str!("words/common_passwords.txt");

/// The 10 000 most common passwords, lower case (A17).
const MOST_COMMON: &str = include_str!("words/passwords_10k.txt");

/// Shorter entries of the lists are too much like a part of any text to be looked for inside a password.
const SHORTEST_STEM: usize = 5;

/// Everything that is looked for inside a password.
static STEMS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let words = COMMON.lines().chain(MOST_COMMON.lines()).filter(|line| !line.starts_with('#'));
    words.filter(|word| word.chars().count() >= SHORTEST_STEM).collect()
});

/// Rows of keyboards, the alphabets, the digits: what lazy fingers run along.
const RUNS: &str = include_str!("words/runs.txt");

pub const SHORTEST: usize = 10;

/// The fewest characters for people who manage people (A17).
pub const SHORTEST_OF_MANAGERS: usize = 12;

/// The most characters; more would only cost hashing time.
pub const LONGEST: usize = 128;

/// A password that passed the check. Its text shows up nowhere by itself: no `Debug`, no `Display`, no serialisation.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Why a password is refused; carries nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PasswordError {
    /// Fewer characters than are asked for.
    #[error("too short")]
    TooShort,
    /// It begins with a slash: Telegram takes it for a command (A18).
    #[error("begins with a slash")]
    Slash,
    /// More than [`LONGEST`] characters.
    #[error("longer than {LONGEST} characters")]
    TooLong,
    /// One of those that are tried first, or such a one with a year or signs around it.
    #[error("too common")]
    Common,
    /// The same few signs again and again.
    #[error("too repetitive")]
    Repetitive,
    /// A run along the keyboard, the alphabet or the digits.
    #[error("a sequence")]
    Sequence,
    /// The login is part of it.
    #[error("contains the login")]
    ContainsUsername,
}

impl Password {
    /// The fewest characters that a user's password has (A17).
    #[must_use]
    pub const fn shortest(manages_people: bool) -> usize {
        if manages_people { SHORTEST_OF_MANAGERS } else { SHORTEST }
    }

    /// Checks a new password of a user, of at least `shortest` characters: [`Password::shortest`].
    ///
    /// # Errors
    /// [`PasswordError`]: what to tell the user.
    pub fn parse(typed: &str, username: &Username, shortest: usize) -> Result<Self, PasswordError> {
        if typed.trim_start().starts_with('/') {
            return Err(PasswordError::Slash);
        }
        match typed.chars().count() {
            length if length < shortest.max(SHORTEST) => return Err(PasswordError::TooShort),
            length if length > LONGEST => return Err(PasswordError::TooLong),
            _ => {}
        }
        let lower = typed.to_lowercase();
        if lower.contains(username.as_str()) {
            Err(PasswordError::ContainsUsername)
        } else if is_repetitive(&lower) {
            Err(PasswordError::Repetitive)
        } else if is_sequence(&lower) {
            Err(PasswordError::Sequence)
        } else if is_common(&lower) {
            Err(PasswordError::Common)
        } else {
            Ok(Self(typed.to_owned()))
        }
    }

    /// The secret itself, for the hash and nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Fewer than five different signs: `aaaaaaaaaa`, `1212121212`, `abcabcabcabc`.
fn is_repetitive(lower: &str) -> bool {
    lower.chars().collect::<BTreeSet<_>>().len() < 5
}

/// Made of pieces of known runs, forwards or backwards: `1234567890`, `qwertyasdfgh`, `0987654321`.
fn is_sequence(lower: &str) -> bool {
    let signs: Vec<char> = lower.chars().collect();
    let steps = signs.windows(2).filter(|pair| follows(pair[0], pair[1]) || follows(pair[1], pair[0])).count();
    // A step that is no run is a change of rows; one in four leaves nothing to guess.
    steps * 4 >= (signs.len() - 1) * 3
}

fn follows(one: char, next: char) -> bool {
    RUNS.lines().filter(|line| !line.starts_with('#')).any(|run| {
        let mut pairs = run.chars().zip(run.chars().skip(1));
        pairs.any(|pair| pair == (one, next))
    })
}

/// A common word, also in l33t, with fewer than four other letters; digits and signs around it do not make it stronger.
fn is_common(lower: &str) -> bool {
    let plain: String = lower.chars().map(unleet).collect();
    let rest = |text: &str, word: &str| text.replace(word, "").chars().filter(|sign| sign.is_alphabetic()).count();
    STEMS.iter().any(|word| [lower, &plain].into_iter().any(|text| text.contains(word) && rest(text, word) < 4))
}

fn unleet(sign: char) -> char {
    match sign {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Password(hidden)")
    }
}
