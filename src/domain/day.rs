//! Dates as people type them.

mod moment;
#[cfg(test)]
mod tests;

pub use moment::parse_moment;

use chrono::{Datelike as _, NaiveDate, TimeDelta};
use thiserror::Error;

use super::Language;

/// Distances from today with their words in every language.
const WORDS: &str = include_str!("words/days.txt");

/// The years that a date in a company's books can have.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=2100;

/// Why a text is no date, with an example in the person's language.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a date: {problem:?}; an example: {example}")]
pub struct DayError {
    pub problem: DayProblem,
    /// Today, written the right way.
    pub example: String,
}

/// What is wrong with a text that should have been a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayProblem {
    /// It does not have the form of a date.
    NotADate,
    /// It has the form, but the calendar has no such day: 31.02.
    NoSuchDay,
}

/// Reads a date: `12.03.2026`, `12.03.26`, `12.03` (of today's year), `2026-03-12`, or a word such as `today`.
///
/// Words are understood in every language; `language` only chooses the example of an error.
///
/// # Errors
/// [`DayError`] when it is no date of the years 1970 to 2100.
pub fn parse_day(typed: &str, today: NaiveDate, language: Language) -> Result<NaiveDate, DayError> {
    let refused = |problem| DayError { problem, example: example(today, language) };
    let text = typed.trim().to_lowercase();
    if let Some(distance) = distance(&text) {
        return today.checked_add_signed(TimeDelta::days(distance)).ok_or_else(|| refused(DayProblem::NoSuchDay));
    }
    let (year, month, day) = fields(&text, today.year()).ok_or_else(|| refused(DayProblem::NotADate))?;
    let date = NaiveDate::from_ymd_opt(year, month, day).filter(|_| YEARS.contains(&year));
    date.ok_or_else(|| refused(DayProblem::NoSuchDay))
}

/// The distance from today that a word means.
fn distance(word: &str) -> Option<i64> {
    let lines = WORDS.lines().filter(|line| !line.starts_with('#'));
    let mut entries = lines.filter_map(|line| line.split_once(' '));
    let (distance, _) = entries.find(|(_, words)| words.split(' ').any(|known| known == word))?;
    distance.parse().ok()
}

/// Year, month and day of a text in one of the forms; the calendar is not asked yet.
fn fields(text: &str, this_year: i32) -> Option<(i32, u32, u32)> {
    let number = |part: &str, widths: &[usize]| {
        let digits = widths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<u32>().ok()).flatten()
    };
    let year = |part: &str| number(part, &[4]).and_then(|year| i32::try_from(year).ok());
    if let [whole, month, day] = text.split('-').collect::<Vec<_>>()[..] {
        return Some((year(whole)?, number(month, &[2])?, number(day, &[2])?));
    }
    match text.split('.').map(str::trim).collect::<Vec<_>>()[..] {
        [day, month] | [day, month, ""] => Some((this_year, number(month, &[1, 2])?, number(day, &[1, 2])?)),
        [day, month, last] => {
            let short = || number(last, &[2]).and_then(|short| i32::try_from(2000 + short).ok());
            Some((year(last).or_else(short)?, number(month, &[1, 2])?, number(day, &[1, 2])?))
        }
        _ => None,
    }
}

/// Today as a person who speaks the language would write it.
fn example(today: NaiveDate, language: Language) -> String {
    let form = match language {
        Language::Ru => "%d.%m.%Y",
        Language::En => "%Y-%m-%d",
    };
    today.format(form).to_string()
}
