#![allow(clippy::unwrap_used, reason = "tests")]

use chrono::Days;
use proptest::prelude::*;

use super::*;

fn today() -> NaiveDate {
    "2026-03-12".parse().unwrap()
}

#[test]
fn dates_as_people_type_them() {
    for (typed, date) in [
        ("12.03.2026", "2026-03-12"),
        ("1.4.2026", "2026-04-01"),
        ("12.03.26", "2026-03-12"),
        ("31.12", "2026-12-31"),
        ("31.12.", "2026-12-31"),
        (" 05. 01. 2027 ", "2027-01-05"),
        ("29.02.24", "2024-02-29"),
        ("2026-03-12", "2026-03-12"),
        ("сегодня", "2026-03-12"),
        ("Завтра", "2026-03-13"),
        ("вчера", "2026-03-11"),
        ("TODAY", "2026-03-12"),
        ("tomorrow", "2026-03-13"),
        ("yesterday", "2026-03-11"),
    ] {
        for language in Language::ALL {
            assert_eq!(parse_day(typed, today(), language).unwrap().to_string(), date, "{typed}");
        }
    }
}

#[test]
fn what_is_no_date_is_refused_with_an_example() {
    for (typed, problem) in [
        ("31.02.2026", DayProblem::NoSuchDay),
        ("29.02", DayProblem::NoSuchDay),
        ("12.13.2026", DayProblem::NoSuchDay),
        ("12.03.0026", DayProblem::NoSuchDay),
        ("12.03.2126", DayProblem::NoSuchDay),
        ("12.03.226", DayProblem::NotADate),
        ("12", DayProblem::NotADate),
        ("12/03/2026", DayProblem::NotADate),
        ("2026-3-12", DayProblem::NotADate),
        ("-1", DayProblem::NotADate),
        ("", DayProblem::NotADate),
        ("soon", DayProblem::NotADate),
        ("12.03.2026.", DayProblem::NotADate),
        ("+1.03", DayProblem::NotADate),
    ] {
        let error = parse_day(typed, today(), Language::Ru).unwrap_err();
        assert_eq!((error.problem, error.example.as_str()), (problem, "12.03.2026"), "{typed:?}");
    }
    assert_eq!(parse_day("soon", today(), Language::En).unwrap_err().example, "2026-03-12");
}

proptest! {
    #[test]
    fn every_date_is_read_back_in_every_form(offset in 0u64..40_000) {
        let date = NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + Days::new(offset);
        for form in ["%d.%m.%Y", "%-d.%-m.%Y", "%Y-%m-%d"] {
            prop_assert_eq!(parse_day(&date.format(form).to_string(), today(), Language::Ru), Ok(date));
        }
    }

    #[test]
    fn no_text_makes_it_panic(typed in "[0-9. \\-]{0,12}|\\PC{0,12}") {
        let _ = parse_day(&typed, NaiveDate::MAX, Language::En);
    }
}
