#![allow(clippy::unwrap_used, reason = "tests")]

use crate::domain::Currency;
use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::*;
use crate::domain::Money;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn dates(starts_on: &str, ends_on: &str) -> ContractDates {
    ContractDates { starts_on: day(starts_on), ends_on: day(ends_on), terminated_on: None, voided: false }
}

fn terms(amount: &str, signed: &str, starts: &str, ends: &str) -> ContractTerms {
    ContractTerms {
        amount: Money::parse(amount, Currency::RUB).unwrap(),
        signed_on: day(signed),
        starts_on: day(starts),
        ends_on: day(ends),
    }
}

#[test]
fn x1_runs_through_its_last_day_and_has_expired_on_the_next() {
    let march = dates("2026-03-01", "2026-03-31");
    for (on, status) in [
        ("2026-02-28", ContractStatus::Scheduled),
        ("2026-03-01", ContractStatus::Running),
        ("2026-03-31", ContractStatus::Running),
        ("2026-04-01", ContractStatus::Expired),
    ] {
        assert_eq!(ContractStatus::on(day(on), &march), status, "{on}");
    }
}

#[test]
fn x11_terminated_from_the_day_after() {
    let ended = ContractDates { terminated_on: Some(day("2026-03-10")), ..dates("2026-03-01", "2026-03-31") };
    assert_eq!(ContractStatus::on(day("2026-03-10"), &ended), ContractStatus::Running);
    assert_eq!(ContractStatus::on(day("2026-03-11"), &ended), ContractStatus::Terminated);
}

#[test]
fn a_void_contract_is_void_on_every_day() {
    let voided = ContractDates { voided: true, ..dates("2026-03-01", "2026-03-31") };
    for on in ["2026-02-01", "2026-03-10", "2026-05-01"] {
        assert_eq!(ContractStatus::on(day(on), &voided), ContractStatus::Void);
    }
}

#[test]
fn k5_wrong_terms_name_their_field() {
    let today = day("2026-03-12");
    for (wrong, field, problem) in [
        (terms("0", "2026-03-12", "2026-03-12", "2026-03-12"), TermsField::Amount, TermsProblem::NotPositive),
        (
            terms("1", "2026-03-13", "2026-03-12", "2026-03-12"),
            TermsField::SignedOn,
            TermsProblem::InTheFuture { today },
        ),
        (
            terms("1", "2026-03-12", "2026-03-12", "2026-03-11"),
            TermsField::EndsOn,
            TermsProblem::EndsBeforeStart { starts_on: today },
        ),
    ] {
        assert_eq!(check(&wrong, today), Err(TermsError { field, problem }));
    }
}

#[test]
fn later_and_past_contracts_are_allowed_with_a_warning() {
    let today = day("2026-03-12");
    let warned = |starts, ends| check(&terms("1", "2026-03-12", starts, ends), today).unwrap();
    assert_eq!(warned("2026-03-12", "2026-03-12"), Warnings::default());
    assert_eq!(warned("2026-03-13", "2026-04-12"), Warnings { starts_later: true, ..Warnings::default() });
    assert_eq!(warned("2026-02-01", "2026-03-11"), Warnings { already_ended: true, ..Warnings::default() });
}

#[test]
fn months_end_on_the_day_before_their_number() {
    for (starts, months, ends) in [
        ("2026-03-15", 1, "2026-04-14"),
        ("2026-03-01", 1, "2026-03-31"),
        ("2026-01-01", 12, "2026-12-31"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-30", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2025-12-01", 3, "2026-02-28"),
    ] {
        assert_eq!(end_after_months(day(starts), months), Some(day(ends)), "{starts} + {months}");
    }
    assert_eq!(end_after_months(day("2026-03-15"), 0), None);
    assert_eq!(end_after_months(day("2026-03-15"), u32::MAX), None);
}

proptest! {
    #[test]
    fn months_always_end_after_their_start(offset in 0u64..4000, months in 1u32..40) {
        let start = day("2020-01-01") + Days::new(offset);
        let end = end_after_months(start, months).unwrap();
        prop_assert!(end > start);
        prop_assert!(end >= end_after_months(start, months - 1).unwrap_or(start));
    }
}
