//! A client's name, all of it optional: a lead may be only a number (C12).

mod split;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::text::{TextError, bounded_text};

bounded_text! {
    /// A family name, 1 to 50 characters.
    LastName, 1..=50, clean_line, hidden
}
bounded_text! {
    /// A given name, 1 to 40 characters.
    FirstName, 1..=40, clean_line, hidden
}
bounded_text! {
    /// A patronymic or middle name, 1 to 50 characters.
    MiddleName, 1..=50, clean_line, hidden
}

/// A client's name; its `Debug` shows lengths only, since it is personal data (G9).
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub struct PersonName {
    pub last: Option<LastName>,
    pub first: Option<FirstName>,
    pub middle: Option<MiddleName>,
}

/// Which part of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum NameKind {
    Last,
    First,
    Middle,
}

/// One part of a name, valid for its kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum NamePart {
    Last(LastName),
    First(FirstName),
    Middle(MiddleName),
}

/// Why a part of a name cannot be taken (C12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NameError {
    /// There is something in it, but nothing visible.
    #[error("{kind:?} name of spaces only")]
    OnlySpaces { kind: NameKind },
    /// It has too many characters.
    #[error("{kind:?} name of {length} characters, at most {max}")]
    TooLong {
        kind: NameKind,
        /// How many characters it has.
        length: usize,
        /// How many it may have.
        max: usize,
    },
}

impl NamePart {
    /// Reads one part as typed: trimmed, spaces collapsed; an empty text is no name (C12).
    ///
    /// # Errors
    /// [`NameError`] for spaces only, or too many characters.
    pub fn parse(kind: NameKind, typed: &str) -> Result<Option<Self>, NameError> {
        if typed.is_empty() {
            return Ok(None);
        }
        let part = match kind {
            NameKind::Last => LastName::parse(typed).map(Self::Last),
            NameKind::First => FirstName::parse(typed).map(Self::First),
            NameKind::Middle => MiddleName::parse(typed).map(Self::Middle),
        };
        part.map(Some).map_err(|error| match error {
            TextError::Empty => NameError::OnlySpaces { kind },
            TextError::TooLong { length, max } => NameError::TooLong { kind, length, max },
        })
    }
}

impl PersonName {
    /// Puts one part in, in place of what was there.
    pub fn set(&mut self, part: NamePart) {
        match part {
            NamePart::Last(last) => self.last = Some(last),
            NamePart::First(first) => self.first = Some(first),
            NamePart::Middle(middle) => self.middle = Some(middle),
        }
    }

    /// Takes one part away.
    pub fn clear(&mut self, kind: NameKind) {
        match kind {
            NameKind::Last => self.last = None,
            NameKind::First => self.first = None,
            NameKind::Middle => self.middle = None,
        }
    }

    /// The parts in the order of documents, family name first; `None` without a name, when the masked phone is shown.
    #[must_use]
    pub fn display(&self) -> Option<String> {
        let parts = [
            self.last.as_ref().map(LastName::as_str),
            self.first.as_ref().map(FirstName::as_str),
            self.middle.as_ref().map(MiddleName::as_str),
        ];
        let whole = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        (!whole.is_empty()).then_some(whole)
    }

    /// Whether nothing of the name is known.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.last.is_none() && self.first.is_none() && self.middle.is_none()
    }
}
