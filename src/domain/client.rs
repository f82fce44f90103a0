//! The state of a client on a day, derived from contracts and touches.

#[cfg(test)]
mod tests;

use chrono::NaiveDate;

use super::coded_enum;

coded_enum! {
    /// The state of a client: every client has exactly one (X17).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub serde enum ClientState {
        /// Has asked and not been answered by a contract.
        Potential = "POTENTIAL",
        /// Has a live contract.
        Active = "ACTIVE",
        Inactive = "INACTIVE",
    }
}

impl ClientState {
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
}
