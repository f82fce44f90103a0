//! Types that services and ads share: the key of lists by title, the history of a sum.

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

/// How many old prices or budgets a card shows.
pub(super) const HISTORY: i64 = 5;

/// A sum from the database, whose columns hold nothing else.
pub(super) fn stored_money(amount: Decimal) -> Result<Money, SystemError> {
    Money::new(amount).map_err(|error| SystemError::permanent(format!("a stored sum is no money: {error}")))
}
