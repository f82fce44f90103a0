#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;
use crate::domain::Language;

fn money(exact: &str) -> Money {
    Money::new(Decimal::from_str_exact(exact).unwrap()).unwrap()
}

#[test]
fn k16_amounts_as_people_type_them() {
    for (typed, exact) in [
        ("1500", "1500"),
        ("1 500,50", "1500.50"),
        ("1500.5", "1500.5"),
        ("1500,5", "1500.5"),
        ("1\u{a0}500", "1500"),
        ("1\u{202f}500\u{2009}000,05", "1500000.05"),
        (" 0 ", "0"),
        ("0,5", "0.5"),
        ("007", "7"),
        ("1,500.50", "1500.50"),
        ("1.500,50", "1500.50"),
        ("1,500,000", "1500000"),
        ("1.500.000", "1500000"),
        ("1,500,000.5", "1500000.5"),
        ("999999999999,99", "999999999999.99"),
    ] {
        assert_eq!(Money::parse(typed), Ok(money(exact)), "{typed:?}");
    }
}

#[test]
fn k15_a_million_and_a_half_is_accepted() {
    assert_eq!(PositiveMoney::parse("1 500 000").unwrap().money(), money("1500000"));
}

#[test]
fn k16_a_comma_before_three_digits_is_asked_about() {
    for (typed, thousands, decimals) in
        [("1,500", "1500", "1.5"), ("1.500", "1500", "1.5"), ("150,000", "150000", "150"), ("12,340", "12340", "12.34")]
    {
        let asked = MoneyError::Ambiguous { as_thousands: money(thousands), as_decimals: money(decimals) };
        assert_eq!(Money::parse(typed), Err(asked), "{typed}");
    }
}

#[test]
fn k5_three_decimals_are_refused() {
    for typed in ["1500,505", "1.234", "1,234", "0.001", "1 500,505", "1,500.505", "10.0001", "1500.500", "0,500"] {
        assert_eq!(Money::parse(typed), Err(MoneyError::TooManyDecimals), "{typed}");
    }
}

#[test]
fn p1_what_is_no_amount_is_refused() {
    use MoneyError::*;
    for (typed, error) in [
        ("abc", NotANumber),
        ("", NotANumber),
        (" ", NotANumber),
        ("1500 р", NotANumber),
        ("1e5", NotANumber),
        ("+5", NotANumber),
        (".5", NotANumber),
        ("5.", NotANumber),
        ("1 50", NotANumber),
        ("1500 000", NotANumber),
        ("1  500", NotANumber),
        ("1,5,0", NotANumber),
        ("1.5,000.1", NotANumber),
        ("1,500.500,1", NotANumber),
        ("--5", Negative),
        ("-1", Negative),
        ("\u{2212}1 500,50", Negative),
        ("-abc", NotANumber),
        ("1000000000000", TooLarge { max: Money::max() }),
        (&"9".repeat(39), TooLarge { max: Money::max() }),
        (&"9".repeat(99), NotANumber),
    ] {
        assert_eq!(Money::parse(typed), Err(error), "{typed:?}");
    }
}

#[test]
fn k5_a_contract_needs_more_than_zero() {
    assert_eq!(PositiveMoney::parse("0,00"), Err(MoneyError::Zero));
    assert!(PositiveMoney::parse("0,01").is_ok());
    assert!(serde_json::from_str::<PositiveMoney>("\"0\"").is_err());
}

#[test]
fn money_for_a_screen_in_both_languages() {
    let (rub, kzt) = (Currency::RUB, Currency::parse("kzt").unwrap());
    let tenge_less = Currency::parse("UZS").unwrap();
    for (exact, currency, language, shown) in [
        ("1500.5", rub, Language::Ru, "1\u{a0}500,50\u{a0}₽"),
        ("1500.5", rub, Language::En, "₽1,500.50"),
        ("1500000", rub, Language::Ru, "1\u{a0}500\u{a0}000\u{a0}₽"),
        ("0", rub, Language::En, "₽0"),
        ("-10000", rub, Language::Ru, "−10\u{a0}000\u{a0}₽"),
        ("-0.001", rub, Language::Ru, "0\u{a0}₽"),
        ("16666.665", rub, Language::En, "₽16,666.67"),
        ("999", kzt, Language::Ru, "999\u{a0}₸"),
        ("1234", tenge_less, Language::En, "1,234\u{a0}UZS"),
    ] {
        assert_eq!(grouped(Decimal::from_str_exact(exact).unwrap(), currency, language), shown);
    }
}

#[test]
fn currencies_are_those_of_iso_4217() {
    assert_eq!(Currency::parse(" rub "), Ok(Currency::RUB));
    assert_eq!(Currency::parse("EUR").unwrap().symbol(), Some("€"));
    for wrong in ["", "RU", "RUR", "ROUBLE", "₽", "RUB:₽"] {
        assert!(Currency::parse(wrong).is_err(), "{wrong:?}");
    }
}

proptest! {
    #[test]
    fn k16_what_is_shown_can_be_typed_back(kopecks in 0i64..=MAX_KOPECKS) {
        let amount = Money::new(Decimal::new(kopecks, 2)).unwrap();
        prop_assert_eq!(amount.kopecks(), kopecks);
        let shown = amount.grouped(Currency::RUB, Language::Ru);
        prop_assert_eq!(Money::parse(shown.trim_end_matches('₽')), Ok(amount));
        let json = serde_json::to_string(&amount).unwrap();
        prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), amount);
    }

    #[test]
    fn no_text_makes_it_panic(typed in "[0-9., \\-]{0,20}|\\PC{0,20}") {
        if let Ok(amount) = Money::parse(&typed) {
            prop_assert!(amount <= Money::max() && amount >= Money::ZERO);
        }
    }
}
