#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::show::HIDDEN_DIGITS;
use super::*;

fn ru(typed: &str) -> Result<Phone, PhoneError> {
    Phone::parse(typed, PhoneRegion::RU)
}

#[test]
fn c1_every_spelling_is_one_number() {
    for typed in [
        "+79991234567",
        "8 (999) 123-45-67",
        "89991234567",
        "79991234567",
        "9991234567",
        "+7 999 123 45 67",
        "+7\u{a0}999\u{a0}123\u{a0}45\u{a0}67",
        "+7\u{202f}999\u{2009}123\u{202f}45\u{202f}67",
        "8\u{2011}999\u{2011}123\u{2011}45\u{2011}67",
        "８９９９１２３４５６７",
        "＋７ （９９９） １２３－４５－６７",
        "\u{202a}+7 999 123-45-67\u{202c}",
        "тел. 8 999 123 45 67",
        "  8.999.123.45.67\n",
    ] {
        assert_eq!(ru(typed).unwrap().as_str(), "+79991234567", "{typed:?}");
    }
}

#[test]
fn c1_the_trunk_eight_is_not_the_eight_of_a_city() {
    for (typed, stored) in [
        ("+7 812 123-45-67", "+78121234567"),
        ("8 812 123-45-67", "+78121234567"),
        ("+7 843 200-10-20", "+78432001020"),
        ("8-800-555-35-35", "+78005553535"),
        ("8 495 123-45-67 доб. 12", "+74951234567"),
    ] {
        assert_eq!(ru(typed).unwrap().as_str(), stored, "{typed}");
    }
}

#[test]
fn c2_a_shared_contact_needs_no_plus() {
    for shared in ["79991234567", "+79991234567", "89991234567"] {
        assert_eq!(Phone::from_contact(shared, PhoneRegion::RU).unwrap().as_str(), "+79991234567");
    }
    let german = PhoneRegion::parse("de").unwrap();
    assert_eq!(Phone::from_contact("79991234567", german).unwrap().as_str(), "+79991234567");
    assert_eq!(Phone::from_contact("375291234567", PhoneRegion::RU).unwrap().as_str(), "+375291234567");
}

#[test]
fn c3_a_foreign_number_stays_foreign() {
    for (typed, stored) in [
        ("+375 29 123-45-67", "+375291234567"),
        ("+1 415 555 26 71", "+14155552671"),
        ("+7 701 123 45 67", "+77011234567"),
        ("+49 30 123456", "+4930123456"),
    ] {
        assert_eq!(ru(typed).unwrap().as_str(), stored, "{typed}");
    }
}

#[test]
fn c4_what_is_not_a_number_is_refused_with_an_example() {
    use PhoneProblem::*;
    for (typed, problem) in [
        ("+066", UnknownCountry),
        ("+22", NotANumber),
        ("12345", TooShort),
        ("телефон", NotANumber),
        ("", NotANumber),
        ("+7 999 123 45 6", TooShort),
        ("8 999 123 45 67 8", TooLong),
        ("0000000000", NotInUse),
        ("8 912 CALL NOW", NotANumber),
        ("8 999 123 45 67 Иван", NotANumber),
    ] {
        let error = ru(typed).unwrap_err();
        assert_eq!((error.problem, error.example.as_str()), (problem, "+7 912 345-67-89"), "{typed:?}");
    }
}

#[test]
fn g9_debug_and_errors_carry_no_digit() {
    let phone = ru("89991234567").unwrap();
    assert_eq!(format!("{phone:?}"), "Phone(hidden)");
    assert!(!format!("{:?}", ru("899912345").unwrap_err()).contains("899912345"));
}

#[test]
fn masked_shows_the_country_the_first_group_and_the_last_two() {
    for (stored, masked, pretty) in [
        ("+79123456789", "+7 912 ***-**-89", "+7 912 345-67-89"),
        ("+375291234567", "+375 29 ***-**-67", "+375 29 123-45-67"),
        ("+14155552671", "+1 415-***-**71", "+1 415-555-2671"),
        ("+6561234567", "+65 6*** **67", "+65 6123 4567"),
    ] {
        let phone = Phone::from_stored(stored).unwrap();
        assert_eq!((phone.masked().as_str(), phone.pretty().as_str()), (masked, pretty));
    }
    assert_eq!(Phone::from_stored("+79123456789").unwrap().last4(), "6789");
}

#[test]
fn only_e164_comes_back_from_storage() {
    for wrong in ["79991234567", "+7999123456a", "+", "+0123456789", "+12345", "+1234567890123456", ""] {
        assert!(Phone::from_stored(wrong).is_none(), "{wrong:?}");
    }
    let phone = ru("89991234567").unwrap();
    let json = serde_json::to_string(&phone).unwrap();
    assert_eq!(serde_json::from_str::<Phone>(&json).unwrap(), phone);
    assert!(serde_json::from_str::<Phone>("\"123\"").is_err());
}

#[test]
fn regions_are_iso_codes_of_countries_with_numbers() {
    assert_eq!(PhoneRegion::parse(" ru ").unwrap(), PhoneRegion::RU);
    assert_eq!(PhoneRegion::parse("kz").unwrap().to_string(), "KZ");
    for wrong in ["", "R", "RUS", "ZZ", "XX", "001", "РФ"] {
        assert!(PhoneRegion::parse(wrong).is_err(), "{wrong:?}");
    }
}

proptest! {
    #[test]
    fn c1_punctuation_never_changes_a_mobile_number(
        tail in 0u32..10_000_000,
        prefix in prop::sample::select(vec!["+7", "8", "7", "", "+7 ", "8-"]),
        gap in prop::sample::select(vec!["", " ", "-", "\u{a0}", "\u{2011}", "."]),
    ) {
        let digits = format!("{tail:07}");
        let (a, b, c) = (&digits[..3], &digits[3..5], &digits[5..]);
        let typed = format!("{prefix}912{gap}{a}{gap}{b}{gap}{c}");
        let phone = ru(&typed).unwrap();
        prop_assert_eq!(phone.as_str(), format!("+7912{digits}"));
    }

    #[test]
    fn no_text_makes_it_panic_and_what_is_read_is_read_again(typed in "\\PC{0,24}") {
        if let Ok(phone) = ru(&typed) {
            prop_assert_eq!(&ru(phone.as_str()).unwrap(), &phone);
            prop_assert_eq!(&ru(&phone.pretty()).unwrap(), &phone);
            prop_assert_eq!(Phone::from_stored(phone.as_str()), Some(phone));
        }
    }

    #[test]
    fn masked_always_hides_the_middle(tail in 0u64..1_000_000_000) {
        let phone = Phone::from_stored(&format!("+79{tail:09}")).unwrap();
        prop_assert!(phone.masked().matches('*').count() >= HIDDEN_DIGITS);
    }
}
