//! The terms a contract is made on.

use chrono::{Datelike as _, Days, Months, NaiveDate};
use thiserror::Error;

use crate::domain::Money;

/// The terms to be checked together, before the final card and once more on Confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContractTerms {
    /// What the client pays in all.
    pub amount: Money,
    /// The day of signing, on which the revenue counts (K6).
    pub signed_on: NaiveDate,
    /// The first day, included.
    pub starts_on: NaiveDate,
    /// The last day, included.
    pub ends_on: NaiveDate,
}

/// What is allowed, but worth telling before Confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Warnings {
    /// The contract has ended already: it counts as revenue but does not make the client ACTIVE (K9).
    pub already_ended: bool,
    /// The contract begins later: until then it is SCHEDULED (K6).
    pub starts_later: bool,
}

/// The field that has to be mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TermsField {
    Amount,
    /// The day of signing.
    SignedOn,
    EndsOn,
}

/// What is wrong with the field, with what a sentence about it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermsProblem {
    /// The amount is not above zero.
    NotPositive,
    /// The day of signing is later than today.
    InTheFuture {
        /// The latest day that would do.
        today: NaiveDate,
    },
    /// The last day is before the first.
    EndsBeforeStart {
        /// The earliest day that would do.
        starts_on: NaiveDate,
    },
}

/// Terms that no contract can have (K5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("wrong terms: {field:?} {problem:?}")]
pub struct TermsError {
    /// The field to name.
    pub field: TermsField,
    /// What is wrong with it.
    pub problem: TermsProblem,
}

/// Checks the terms of a contract as of `today` in the company's time zone (K5, K6, K9).
///
/// # Errors
/// The first wrong field in the order of the dialogue.
pub fn check(terms: &ContractTerms, today: NaiveDate) -> Result<Warnings, TermsError> {
    if terms.amount == Money::ZERO {
        return Err(TermsError { field: TermsField::Amount, problem: TermsProblem::NotPositive });
    }
    if terms.signed_on > today {
        return Err(TermsError { field: TermsField::SignedOn, problem: TermsProblem::InTheFuture { today } });
    }
    if terms.ends_on < terms.starts_on {
        let problem = TermsProblem::EndsBeforeStart { starts_on: terms.starts_on };
        return Err(TermsError { field: TermsField::EndsOn, problem });
    }
    Ok(Warnings { already_ended: terms.ends_on < today, starts_later: terms.starts_on > today })
}

/// The last day of a contract of `months` whole months, both days included: 15 March and one month give 14 April.
///
/// Where the month has no such day, the contract lasts to the month's end: 31 January and one month give 28 February.
/// `None` for no months, or beyond the calendar.
#[must_use]
pub fn end_after_months(starts_on: NaiveDate, months: u32) -> Option<NaiveDate> {
    let same_day = starts_on.checked_add_months(Months::new(months)).filter(|day| *day > starts_on)?;
    let cut_short = same_day.day() != starts_on.day();
    if cut_short { Some(same_day) } else { same_day.checked_sub_days(Days::new(1)) }
}
