//! What a client is on a day, derived from his contracts and touches.

#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The state of a client: every client has exactly one (X17).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ClientState {
    /// Has asked and not been answered by a contract.
    Potential,
    /// Has a live contract.
    Active,
    Inactive,
}

impl ClientState {
    pub const ALL: [Self; 3] = [Self::Potential, Self::Active, Self::Inactive];

    /// The state on `day`, from what the client's row keeps: the last day with a live contract and the open touch (X1–X6).
    #[must_use]
    pub fn on(day: NaiveDate, last_live_day: Option<NaiveDate>, has_open_touch: bool) -> Self {
        if last_live_day.is_some_and(|last| last >= day) {
            Self::Active
        } else if has_open_touch {
            Self::Potential
        } else {
            Self::Inactive
        }
    }

    /// The name in lists, links and exports.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Potential => "POTENTIAL",
            Self::Active => "ACTIVE",
            Self::Inactive => "INACTIVE",
        }
    }

    /// The state of a name; `None` for anything else.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}
