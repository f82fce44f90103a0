//! What services and ads have in common: lists by title, history of a sum, choices of a picker.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::Money;
use crate::error::SystemError;

/// Where a page of a list ends: running ones stand before archived ones, each by title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TitleKey {
    /// Whether it is archived.
    pub archived: bool,
    pub title: String,
    pub id: i64,
}

/// A page of a list.
pub struct Listed<T, K> {
    pub rows: Vec<T>,
    /// How many rows there are on all pages.
    pub total: i64,
    /// Where the page ends.
    pub last: Option<K>,
}

/// A page of choices of a picker.
pub struct Choices<T> {
    pub rows: Vec<T>,
    /// The page, from 1.
    pub page: i64,
    /// How many pages there are.
    pub pages: i64,
}

/// A price or budget as it once was (P12).
pub struct SumChange {
    pub sum: Money,
    pub at: DateTime<Utc>,
    pub by: String,
}

/// A title to go with an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Titled {
    pub id: i64,
    pub title: String,
}

/// Choices on a page of a picker.
pub(super) const CHOICES: i64 = 8;

/// How many old prices or budgets a card shows.
pub(super) const HISTORY: i64 = 5;

/// The page that was asked for, kept within what there is, and the number of pages.
pub(super) fn paged(wanted: i64, total: i64) -> (i64, i64) {
    let pages = ((total + CHOICES - 1) / CHOICES).max(1);
    (wanted.clamp(1, pages), pages)
}

/// A sum from the database, whose columns hold nothing else.
pub(super) fn stored_money(amount: Decimal) -> Result<Money, SystemError> {
    Money::new(amount).map_err(|error| SystemError::permanent(format!("a stored sum is no money: {error}")))
}

#[cfg(test)]
mod tests {
    use super::paged;

    #[test]
    fn forged_pages_stay_within_what_there_is() {
        assert_eq!(paged(0, 0), (1, 1));
        assert_eq!(paged(2, 8), (1, 1));
        assert_eq!(paged(2, 9), (2, 2));
        assert_eq!(paged(i64::MIN, 100), (1, 13));
        assert_eq!(paged(i64::MAX, 100), (13, 13));
    }
}
