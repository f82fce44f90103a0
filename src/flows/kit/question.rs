//! A yes-or-no question.

use crate::flows::{Button, ButtonAction, Screen};
use crate::text::{Html, Say};

/// The question with Yes and No.
#[must_use]
pub fn yes_no(question: Html, say: Say) -> Screen {
    Screen::new(question)
        .row([Button::press(&say.button_yes(), ButtonAction::Yes), Button::press(&say.button_no(), ButtonAction::No)])
}
