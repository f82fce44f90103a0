//! The same text in other letters: the other keyboard layout, the other alphabet.
//!
//! The one keyboard table and the one transliteration table of the crate.

pub(crate) mod keyboard;
pub(crate) mod translit;
