//! The questions about days: presets in months, a calendar, or typed.

use chrono::NaiveDate;

use crate::crm::Result;
use crate::domain::{Lean, end_after_months, parse_length};
use crate::flows::Cx;
use crate::flows::kit::{Ask, Choice, Given, typed};
use crate::text::{Html, Say};

/// Lengths that have a button, in months; a day's number in the calendar is always larger.
const MONTHS: [u32; 4] = [1, 3, 6, 12];

/// A day, by calendar or typed.
pub fn ask(prompt: Html, around: NaiveDate, page: i64, cx: &Cx<'_>) -> Ask {
    Ask::typed(prompt).calendar(around, cx.crm.today(), page)
}

/// The last day: so many months from the first, by calendar or typed.
pub fn ask_end(prompt: Html, first: NaiveDate, page: i64, cx: &Cx<'_>) -> Ask {
    let choices = MONTHS.iter().map(|&months| Choice { label: months_label(months, cx.say), pick: i64::from(months) });
    ask(prompt, first, page, cx).choices(choices.collect(), 2)
}

/// The last day that was chosen.
///
/// # Errors
/// The sentence that says what is wrong.
pub fn take_end(given: Given, first: NaiveDate, field: Html, cx: &Cx<'_>) -> Result<NaiveDate, Html> {
    let months = |pick| u32::try_from(pick).ok().filter(|months| MONTHS.contains(months));
    let length = match &given {
        Given::Pick(pick) => months(*pick).map(|months| end_after_months(first, months)),
        Given::Text(text) => parse_length(text, first).map(Some),
        _ => None,
    };
    match length {
        Some(end) => end.ok_or_else(|| cx.say.screen_changed()),
        None => typed::day(given, Lean::Future, field, cx),
    }
}

fn months_label(months: u32, say: Say) -> Html {
    say.contract_months(i64::from(months))
}
