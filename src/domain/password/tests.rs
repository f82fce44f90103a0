#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

fn check(typed: &str) -> Result<(), PasswordError> {
    Password::parse(typed, &Username::parse("anna.petrova").unwrap(), SHORTEST).map(|_| ())
}

#[test]
fn a13_weak_passwords_are_refused() {
    use PasswordError::*;
    for (typed, error) in [
        ("123", TooShort),
        ("Kj8#mPq2z", TooShort),
        ("пароль", TooShort),
        ("aaaaaaaaaaaa", Repetitive),
        ("1212121212", Repetitive),
        ("abcabcabcabc", Repetitive),
        ("1234567890", Sequence),
        ("0987654321", Sequence),
        ("qwertyuiop", Sequence),
        ("QwertyAsdfgh", Sequence),
        ("1qaz2wsx3edc", Sequence),
        ("1q2w3e4r5t6y", Sequence),
        ("abcdefghijk", Sequence),
        ("йцукенгшщз", Sequence),
        ("password123", Common),
        ("P@ssw0rd2026!", Common),
        ("Admin_2026_!", Common),
        ("qwerty2026!!", Common),
        ("Привет2026!", Common),
        ("gfhjkm-1987", Common),
        ("my anna.petrova 7", ContainsUsername),
        ("ANNA.PETROVA#77", ContainsUsername),
        (&"xY7-".repeat(33), TooLong),
    ] {
        assert_eq!(check(typed), Err(error), "{typed}");
    }
}

#[test]
fn a13_good_passwords_are_taken() {
    for typed in [
        "correct horse battery",
        "Kj8#mPq2zT",
        "зелёный чай утром",
        "vK3-pLm9-Qe7x",
        "my password is a poem of rain",
        "👍🐈 мост 7 река",
    ] {
        assert_eq!(check(typed), Ok(()), "{typed}");
    }
}

#[test]
fn a17_the_ten_thousand_most_common_passwords_are_refused() {
    let entries: Vec<&str> = MOST_COMMON.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(entries.len() >= 10_000, "{}", entries.len());
    assert!(entries.is_sorted());
    let taken: Vec<_> = entries.iter().filter(|entry| check(entry).is_ok()).collect();
    assert!(taken.is_empty(), "{taken:?}");
    for typed in
        ["basketball", "Test123456", "qazwsxedcrfv", "1122334455", "Jennifer-1990", "elizabeth!!", "charlie2024"]
    {
        // A17: well-known passwords that the list of stems alone let through, also with digits and signs around them
        assert!(check(typed).is_err(), "{typed}");
    }
}

#[test]
fn a17_people_who_manage_people_need_twelve_characters() {
    let username = Username::parse("anna.petrova").unwrap();
    let parse = |typed: &str| Password::parse(typed, &username, SHORTEST_OF_MANAGERS).map(drop);
    assert_eq!(parse("Kj8#mPq2zTw"), Err(PasswordError::TooShort));
    assert_eq!(parse("Kj8#mPq2zTwd"), Ok(()));
    assert_eq!(check("Kj8#mPq2zT"), Ok(()));
}

#[test]
fn a18_a_password_does_not_begin_with_a_slash() {
    for typed in ["/violet_horse_42x", " /violet_horse_42x", "/Kj8#mPq2zT"] {
        assert_eq!(check(typed), Err(PasswordError::Slash), "{typed}");
    }
    assert_eq!(check("violet/horse_42x"), Ok(()));
}

#[test]
fn g9_a_password_has_no_debug() {
    let password = Password::parse("Kj8#mPq2zT", &Username::parse("anna").unwrap(), SHORTEST).unwrap();
    assert_eq!(format!("{password:?}"), "Password(hidden)");
    assert_eq!(password.expose(), "Kj8#mPq2zT");
}

proptest! {
    #[test]
    fn a13_no_text_makes_it_panic_and_none_is_shorter_than_ten(typed in "\\PC{0,40}") {
        prop_assert!(check(&typed).is_err() || typed.chars().count() >= SHORTEST);
    }
}
