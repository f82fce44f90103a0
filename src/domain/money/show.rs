//! Amounts for a screen.

use rust_decimal::{Decimal, RoundingStrategy};

use super::Currency;
use crate::domain::Language;

/// A decimal as money, rounded half-up to kopecks (S14), which are left out when there are none: `1 500,50 ₽`, `₽1,500`.
///
/// Takes a plain decimal because a profit may be below zero and a total above what one amount can be.
#[must_use]
pub fn grouped(amount: Decimal, currency: Currency, language: Language) -> String {
    let (separator, point) = match language {
        Language::Ru => ('\u{a0}', ','),
        Language::En => (',', '.'),
    };
    let mut rounded = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(2);
    let digits = rounded.abs().to_string();
    let (whole, kopecks) = digits.split_once('.').unwrap_or((&digits, "00"));
    let minus = if rounded.is_sign_negative() && !rounded.is_zero() { "\u{2212}" } else { "" };
    let mut number = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            number.push(separator);
        }
        number.push(digit);
    }
    if kopecks != "00" {
        number.push(point);
        number.push_str(kopecks);
    }
    match (language, currency.symbol()) {
        (Language::En, Some(symbol)) => format!("{minus}{symbol}{number}"),
        (Language::Ru, Some(symbol)) => format!("{minus}{number}\u{a0}{symbol}"),
        (_, None) => format!("{minus}{number}\u{a0}{}", currency.code()),
    }
}
