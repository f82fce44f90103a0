//! What a button carries: the version of its screen and what it presses, at most 64 bytes, ids only.
//!
//! `"{version}.{press}"`, the version in decimal. Nothing in it is trusted: who taps, on which version and on
//! which record is checked every time (G6). Old payloads must keep parsing: add codes, never change their meaning.

use super::place::{Place, PlaceKind};

/// What a button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    Open(Place),
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
pub struct Tap {
    /// The screen's version; [`Tap::NOTICE`] for messages beside the screen.
    pub version: i64,
    pub press: Press,
}

impl Tap {
    /// The version of buttons below notices: they may open places and nothing else.
    pub const NOTICE: i64 = 0;

    #[must_use]
    pub fn encode(self) -> String {
        let version = self.version;
        match self.press {
            Press::Open(Place { kind, id: None }) => format!("{version}.o{}", kind.code()),
            Press::Open(Place { kind, id: Some(id) }) => format!("{version}.o{}:{id}", kind.code()),
            Press::Pick(number) => format!("{version}.p{number}"),
            Press::Page(page) => format!("{version}.g{page}"),
            Press::Act(act) => format!("{version}.a{act}"),
            Press::Yes => format!("{version}.y"),
            Press::No => format!("{version}.n"),
            Press::Skip => format!("{version}.s"),
            Press::Edit => format!("{version}.e"),
            Press::Back => format!("{version}.b"),
            Press::Home => format!("{version}.h"),
            Press::Undo(event) => format!("{version}.u{event}"),
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
                Press::Open(Place { kind: PlaceKind::from_code(code)?, id })
            }
            'p' => Press::Pick(rest.parse().ok()?),
            'g' => Press::Page(rest.parse().ok()?),
            'a' => Press::Act(rest.parse().ok()?),
            'u' => Press::Undo(rest.parse().ok()?),
            _ if !rest.is_empty() => return None,
            'y' => Press::Yes,
            'n' => Press::No,
            's' => Press::Skip,
            'e' => Press::Edit,
            'b' => Press::Back,
            'h' => Press::Home,
            _ => return None,
        };
        Some(Self { version, press })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn presses() -> Vec<Press> {
        let mut all = vec![
            Press::Pick(i64::MIN),
            Press::Page(i64::MAX),
            Press::Act(255),
            Press::Yes,
            Press::No,
            Press::Skip,
            Press::Edit,
            Press::Back,
            Press::Home,
            Press::Undo(i64::MAX),
        ];
        for &kind in PlaceKind::ALL {
            all.push(Press::Open(Place::at(kind)));
            all.push(Press::Open(Place::of(kind, i64::MAX)));
        }
        all
    }

    #[test]
    fn every_press_fits_into_64_bytes_and_comes_back() {
        for press in presses() {
            let tap = Tap { version: i64::MAX, press };
            assert!(tap.encode().len() <= 64, "{press:?}");
            assert_eq!(Tap::decode(&tap.encode()), Some(tap));
        }
    }

    #[test]
    fn place_codes_are_all_different() {
        let codes: std::collections::BTreeSet<_> = PlaceKind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(codes.len(), PlaceKind::ALL.len());
    }

    proptest! {
        #[test]
        fn g6_any_data_is_read_or_refused_without_harm(data in ".{0,80}") {
            if let Some(tap) = Tap::decode(&data) {
                prop_assert_eq!(Tap::decode(&tap.encode()), Some(tap));
            }
        }
    }
}
