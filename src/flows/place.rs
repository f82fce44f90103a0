//! Where one can be, and how one gets there.

use serde::{Deserialize, Serialize};

pub use super::registry::PlaceKind;

/// A place: which conversation, and about which record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub kind: PlaceKind,
    pub id: Option<i64>,
}

impl Place {
    /// A conversation about nothing in particular.
    #[must_use]
    pub const fn at(kind: PlaceKind) -> Self {
        Self { kind, id: None }
    }

    /// A conversation about one record.
    #[must_use]
    pub const fn of(kind: PlaceKind, id: i64) -> Self {
        Self { kind, id: Some(id) }
    }
}

/// A place and what one brings along: the rest of a command, or a text that was understood to belong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    pub place: Place,
    /// With what text; empty when none.
    pub text: String,
}

impl From<Place> for Opening {
    fn from(place: Place) -> Self {
        Self { place, text: String::new() }
    }
}

impl From<PlaceKind> for Opening {
    fn from(kind: PlaceKind) -> Self {
        Place::at(kind).into()
    }
}

impl Opening {
    /// A place with a text brought along.
    #[must_use]
    pub fn with(kind: PlaceKind, text: impl Into<String>) -> Self {
        Self { place: Place::at(kind), text: text.into() }
    }
}
