//! What a button carries: the version of its screen and what it presses, at most 64 bytes, ids only.
//!
//! `"{version}.{press}"`, the version in decimal. Nothing in it is trusted: who taps, on which version and on
//! which record is checked every time (G6). Old payloads must keep parsing: add codes, never change their meaning.

use super::registry::UseCase;
use super::route::{Route, ScreenId};

/// What a button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ButtonAction {
    Open(Route),
    /// Runs a use case on a record at once.
    Do(UseCase, i64),
    /// Picks one of what was offered: the state that drew it knows what the number means.
    Pick(i64),
    /// Turns to a page or a month.
    Page(i64),
    /// An act of the present screen.
    Act(u8),
    /// Yes, Save, Confirm, Apply.
    Yes,
    /// No.
    No,
    /// Leaves an optional step out.
    Skip,
    /// Goes through the fields of a card again.
    Edit,
    Back,
    Home,
    /// Takes back the own write of this event.
    Undo(i64),
}

/// A tap as it came: which version of the screen, and what was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallbackData {
    /// The screen's version; [`CallbackData::NOTICE`] for messages beside the screen.
    pub version: i64,
    pub press: ButtonAction,
}

impl CallbackData {
    /// The version of buttons below notices: they may open screens and run use cases.
    pub const NOTICE: i64 = 0;

    #[must_use]
    pub fn encode(self) -> String {
        let version = self.version;
        match self.press {
            ButtonAction::Open(Route { kind, id: None }) => format!("{version}.o{}", kind.code()),
            ButtonAction::Open(Route { kind, id: Some(id) }) => format!("{version}.o{}:{id}", kind.code()),
            ButtonAction::Do(use_case, record) => format!("{version}.o{}:{record}", use_case.code()),
            ButtonAction::Pick(number) => format!("{version}.p{number}"),
            ButtonAction::Page(page) => format!("{version}.g{page}"),
            ButtonAction::Act(act) => format!("{version}.a{act}"),
            ButtonAction::Yes => format!("{version}.y"),
            ButtonAction::No => format!("{version}.n"),
            ButtonAction::Skip => format!("{version}.s"),
            ButtonAction::Edit => format!("{version}.e"),
            ButtonAction::Back => format!("{version}.b"),
            ButtonAction::Home => format!("{version}.h"),
            ButtonAction::Undo(event) => format!("{version}.u{event}"),
        }
    }

    /// Reads callback data; none for what this program never wrote.
    #[must_use]
    pub fn decode(data: &str) -> Option<Self> {
        if data.len() > 64 {
            return None;
        }
        let (version, press) = data.split_once('.')?;
        let version = version.parse().ok().filter(|&version| version >= Self::NOTICE)?;
        let mut letters = press.chars();
        let letter = letters.next()?;
        let rest = letters.as_str();
        let press = match letter {
            'o' => {
                let (code, id) = match rest.split_once(':') {
                    Some((code, id)) => (code, Some(id.parse().ok()?)),
                    None => (rest, None),
                };
                match (ScreenId::from_code(code), id) {
                    (Some(kind), id) => ButtonAction::Open(Route { kind, id }),
                    (None, id) => ButtonAction::Do(UseCase::from_code(code)?, id?),
                }
            }
            'p' => ButtonAction::Pick(rest.parse().ok()?),
            'g' => ButtonAction::Page(rest.parse().ok()?),
            'a' => ButtonAction::Act(rest.parse().ok()?),
            'u' => ButtonAction::Undo(rest.parse().ok()?),
            _ if !rest.is_empty() => return None,
            'y' => ButtonAction::Yes,
            'n' => ButtonAction::No,
            's' => ButtonAction::Skip,
            'e' => ButtonAction::Edit,
            'b' => ButtonAction::Back,
            'h' => ButtonAction::Home,
            _ => return None,
        };
        Some(Self { version, press })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn presses() -> Vec<ButtonAction> {
        let mut all = vec![
            ButtonAction::Pick(i64::MIN),
            ButtonAction::Page(i64::MAX),
            ButtonAction::Act(255),
            ButtonAction::Yes,
            ButtonAction::No,
            ButtonAction::Skip,
            ButtonAction::Edit,
            ButtonAction::Back,
            ButtonAction::Home,
            ButtonAction::Undo(i64::MAX),
        ];
        for &kind in ScreenId::ALL {
            all.push(ButtonAction::Open(Route::at(kind)));
            all.push(ButtonAction::Open(Route::of(kind, i64::MAX)));
        }
        all.extend(UseCase::ALL.iter().map(|&use_case| ButtonAction::Do(use_case, i64::MAX)));
        all
    }

    #[test]
    fn every_press_fits_into_64_bytes_and_comes_back() {
        for press in presses() {
            let tap = CallbackData { version: i64::MAX, press };
            assert!(tap.encode().len() <= 64, "{press:?}");
            assert_eq!(CallbackData::decode(&tap.encode()), Some(tap));
        }
    }

    #[test]
    fn codes_are_all_different() {
        let screens = ScreenId::ALL.iter().map(|kind| kind.code());
        let codes: Vec<_> = screens.chain(UseCase::ALL.iter().map(|use_case| use_case.code())).collect();
        assert_eq!(codes.iter().collect::<std::collections::BTreeSet<_>>().len(), codes.len());
    }

    proptest! {
        #[test]
        fn g6_any_data_is_read_or_refused_without_harm(data in ".{0,80}") {
            if let Some(tap) = CallbackData::decode(&data) {
                prop_assert_eq!(CallbackData::decode(&tap.encode()), Some(tap));
            }
        }
    }
}
