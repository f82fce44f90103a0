//! Free texts with a length: titles, notes, reasons.

mod clean;
#[cfg(test)]
mod tests;

pub use clean::{clean_line, clean_lines};

use thiserror::Error;

/// Why a text cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TextError {
    /// There is nothing visible in it.
    #[error("empty")]
    Empty,
    /// It has too many characters.
    #[error("{length} characters, at most {max}")]
    TooLong {
        /// How many characters it has.
        length: usize,
        /// How many it may have.
        max: usize,
    },
}

/// Declares a text that was cleaned and measured in characters when it was made.
///
/// `hidden` texts are what people wrote about clients: their `Debug` shows only the length (G9).
macro_rules! bounded_text {
    ($(#[doc = $doc:literal])+ $name:ident, $min:literal..=$max:literal, $clean:ident, $debug:ident) => {
        $(#[doc = $doc])+
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The most characters it may have.
            pub const MAX: usize = $max;

            /// Takes a text as typed: trimmed, without control characters, its spaces put in order.
            ///
            /// # Errors
            /// `TooLong`, and `Empty` if it must not be.
            pub fn parse(typed: &str) -> Result<Self, $crate::domain::text::TextError> {
                let text = $crate::domain::text::$clean(typed);
                $crate::domain::text::measure(&text, $min, $max).map(|()| Self(text))
            }

            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::domain::text::bounded_text!(@$debug, $name, self.0, out)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::domain::text::TextError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    };
    (@shown, $name:ident, $text:expr, $out:ident) => {
        write!($out, "{}({:?})", stringify!($name), $text)
    };
    (@hidden, $name:ident, $text:expr, $out:ident) => {
        write!($out, "{}({} chars)", stringify!($name), $text.chars().count())
    };
}
pub(crate) use bounded_text;

/// Checks a cleaned text's length in characters; a text of invisible signs alone counts as empty (C12).
pub(crate) fn measure(text: &str, min: usize, max: usize) -> Result<(), TextError> {
    let length = text.chars().count();
    if length > max {
        return Err(TextError::TooLong { length, max });
    }
    let empty = !text.chars().any(clean::is_visible);
    if empty && (min > 0 || length > 0) { Err(TextError::Empty) } else { Ok(()) }
}

bounded_text! {
    /// The title of a service or contract, 1 to 50 characters on one line.
    Title, 1..=50, clean_line, shown
}
bounded_text! {
    /// The title of an ad, 1 to 50 characters on one line.
    AdTitle, 1..=50, clean_line, shown
}
bounded_text! {
    /// What a service or ad is about, up to 500 characters; may be empty.
    Description, 0..=500, clean_lines, shown
}
bounded_text! {
    /// Why something was voided, ended, corrected or lost, 1 to 300 characters (X13).
    Reason, 1..=300, clean_lines, hidden
}
bounded_text! {
    /// A note about a client, 1 to 4000 characters.
    Note, 1..=4000, clean_lines, hidden
}
bounded_text! {
    /// What goes with a contract or a hand-over, up to 1000 characters; may be empty.
    Remark, 0..=1000, clean_lines, hidden
}
bounded_text! {
    /// A colleague's name, 1 to 120 characters.
    FullName, 1..=120, clean_line, shown
}
