#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

#[test]
fn hostile_signs_are_kept_literally_and_controls_go() {
    for (typed, kept) in [
        ("  SEO  ", "SEO"),
        ("a\u{a0}\u{2003}\tb\nc", "a b c"),
        ("<b>&\"x\"</b>", "<b>&\"x\"</b>"),
        ("семья 👨‍👩‍👧", "семья 👨‍👩‍👧"),
        ("שלום عالم", "שלום عالم"),
        ("a\u{0}b\u{7}c\u{1b}[2J", "abc[2J"),
        ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
    ] {
        assert_eq!(Title::parse(typed).unwrap().as_str(), kept, "{typed:?}");
    }
}

#[test]
fn lengths_are_counted_in_characters() {
    assert!(Title::parse(&"ё".repeat(50)).is_ok());
    assert_eq!(Title::parse(&"ё".repeat(51)), Err(TextError::TooLong { length: 51, max: 50 }));
    assert!(Description::parse(&"ё".repeat(500)).is_ok() && Description::parse(&"ё".repeat(501)).is_err());
    assert!(Note::parse(&"ё".repeat(4000)).is_ok() && Note::parse(&"ё".repeat(4001)).is_err());
    assert!(Reason::parse(&"ё".repeat(300)).is_ok() && Reason::parse(&"ё".repeat(301)).is_err());
    assert_eq!((AdTitle::MAX, Remark::MAX, FullName::MAX), (50, 1000, 120));
}

#[test]
fn x13_a_reason_must_be_visible_and_a_description_may_be_missing() {
    for empty in ["", "   ", "\n\t", "\u{200b}", "\u{3164}", "\u{2800}\u{2800}"] {
        assert_eq!(Reason::parse(empty), Err(TextError::Empty), "{empty:?}");
    }
    assert_eq!(Description::parse("  \n ").unwrap().as_str(), "");
}

#[test]
fn notes_keep_their_lines() {
    assert_eq!(Note::parse(" one\r\n\r\n two\t!\n\n").unwrap().as_str(), "one\n\n two !");
}

#[test]
fn g9_what_is_written_about_clients_is_not_in_debug() {
    assert_eq!(format!("{:?}", Note::parse("secret").unwrap()), "Note(6 chars)");
    assert_eq!(format!("{:?}", Title::parse("SEO").unwrap()), "Title(\"SEO\")");
}

proptest! {
    #[test]
    fn cleaning_twice_changes_nothing(typed in "\\PC{0,30}|[ \\t\\n\\r\u{0}a-c\u{202e}\u{85}]{0,30}") {
        for clean in [clean_line, clean_lines] {
            let once = clean(&typed);
            prop_assert_eq!(clean(&once), once);
        }
        if let Ok(title) = Title::parse(&typed) {
            let json = serde_json::to_string(&title).unwrap();
            prop_assert_eq!(serde_json::from_str::<Title>(&json).unwrap(), title);
        }
    }
}
