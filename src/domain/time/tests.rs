#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn zone(name: &str) -> TimeZone {
    TimeZone::parse(name).unwrap()
}

#[test]
fn a_moscow_day_begins_at_nine_in_the_evening_of_utc() {
    for (at, on) in [
        ("2026-03-11T20:59:59Z", "2026-03-11"),
        ("2026-03-11T21:00:00Z", "2026-03-12"),
        ("2026-12-31T21:00:00Z", "2027-01-01"),
    ] {
        assert_eq!(local_day(instant(at), TimeZone::MOSCOW), day(on));
    }
    assert_eq!(day_start(day("2026-03-12"), TimeZone::MOSCOW), instant("2026-03-11T21:00:00Z"));
}

#[test]
fn days_with_a_changed_clock_have_bounds_too() {
    for (name, on, from, to) in [
        ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
        ("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
        // Midnight itself is skipped.
        ("America/Asuncion", "2023-10-01", "2023-10-01T04:00:00Z", "2023-10-02T03:00:00Z"),
        // Midnight comes twice.
        ("America/Havana", "2025-11-02", "2025-11-02T04:00:00Z", "2025-11-03T05:00:00Z"),
        // The whole day is skipped.
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"),
    ] {
        assert_eq!(day_bounds(day(on), zone(name)), (instant(from), instant(to)), "{name} {on}");
    }
}

#[test]
fn zones_have_iana_names() {
    assert_eq!(zone(" europe/moscow "), TimeZone::MOSCOW);
    assert_eq!(zone("Asia/Yekaterinburg").to_string(), "Asia/Yekaterinburg");
    assert!(TimeZone::parse("Moscow Standard Time").is_err() && TimeZone::parse("").is_err());
    assert_eq!(serde_json::to_string(&TimeZone::MOSCOW).unwrap(), "\"Europe/Moscow\"");
}

#[test]
fn quiet_hours_as_people_type_them() {
    let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").unwrap();
    for (typed, from, to) in [
        ("22:00-08:00", "22:00", "08:00"),
        ("22 – 8", "22:00", "08:00"),
        ("9.30-10", "09:30", "10:00"),
        ("20-24", "20:00", "00:00"),
    ] {
        let hours = QuietHours::parse(typed).unwrap();
        assert_eq!((hours.from(), hours.to()), (time(from), time(to)), "{typed}");
        let json = serde_json::to_string(&hours).unwrap();
        assert_eq!(serde_json::from_str::<QuietHours>(&json).unwrap(), hours);
    }
    for wrong in ["", "22", "22:00", "25-8", "22:60-8", "22:5-8", "a-b", "22--8", "-22-8", "24:30-8"] {
        assert!(QuietHours::parse(wrong).is_err(), "{wrong}");
    }
    assert_eq!(QuietHours::parse("8-08:00"), Err(QuietError::Empty));
    assert_eq!(QuietHours::parse("24-0"), Err(QuietError::Empty));
}

#[test]
fn notices_wait_for_the_end_of_quiet_hours() {
    let night = QuietHours::parse("22-8").unwrap();
    let lunch = QuietHours::parse("12-13").unwrap();
    for (hours, at, goes) in [
        (night, "2026-03-12T18:59:59Z", "2026-03-12T18:59:59Z"),
        (night, "2026-03-12T19:00:00Z", "2026-03-13T05:00:00Z"),
        (night, "2026-03-13T01:30:00Z", "2026-03-13T05:00:00Z"),
        (night, "2026-03-13T05:00:00Z", "2026-03-13T05:00:00Z"),
        (lunch, "2026-03-12T09:59:00Z", "2026-03-12T10:00:00Z"),
        (lunch, "2026-03-12T08:59:00Z", "2026-03-12T08:59:00Z"),
    ] {
        assert_eq!(hours.delayed(instant(at), TimeZone::MOSCOW), instant(goes), "{at}");
    }
}

proptest! {
    #[test]
    fn every_instant_lies_within_its_local_day(
        seconds in 0i64..2_000_000_000,
        zone in prop::sample::select(&chrono_tz::TZ_VARIANTS[..]),
    ) {
        let (instant, zone) = (DateTime::from_timestamp(seconds, 0).unwrap(), TimeZone(zone));
        let (start, end) = day_bounds(local_day(instant, zone), zone);
        prop_assert!(start <= instant && instant < end, "{} {zone}", instant);
    }

    #[test]
    fn quiet_hours_never_hold_a_notice_for_more_than_a_day(
        seconds in 0i64..2_000_000_000, from in 0u32..1440, to in 0u32..1440,
    ) {
        let minute = |at: u32| NaiveTime::from_num_seconds_from_midnight_opt(at * 60, 0).unwrap();
        if let Ok(hours) = QuietHours::new(minute(from), minute(to)) {
            let instant = DateTime::from_timestamp(seconds, 0).unwrap();
            let goes = hours.delayed(instant, TimeZone::MOSCOW);
            prop_assert!(goes >= instant && goes - instant <= TimeDelta::hours(25));
            prop_assert!(!hours.covers(TimeZone::MOSCOW.local(goes).time()));
        }
    }
}
