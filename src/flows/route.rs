//! Where one can be, and how one gets there.

use serde::{Deserialize, Serialize};

pub use super::registry::ScreenId;
use crate::crm::{Refusal, Result};

/// A place: which conversation, and about which record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    pub kind: ScreenId,
    pub id: Option<i64>,
}

impl Route {
    /// A conversation about nothing in particular.
    #[must_use]
    pub const fn at(kind: ScreenId) -> Self {
        Self { kind, id: None }
    }

    /// A conversation about one record.
    #[must_use]
    pub const fn of(kind: ScreenId, id: i64) -> Self {
        Self { kind, id: Some(id) }
    }
}

/// A place and what one brings along: the rest of a command, or a text that was understood to belong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Navigation {
    pub route: Route,
    /// With what text; empty when none.
    pub text: String,
}

impl From<Route> for Navigation {
    fn from(route: Route) -> Self {
        Self { route, text: String::new() }
    }
}

impl From<ScreenId> for Navigation {
    fn from(kind: ScreenId) -> Self {
        Route::at(kind).into()
    }
}

impl Navigation {
    /// A place with a text brought along.
    #[must_use]
    pub fn with(kind: ScreenId, text: impl Into<String>) -> Self {
        Self { route: Route::at(kind), text: text.into() }
    }

    /// The record that the screen is about.
    ///
    /// # Errors
    /// [`Refusal::Gone`] where a forged button names none.
    pub fn id(&self) -> Result<i64> {
        Ok(self.route.id.ok_or(Refusal::Gone)?)
    }
}
