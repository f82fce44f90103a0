//! Moments as people type them: a day, a time of day, or both.

use chrono::{DateTime, NaiveTime, Utc};

use super::{DayError, DayProblem, example, parse_day};
use crate::domain::{Language, TimeZone, local_day};

/// The time of a day that was given without one.
const MORNING: NaiveTime = match NaiveTime::from_hms_opt(10, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// Reads a moment of the person's zone: `12.03 15:30`, `tomorrow 9:00`, `18:00` (today), or a day alone, which means ten
/// in the morning.
///
/// # Errors
/// [`DayError`] when there is neither a day nor a time in it.
pub fn parse_moment(
    typed: &str,
    now: DateTime<Utc>,
    zone: TimeZone,
    language: Language,
) -> Result<DateTime<Utc>, DayError> {
    let today = local_day(now, zone);
    let refused = || DayError { problem: DayProblem::NotADate, example: example(today, language) };
    let text = typed.trim();
    let (before, last) = text.rsplit_once(char::is_whitespace).unwrap_or(("", text));
    let (day, time) = match (time_of(last), before.trim_end_matches([',', ' '])) {
        (Some(time), "") => (today, time),
        (Some(time), day) => (parse_day(day, today, language)?, time),
        (None, _) => (parse_day(text, today, language)?, MORNING),
    };
    zone.at(day, time).ok_or_else(refused)
}

/// `9:05` or `18:00`.
fn time_of(text: &str) -> Option<NaiveTime> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |part: &str| (part.len() <= 2).then(|| part.parse::<u32>().ok()).flatten();
    NaiveTime::from_hms_opt(two(hours)?, two(minutes).filter(|_| minutes.len() == 2)?, 0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn moments_are_days_times_or_both() {
        let now = "2026-03-12T09:00:00Z".parse().unwrap();
        let read = |text| parse_moment(text, now, TimeZone::MOSCOW, Language::Ru).map(|at| at.to_rfc3339());
        assert_eq!(read("18:00").unwrap(), "2026-03-12T15:00:00+00:00");
        assert_eq!(read("завтра 9:05").unwrap(), "2026-03-13T06:05:00+00:00");
        assert_eq!(read("20.03, 15:30").unwrap(), "2026-03-20T12:30:00+00:00");
        assert_eq!(read("20.03").unwrap(), "2026-03-20T07:00:00+00:00");
        for wrong in ["", "25:00", "завтра в обед", "9:5", "31.02 10:00"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
