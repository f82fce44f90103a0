//! What a contract is on a given day: derived from its days, never stored.

use chrono::NaiveDate;

/// The dates a contract's status is derived from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContractDates {
    /// The first day, included.
    pub starts_on: NaiveDate,
    /// The last day, included.
    pub ends_on: NaiveDate,
    /// The day it was ended early; still live on it (X11).
    pub terminated_on: Option<NaiveDate>,
    /// Entered by mistake: out of every figure (S7).
    pub voided: bool,
}

/// The status of a contract on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContractStatus {
    /// Entered by mistake.
    Void,
    /// Ended early, before this day.
    Terminated,
    /// Ended before this day.
    Expired,
    /// Begins after this day.
    Scheduled,
    /// In force.
    Running,
}

impl ContractStatus {
    /// The status on `day` in the company's time zone (K6, K7, K9, X1, X11).
    #[must_use]
    pub fn on(day: NaiveDate, dates: &ContractDates) -> Self {
        if dates.voided {
            Self::Void
        } else if dates.terminated_on.is_some_and(|terminated_on| terminated_on < day) {
            Self::Terminated
        } else if dates.ends_on < day {
            Self::Expired
        } else if dates.starts_on > day {
            Self::Scheduled
        } else {
            Self::Running
        }
    }

    /// Whether the contract makes its client ACTIVE.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Scheduled | Self::Running)
    }
}
