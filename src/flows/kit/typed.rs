//! Reading what people type or tap, and the sentence when it cannot be taken.

use chrono::NaiveDate;

use super::calendar::Calendar;
use super::form::Given;
use crate::crm::Result;
use crate::domain::{DayError, DayProblem, Lean, MoneyError, TextError, parse_day};
use crate::flows::Cx;
use crate::text::{Html, Say};

/// Why a text cannot be taken.
#[must_use]
pub fn text_error(error: TextError, field: Html, say: Say) -> Html {
    match error {
        TextError::Empty => say.typed_empty(field),
        TextError::TooLong { length, max } => say.typed_too_long(field, max, length),
    }
}

/// Why an amount cannot be taken, with an example.
#[must_use]
pub fn money_error(error: &MoneyError, field: Html, cx: &Cx<'_>) -> Html {
    let (say, currency) = (cx.say, cx.crm.company.currency);
    match error {
        MoneyError::NotANumber => say.typed_not_an_amount(field),
        MoneyError::OtherCurrency { typed } => say.typed_amount_other_currency(field, currency.code(), *typed),
        MoneyError::Ambiguous { as_thousands, as_decimals } => {
            say.typed_amount_in_doubt(say.money(*as_thousands, currency), say.money(*as_decimals, currency))
        }
        MoneyError::TooManyDecimals => say.typed_amount_decimals(field),
        MoneyError::Negative => say.typed_amount_negative(field),
        MoneyError::Zero => say.typed_amount_zero(field),
        MoneyError::TooLarge { max } => say.typed_amount_too_large(field, say.money(*max, currency)),
    }
}

/// The day that was typed or tapped in a calendar.
///
/// # Errors
/// The sentence that says what is wrong, with an example.
pub fn day(given: Given, lean: Lean, field: Html, cx: &Cx<'_>) -> Result<NaiveDate, Html> {
    match given {
        Given::Text(text) => {
            parse_day(&text, cx.crm.today(), lean, cx.say.0).map_err(|error| day_error(&error, field, cx.say))
        }
        Given::Pick(pick) => Calendar::day(pick).ok_or_else(|| cx.say.screen_changed()),
        _ => Err(cx.say.typed_day_expected(field)),
    }
}

fn day_error(error: &DayError, field: Html, say: Say) -> Html {
    match error.problem {
        DayProblem::NotADate => say.typed_not_a_day(field, error.example.as_str()),
        DayProblem::NoSuchDay => say.typed_no_such_day(field, error.example.as_str()),
    }
}

/// A line of a form's card: the name and the value, and the present one where it differs; none when there is neither.
#[must_use]
pub fn draft_line(label: Html, value: Option<Html>, before: Option<Option<Html>>, say: Say) -> Option<Html> {
    match (value, before.flatten()) {
        (None, None) => None,
        (Some(value), before) if before.is_none() || before.as_ref() == Some(&value) => {
            Some(say.form_line(label, value))
        }
        (value, before) => {
            let or_dash = |value: Option<Html>| value.unwrap_or_else(|| say.dash());
            Some(say.form_line_changed(label, or_dash(before), or_dash(value)))
        }
    }
}
