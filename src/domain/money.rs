//! Amounts of money: decimals with two digits, never floats.

mod currency;
mod parse;
mod show;
#[cfg(test)]
mod tests;
mod words;

pub use currency::{Currency, UnknownCurrency};
pub use show::grouped;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The largest amount in kopecks: `numeric(14, 2)` has twelve digits before the point.
const MAX_KOPECKS: i64 = 99_999_999_999_999;

/// An amount from 0 to 999 999 999 999.99 in the company's currency, exact to the kopeck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "Decimal", into = "Decimal")]
pub struct Money(Decimal);

/// An amount above zero, as a contract needs (K5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Money", into = "Money")]
pub struct PositiveMoney(Money);

/// Why a text or number is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MoneyError {
    /// There are letters or stray signs in it, or its groups are not of three digits.
    #[error("not an amount; examples: 1500, 1 500,50")]
    NotANumber,
    /// The amount is in a currency that is not the company's.
    #[error("an amount in {typed}")]
    OtherCurrency {
        /// The ISO 4217 code of that currency.
        typed: &'static str,
    },
    /// `1,500` may mean either, so the person is asked (K16).
    #[error("either {as_thousands:?} or {as_decimals:?}")]
    Ambiguous {
        /// The amount if the sign separates thousands.
        as_thousands: Money,
        /// The amount if the sign begins the kopecks.
        as_decimals: Money,
    },
    /// There are more than two digits after the decimal sign (K5).
    #[error("more than two decimals")]
    TooManyDecimals,
    /// It is below zero (P1).
    #[error("below zero")]
    Negative,
    /// It is zero where a contract needs more (K5).
    #[error("zero")]
    Zero,
    /// It is more than the database can hold.
    #[error("more than {max:?}")]
    TooLarge { max: Money },
}

impl Money {
    /// Nothing: the price of a free service, the budget of "no ad".
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// The largest amount, 999 999 999 999.99.
    #[must_use]
    pub fn max() -> Self {
        Self(Decimal::new(MAX_KOPECKS, 2))
    }

    /// Checks a decimal: sign, range, at most two decimals (trailing zeros do not count).
    ///
    /// # Errors
    /// `Negative`, `TooManyDecimals` or `TooLarge`.
    pub fn new(amount: Decimal) -> Result<Self, MoneyError> {
        let amount = amount.normalize();
        if amount.is_sign_negative() && !amount.is_zero() {
            return Err(MoneyError::Negative);
        }
        if amount.scale() > 2 {
            return Err(MoneyError::TooManyDecimals);
        }
        let max = Self::max();
        if amount > max.0 { Err(MoneyError::TooLarge { max }) } else { Ok(Self(amount)) }
    }

    /// Reads an amount of the company's currency as people type it and as screens show it: `1500`, `1 500,50 ₽`, `₽1,500.50`,
    /// `190k`, `1.5 million`, with any kind of space (K16).
    ///
    /// # Errors
    /// [`MoneyError`]; `Ambiguous` when the person has to be asked.
    pub fn parse(typed: &str, currency: Currency) -> Result<Self, MoneyError> {
        parse::parse(typed, currency)
    }

    /// The amount as a decimal, for the database and for statistics.
    #[must_use]
    pub const fn decimal(self) -> Decimal {
        self.0
    }

    /// The amount in kopecks, for splitting without a remainder lost.
    #[must_use]
    pub fn kopecks(self) -> i64 {
        let mut cents = self.0;
        cents.rescale(2);
        i64::try_from(cents.mantissa()).unwrap_or(MAX_KOPECKS)
    }

    /// The amount for a screen, `1 500,50 ₽` or `₽1,500.50`.
    #[must_use]
    pub fn grouped(self, currency: Currency, language: super::Language) -> String {
        grouped(self.0, currency, language)
    }
}

impl PositiveMoney {
    /// Reads an amount above zero (K5, K15, K16).
    ///
    /// # Errors
    /// As [`Money::parse`], and `Zero`.
    pub fn parse(typed: &str, currency: Currency) -> Result<Self, MoneyError> {
        Money::parse(typed, currency)?.try_into()
    }

    /// The amount without the promise.
    #[must_use]
    pub const fn money(self) -> Money {
        self.0
    }
}

impl TryFrom<Money> for PositiveMoney {
    type Error = MoneyError;

    fn try_from(money: Money) -> Result<Self, MoneyError> {
        if money == Money::ZERO { Err(MoneyError::Zero) } else { Ok(Self(money)) }
    }
}

impl From<PositiveMoney> for Money {
    fn from(positive: PositiveMoney) -> Self {
        positive.0
    }
}

impl TryFrom<Decimal> for Money {
    type Error = MoneyError;

    fn try_from(amount: Decimal) -> Result<Self, MoneyError> {
        Self::new(amount)
    }
}

impl From<Money> for Decimal {
    fn from(money: Money) -> Self {
        money.0
    }
}
