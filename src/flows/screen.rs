//! What is shown: a text and rows of buttons.

use super::about::About;
use super::registry::UseCase;
use super::{ButtonAction, Route};
use crate::text::{Html, Say};

/// The most units of UTF-16 that Telegram takes in a message.
pub const MESSAGE_UNITS: usize = 4096;

/// One screen. It has no version of its own: the turn gives it one when it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    pub text: Html,
    /// The buttons, row by row.
    pub rows: Vec<Vec<Button>>,
    /// The client it is about, so that a reply to it can become a note.
    pub about: Option<About>,
    /// Whether it can be neither forwarded nor copied.
    pub protected: bool,
}

/// A button below a screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What stands on it, without markup.
    pub label: String,
    pub does: Does,
}

/// What a button does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Does {
    /// Comes back as a tap.
    Callback(ButtonAction),
    /// Opens a link in the client.
    Link(String),
    /// Copies a text in the client.
    Copy(String),
}

impl Screen {
    /// A text without buttons.
    #[must_use]
    pub fn new(text: Html) -> Self {
        Self { text, rows: Vec::new(), about: None, protected: false }
    }

    /// Says whom it is about.
    #[must_use]
    pub fn about(self, about: About) -> Self {
        Self { about: Some(about), ..self }
    }

    /// One more row; nothing for an empty one.
    #[must_use]
    pub fn row(mut self, buttons: impl IntoIterator<Item = Button>) -> Self {
        let row: Vec<_> = buttons.into_iter().collect();
        if !row.is_empty() {
            self.rows.push(row);
        }
        self
    }

    /// One more row of one button.
    #[must_use]
    pub fn button(self, label: &Html, press: ButtonAction) -> Self {
        self.row([Button::press(label, press)])
    }

    /// Buttons in rows of `width`.
    #[must_use]
    pub fn grid(mut self, buttons: impl IntoIterator<Item = Button>, width: usize) -> Self {
        let mut row = Vec::new();
        for button in buttons {
            row.push(button);
            if row.len() == width {
                self.rows.push(std::mem::take(&mut row));
            }
        }
        self.row(row)
    }

    /// The last row of most screens: Back and Home.
    #[must_use]
    pub fn leave(self, say: Say) -> Self {
        self.row([
            Button::press(&say.button_back(), ButtonAction::Back),
            Button::press(&say.button_home(), ButtonAction::Home),
        ])
    }

    /// The last row of a question: Back and Cancel.
    #[must_use]
    pub fn cancel(self, say: Say) -> Self {
        self.row([
            Button::press(&say.button_back(), ButtonAction::Back),
            Button::press(&say.button_cancel(), ButtonAction::Home),
        ])
    }

    /// Says `note` above the text.
    #[must_use]
    pub fn noted(mut self, note: Html) -> Self {
        self.text = note.paragraph(self.text);
        self
    }
}

impl Button {
    /// The longest label that is shown whole on a phone; longer ones are cut.
    const LABEL_UNITS: usize = 60;

    fn new(label: &Html, does: Does) -> Self {
        Self { label: label.clone().trimmed(Self::LABEL_UNITS).plain().replace('\n', " "), does }
    }

    /// Comes back as a tap.
    #[must_use]
    pub fn press(label: &Html, press: ButtonAction) -> Self {
        Self::new(label, Does::Callback(press))
    }

    #[must_use]
    pub fn open(label: &Html, route: Route) -> Self {
        Self::press(label, ButtonAction::Open(route))
    }

    /// Runs a use case on a record.
    #[must_use]
    pub fn runs(label: &Html, use_case: UseCase, record: i64) -> Self {
        Self::press(label, ButtonAction::Do(use_case, record))
    }

    #[must_use]
    pub fn link(label: &Html, url: String) -> Self {
        Self::new(label, Does::Link(url))
    }

    #[must_use]
    pub fn copy(label: &Html, text: String) -> Self {
        Self::new(label, Does::Copy(text))
    }
}
