//! The question "why": the usual answers to tap, or one's own words.

use crate::crm::Result;
use crate::domain::Reason;
use crate::flows::kit::{Choice, Given, typed};
use crate::text::{Html, Say};

/// The usual answers, as sentences.
pub(super) type Reasons = &'static [fn(Say) -> Html];

/// The usual answers to tap.
pub(super) fn choices(reasons: Reasons, say: Say) -> Vec<Choice> {
    reasons.iter().zip(0..).map(|(reason, pick)| Choice { label: reason(say), pick }).collect()
}

/// The answer, or why it cannot be taken.
pub(super) fn read(given: Given, reasons: Reasons, say: Say) -> Result<Reason, Html> {
    let text = match given {
        Given::Text(text) => text,
        Given::Pick(pick) => match usize::try_from(pick).ok().and_then(|pick| reasons.get(pick)) {
            Some(reason) => reason(say).plain(),
            None => return Err(say.screen_changed()),
        },
        _ => return Err(say.typed_text_expected(say.field_reason())),
    };
    Reason::parse(&text).map_err(|error| typed::text_error(error, say.field_reason(), say))
}
