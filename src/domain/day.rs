//! Dates as people type them.

mod moment;
mod reader;
#[cfg(test)]
mod tests;
mod token;
mod words;

pub use moment::parse_moment;

use chrono::NaiveDate;
use thiserror::Error;

use super::{Language, end_after_months};

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

/// Where a day lies that is typed without a year, or a weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lean {
    /// Today or later: a contract's last day, a next step.
    Future,
    /// Today or earlier: a day of signing.
    Past,
    /// Whichever is nearer.
    Nearest,
}

/// Reads a day: `12.03.2026`, `12.03`, `2026-03-12`, `12 March`, `dec 12`, `on friday`, `in 2 weeks`, `today`.
///
/// Words are understood in every language; `language` only chooses the example of an error.
///
/// # Errors
/// [`DayError`] when it is no date of the years 1970 to 2100.
pub fn parse_day(typed: &str, today: NaiveDate, lean: Lean, language: Language) -> Result<NaiveDate, DayError> {
    let refused = |problem| DayError { problem, example: example(today, language) };
    let said = reader::read(typed, today, lean, false).map_err(refused)?;
    said.day.ok_or_else(|| refused(DayProblem::NotADate))
}

/// The last day of a time that begins on `first` and is as long as typed: `12 months`, `a year`; none for any other text.
#[must_use]
pub fn parse_length(typed: &str, first: NaiveDate) -> Option<NaiveDate> {
    let length = reader::length(typed)?;
    match length.days {
        0 => end_after_months(first, length.months),
        _ => length.after(first)?.pred_opt(),
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
