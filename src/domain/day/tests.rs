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
        ("позавчера", "2026-03-10"),
        ("12.03.2026 г.", "2026-03-12"),
        ("12.03.2026.", "2026-03-12"),
        ("12/03/2026", "2026-03-12"),
        ("12-03-2026", "2026-03-12"),
        ("2026-3-12", "2026-03-12"),
        ("12 марта 2026", "2026-03-12"),
        ("12 марта 2026 года", "2026-03-12"),
        ("12 мар. 2026", "2026-03-12"),
        ("12 March 2026", "2026-03-12"),
        ("March 12th, 2026", "2026-03-12"),
        ("30 ноября", "2026-11-30"),
        ("через 2 недели", "2026-03-26"),
        ("через год", "2027-03-12"),
        ("в пятницу", "2026-03-13"),
    ] {
        for language in Language::ALL {
            assert_eq!(parse_day(typed, today(), Lean::Future, language).unwrap().to_string(), date, "{typed}");
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
        ("30 февраля", DayProblem::NoSuchDay),
        ("завтра в 10", DayProblem::NotADate),
        ("через час", DayProblem::NotADate),
        ("12 месяцев", DayProblem::NotADate),
        ("-1", DayProblem::NotADate),
        ("", DayProblem::NotADate),
        ("soon", DayProblem::NotADate),
        ("+1.03", DayProblem::NotADate),
    ] {
        let error = parse_day(typed, today(), Lean::Future, Language::Ru).unwrap_err();
        assert_eq!((error.problem, error.example.as_str()), (problem, "12.03.2026"), "{typed:?}");
    }
    assert_eq!(parse_day("soon", today(), Lean::Future, Language::En).unwrap_err().example, "2026-03-12");
}

#[test]
fn a_day_without_a_year_lies_where_the_question_leans() {
    let read = |typed, lean| parse_day(typed, today(), lean, Language::Ru).map(|day| day.to_string());
    for (typed, future, past, nearest) in [
        ("12.03", "2026-03-12", "2026-03-12", "2026-03-12"),
        ("11.03", "2027-03-11", "2026-03-11", "2026-03-11"),
        ("15.01", "2027-01-15", "2026-01-15", "2026-01-15"),
        ("31.12", "2026-12-31", "2025-12-31", "2025-12-31"),
        ("15 июля", "2026-07-15", "2025-07-15", "2026-07-15"),
        ("четверг", "2026-03-19", "2026-03-12", "2026-03-19"),
        ("пт", "2026-03-13", "2026-03-06", "2026-03-13"),
    ] {
        assert_eq!(read(typed, Lean::Future).unwrap(), future, "{typed}");
        assert_eq!(read(typed, Lean::Past).unwrap(), past, "{typed}");
        assert_eq!(read(typed, Lean::Nearest).unwrap(), nearest, "{typed}");
    }
}

#[test]
fn a_length_ends_on_the_day_before() {
    let last = |typed| parse_length(typed, today()).map(|day| day.to_string());
    for (typed, day) in [
        ("12 месяцев", "2027-03-11"),
        ("год", "2027-03-11"),
        ("полгода", "2026-09-11"),
        ("3 мес.", "2026-06-11"),
        ("полтора года", "2027-09-11"),
        ("2 недели", "2026-03-25"),
        ("1 day", "2026-03-12"),
        ("a year", "2027-03-11"),
    ] {
        assert_eq!(last(typed).as_deref(), Some(day), "{typed}");
    }
    for wrong in ["", "12", "0 дней", "2 часа", "12.03.2027", "месяц назад", "9999999999 лет"] {
        assert_eq!(last(wrong), None, "{wrong}");
    }
}

proptest! {
    #[test]
    fn every_date_is_read_back_in_every_form(offset in 0u64..40_000) {
        let date = NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + Days::new(offset);
        for form in ["%d.%m.%Y", "%-d.%-m.%Y", "%Y-%m-%d"] {
            prop_assert_eq!(parse_day(&date.format(form).to_string(), today(), Lean::Nearest, Language::Ru), Ok(date));
        }
    }

    #[test]
    fn no_text_makes_it_panic(typed in "[0-9. \\-]{0,12}|\\PC{0,12}") {
        let _ = parse_day(&typed, NaiveDate::MAX, Lean::Nearest, Language::En);
    }
}
