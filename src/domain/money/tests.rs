#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;
use crate::domain::Language;

fn read(typed: &str) -> Result<Money, MoneyError> {
    Money::parse(typed, Currency::RUB)
}

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
        assert_eq!(read(typed), Ok(money(exact)), "{typed:?}");
    }
}

#[test]
fn amounts_with_signs_units_and_words_are_read() {
    for (typed, exact) in [
        ("60 000 ₽", "60000"),
        ("60\u{a0}000\u{a0}₽", "60000"),
        ("190 000,00 ₽", "190000"),
        ("190000₽", "190000"),
        ("₽60,000", "60000"),
        ("₽1,500.50", "1500.50"),
        ("₽ 500", "500"),
        ("60000 руб.", "60000"),
        ("190000р", "190000"),
        ("190000 р.", "190000"),
        ("1500 рублей", "1500"),
        ("60 000.", "60000"),
        ("60 тыс", "60000"),
        ("60 тыс.", "60000"),
        ("60 тыс. руб.", "60000"),
        ("60 тыс.руб", "60000"),
        ("190т", "190000"),
        ("190 т.р.", "190000"),
        ("190 т. р.", "190000"),
        ("30к", "30000"),
        ("65k", "65000"),
        ("65K", "65000"),
        ("2,5 тыс", "2500"),
        ("1 млн", "1000000"),
        ("1.5 млн", "1500000"),
        ("1,5 миллиона", "1500000"),
        ("1.5m", "1500000"),
        ("1 млн 200 тыс", "1200000"),
        ("1млн 200тыс 500руб", "1200500"),
        ("190 тысяч рублей", "190000"),
        ("сто тысяч", "100000"),
        ("Двести пятьдесят тысяч", "250000"),
        ("тысяча двести", "1200"),
        ("полтора миллиона", "1500000"),
        ("полмиллиона", "500000"),
        ("миллион", "1000000"),
        ("one hundred and twenty thousand", "120000"),
        ("half a million", "500000"),
        ("от 50 тыс", "50000"),
        ("~ 30 000", "30000"),
        ("0.000001 млн", "1"),
    ] {
        assert_eq!(read(typed), Ok(money(exact)), "{typed:?}");
    }
    let tenge = Currency::parse("KZT").unwrap();
    assert_eq!(Money::parse("5 000 тенге", tenge), Ok(money("5000")));
    assert_eq!(Money::parse("₸5,000", tenge), Ok(money("5000")));
    assert_eq!(Money::parse("5 000 UZS", Currency::parse("UZS").unwrap()), Ok(money("5000")));
}

#[test]
fn an_amount_in_doubt_or_in_another_currency_is_no_amount() {
    use MoneyError::*;
    let asked = |thousands, decimals| Ambiguous { as_thousands: money(thousands), as_decimals: money(decimals) };
    for (typed, error) in [
        ("1,500 ₽", asked("1500", "1.5")),
        ("1,250 млн", asked("1250000000", "1250000")),
        ("65k $", OtherCurrency { typed: "USD" }),
        ("$500", OtherCurrency { typed: "USD" }),
        ("500 евро", OtherCurrency { typed: "EUR" }),
        ("1 млн 200", NotANumber),
        ("200 тыс 1 млн", NotANumber),
        ("5 5 тыс", NotANumber),
        ("тыс тыс", NotANumber),
        ("руб", NotANumber),
        ("500 около", NotANumber),
        ("сто двести", NotANumber),
        ("5 двести", NotANumber),
        ("500 руб в месяц", NotANumber),
        ("до 50 тыс", NotANumber),
        ("0.0000001 млн", TooManyDecimals),
        ("0.000001 тыс", TooManyDecimals),
        ("-60 тыс", Negative),
        ("9999 млрд", TooLarge { max: Money::max() }),
    ] {
        assert_eq!(read(typed), Err(error), "{typed:?}");
    }
}

#[test]
fn k15_a_million_and_a_half_is_accepted() {
    assert_eq!(PositiveMoney::parse("1 500 000", Currency::RUB).unwrap().money(), money("1500000"));
}

#[test]
fn k16_a_comma_before_three_digits_is_asked_about() {
    for (typed, thousands, decimals) in
        [("1,500", "1500", "1.5"), ("1.500", "1500", "1.5"), ("150,000", "150000", "150"), ("12,340", "12340", "12.34")]
    {
        let asked = MoneyError::Ambiguous { as_thousands: money(thousands), as_decimals: money(decimals) };
        assert_eq!(read(typed), Err(asked), "{typed}");
    }
}

#[test]
fn k5_three_decimals_are_refused() {
    for typed in ["1500,505", "1.234", "1,234", "0.001", "1 500,505", "1,500.505", "10.0001", "1500.500", "0,500"] {
        assert_eq!(read(typed), Err(MoneyError::TooManyDecimals), "{typed}");
    }
}

#[test]
fn p1_what_is_no_amount_is_refused() {
    use MoneyError::*;
    for (typed, error) in [
        ("abc", NotANumber),
        ("", NotANumber),
        (" ", NotANumber),
        ("1e5", NotANumber),
        ("+5", NotANumber),
        (".5", NotANumber),
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
        assert_eq!(read(typed), Err(error), "{typed:?}");
    }
}

#[test]
fn k5_a_contract_needs_more_than_zero() {
    assert_eq!(PositiveMoney::parse("0,00", Currency::RUB), Err(MoneyError::Zero));
    assert!(PositiveMoney::parse("0,01", Currency::RUB).is_ok());
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
        prop_assert_eq!(read(&shown), Ok(amount));
        prop_assert_eq!(read(&amount.grouped(Currency::RUB, Language::En)), Ok(amount));
        let json = serde_json::to_string(&amount).unwrap();
        prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), amount);
    }

    #[test]
    fn no_text_makes_it_panic(typed in "[0-9., \\-ткр₽]{0,20}|\\PC{0,20}") {
        if let Ok(amount) = read(&typed) {
            prop_assert!(amount <= Money::max() && amount >= Money::ZERO);
        }
    }
}
