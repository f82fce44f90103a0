//! Words of typed days and times, in every language.

use std::collections::HashMap;
use std::sync::LazyLock;

const LIST: &str = include_str!("../words/days.txt");

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// What a word of a typed day or time means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// A day by its distance from today.
    Day(i64),
    /// A weekday, Monday is 0.
    Weekday(u32),
    Month(u32),
    /// A part of the day by its hour.
    Part(u32),
    /// A part of today by its hour.
    Tonight(u32),
    Am,
    Pm,
    Unit(Unit),
    /// A number in halves: one and a half is 3.
    Halves(u32),
    /// So many units in one word.
    Span(Unit, u32),
    In,
    Next,
    /// Says nothing.
    Filler,
}

static WORDS: LazyLock<HashMap<&'static str, Word>> = LazyLock::new(|| {
    let lines = LIST.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(entry).flat_map(|(word, names)| names.map(move |name| (name, word))).collect()
});

/// The meaning of a line and its words.
fn entry(line: &'static str) -> Option<(Word, impl Iterator<Item = &'static str>)> {
    let mut parts = line.split_ascii_whitespace();
    let kind = parts.next()?;
    let mut value = || parts.next()?.parse::<u32>().ok();
    let word = match kind {
        "weekday" => Word::Weekday(value()?),
        "month" => Word::Month(value()?),
        "part" => Word::Part(value()?),
        "tonight" => Word::Tonight(value()?),
        "halves" => Word::Halves(value()?),
        "day" => Word::Day(parts.next()?.parse().ok()?),
        "unit" => Word::Unit(unit(parts.next()?)?),
        "span" => Word::Span(unit(parts.next()?)?, parts.next()?.parse().ok()?),
        "am" => Word::Am,
        "pm" => Word::Pm,
        "in" => Word::In,
        "next" => Word::Next,
        "filler" => Word::Filler,
        _ => return None,
    };
    Some((word, parts))
}

fn unit(name: &str) -> Option<Unit> {
    Some(match name {
        "minute" => Unit::Minute,
        "hour" => Unit::Hour,
        "day" => Unit::Day,
        "week" => Unit::Week,
        "month" => Unit::Month,
        "year" => Unit::Year,
        _ => return None,
    })
}

/// The meaning of a word in lower case; none for one that has no place in a day or time.
pub(super) fn word(text: &str) -> Option<Word> {
    WORDS.get(text).copied()
}
