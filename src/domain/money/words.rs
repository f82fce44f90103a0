//! Words and signs of typed amounts, in every language.

use std::collections::HashMap;
use std::sync::LazyLock;

use rust_decimal::Decimal;

const LIST: &str = include_str!("../words/money.txt");

/// What a word of an amount means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// A number that is added to the one before.
    Number(Decimal),
    /// Makes the number before hundreds.
    Hundred,
    /// Thousand and more: ends a number.
    Unit(Decimal),
    /// A currency by its ISO 4217 code.
    Currency(&'static str),
    /// Says nothing of the amount.
    About,
}

static WORDS: LazyLock<HashMap<&'static str, Word>> = LazyLock::new(|| {
    let lines = LIST.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(entry).flat_map(|(word, names)| names.map(move |name| (name, word))).collect()
});

/// The meaning of a line and its words.
fn entry(line: &'static str) -> Option<(Word, impl Iterator<Item = &'static str>)> {
    let mut parts = line.split_ascii_whitespace();
    let kind = parts.next()?;
    let value = |text: Option<&str>| text.and_then(|text| Decimal::from_str_exact(text).ok());
    let word = match kind {
        "number" => Word::Number(value(parts.next())?),
        "unit" => Word::Unit(value(parts.next())?),
        "currency" => Word::Currency(parts.next()?),
        "hundred" => Word::Hundred,
        "about" => Word::About,
        _ => return None,
    };
    Some((word, parts))
}

/// The meaning of a word in lower case; none for one that has no place in an amount.
pub(super) fn word(text: &str) -> Option<Word> {
    WORDS.get(text).copied()
}
