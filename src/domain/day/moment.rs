//! Moments as people type them: a day, a time of day, or both.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::{DayError, DayProblem, Lean, example, reader};
use crate::domain::{Language, TimeZone, local_day};

/// The time of a day that was given without one.
const MORNING: NaiveTime = match NaiveTime::from_hms_opt(10, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// Reads a moment of the person's zone: `12.03 15:30`, `tomorrow at 10`, `fri 3pm`, `in 2 hours`; a time alone is of `chosen`, else
/// the next one, and a day alone means ten in the morning.
///
/// # Errors
/// [`DayError`] when there is neither a day nor a time in it.
pub fn parse_moment(
    typed: &str,
    now: DateTime<Utc>,
    chosen: Option<NaiveDate>,
    zone: TimeZone,
    language: Language,
) -> Result<DateTime<Utc>, DayError> {
    let today = local_day(now, zone);
    let refused = |problem| DayError { problem, example: example(today, language) };
    let said = reader::read(typed, today, Lean::Future, true).map_err(refused)?;
    let not_a_date = || refused(DayProblem::NotADate);
    if let Some(minutes) = said.minutes {
        let at = now.checked_add_signed(TimeDelta::minutes(minutes)).filter(|_| said.time.is_none());
        return at.ok_or_else(not_a_date);
    }
    let time = said.time.unwrap_or(MORNING);
    let day = match said.day.or(chosen) {
        Some(day) => day,
        None if zone.at(today, time).is_some_and(|at| at > now) => today,
        None => today.checked_add_days(Days::new(1)).ok_or_else(not_a_date)?,
    };
    zone.at(day, time).ok_or_else(not_a_date)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use chrono::NaiveDateTime;

    use super::*;

    #[test]
    fn moments_are_days_times_or_both() {
        // A Thursday, noon in Moscow.
        let now = "2026-03-12T09:00:00Z".parse().unwrap();
        let read = |text| parse_moment(text, now, None, TimeZone::MOSCOW, Language::Ru);
        for (typed, at) in [
            ("18:00", "2026-03-12 18:00"),
            ("0:05", "2026-03-13 00:05"),
            ("9", "2026-03-13 09:00"),
            ("1530", "2026-03-12 15:30"),
            ("завтра", "2026-03-13 10:00"),
            ("завтра 9:05", "2026-03-13 09:05"),
            ("завтра в 10", "2026-03-13 10:00"),
            ("завтра в 10:00", "2026-03-13 10:00"),
            ("завтра 15", "2026-03-13 15:00"),
            ("сегодня в 18:30", "2026-03-12 18:30"),
            ("сегодня вечером", "2026-03-12 18:00"),
            ("завтра утром", "2026-03-13 09:00"),
            ("завтра в обед", "2026-03-13 13:00"),
            ("завтра после обеда", "2026-03-13 14:00"),
            ("утром", "2026-03-13 09:00"),
            ("послезавтра", "2026-03-14 10:00"),
            ("послезавтра в 11", "2026-03-14 11:00"),
            ("через час", "2026-03-12 13:00"),
            ("через 2 часа", "2026-03-12 14:00"),
            ("через два часа", "2026-03-12 14:00"),
            ("через полчаса", "2026-03-12 12:30"),
            ("через полтора часа", "2026-03-12 13:30"),
            ("через 15 минут", "2026-03-12 12:15"),
            ("через неделю", "2026-03-19 10:00"),
            ("через 2 недели", "2026-03-26 10:00"),
            ("через 3 дня в 9 утра", "2026-03-15 09:00"),
            ("через месяц", "2026-04-12 10:00"),
            ("в пятницу", "2026-03-13 10:00"),
            ("в пятницу утром", "2026-03-13 09:00"),
            ("в четверг", "2026-03-19 10:00"),
            ("в среду в 10", "2026-03-18 10:00"),
            ("в следующий вторник", "2026-03-17 10:00"),
            ("в следующую пятницу", "2026-03-20 10:00"),
            ("12 декабря", "2026-12-12 10:00"),
            ("12 декабря в 15", "2026-12-12 15:00"),
            ("3 декабря 15:00", "2026-12-03 15:00"),
            ("15 января", "2027-01-15 10:00"),
            ("12.12", "2026-12-12 10:00"),
            ("15.01 10:00", "2027-01-15 10:00"),
            ("10.12 в 15:00", "2026-12-10 15:00"),
            ("10.12 15.00", "2026-12-10 15:00"),
            ("25.12.26 14-00", "2026-12-25 14:00"),
            ("20.03, 15:30", "2026-03-20 15:30"),
            ("завтра в 3 часа дня", "2026-03-13 15:00"),
            ("завтра в 8 вечера", "2026-03-13 20:00"),
            ("в 12 ночи", "2026-03-13 00:00"),
            ("in 2 hours", "2026-03-12 14:00"),
            ("in half an hour", "2026-03-12 12:30"),
            ("in a week", "2026-03-19 10:00"),
            ("tomorrow 9am", "2026-03-13 09:00"),
            ("tomorrow 3pm", "2026-03-13 15:00"),
            ("tomorrow at 15:00", "2026-03-13 15:00"),
            ("tomorrow in the morning", "2026-03-13 09:00"),
            ("tonight", "2026-03-12 18:00"),
            ("next monday", "2026-03-16 10:00"),
            ("fri 15:30", "2026-03-13 15:30"),
            ("Wed 10:00", "2026-03-18 10:00"),
            ("12 dec 3pm", "2026-12-12 15:00"),
            ("dec 12th", "2026-12-12 10:00"),
            ("12/25/2026 9 am", "2026-12-25 09:00"),
        ] {
            let at = NaiveDateTime::parse_from_str(at, "%Y-%m-%d %H:%M").unwrap();
            let due = TimeZone::MOSCOW.at(at.date(), at.time()).unwrap();
            assert_eq!(read(typed), Ok(due), "{typed}");
        }
        for wrong in [
            "",
            "25:00",
            "9:5",
            "31.02 10:00",
            "когда-нибудь",
            "3 дня",
            "12 месяцев",
            "завтра завтра",
            "10:00 11:00",
            "в",
            "через",
            "через 2",
            "часа",
            "999999 часов",
            "через 99999999999 лет",
            "5 в 6",
            "13 вечера",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_time_alone_is_of_the_day_that_was_chosen() {
        let now = "2026-03-12T09:00:00Z".parse().unwrap();
        let chosen = NaiveDate::from_ymd_opt(2026, 3, 20);
        let read = |text| parse_moment(text, now, chosen, TimeZone::MOSCOW, Language::Ru).map(|at| at.to_rfc3339());
        assert_eq!(read("15:30").unwrap(), "2026-03-20T12:30:00+00:00");
        assert_eq!(read("в 9").unwrap(), "2026-03-20T06:00:00+00:00");
        assert_eq!(read("завтра в 9").unwrap(), "2026-03-13T06:00:00+00:00");
    }
}
