#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::*;

fn readings(text: &str) -> Vec<String> {
    match Query::read(text, PhoneRegion::RU) {
        Query::Text { readings, .. } => readings,
        other => panic!("not a text: {other:?}"),
    }
}

#[test]
fn names_are_read_in_every_layout_and_alphabet() {
    assert!(readings("bdfyjd").contains(&"иванов".to_owned()));
    assert!(readings("Ivanov").contains(&"иванов".to_owned()));
    assert!(readings("Иванов").contains(&"ivanov".to_owned()));
    assert!(readings("ыьшер").contains(&"smith".to_owned()));
    assert_eq!(readings("  Фёдоров   Пётр ")[0], "федоров петр");
    // Б, Ю and Э are typed with Shift on keys that write signs in the Latin layout.
    assert!(readings("<fhcerjd").contains(&"барсуков".to_owned()));
    for (latin, cyrillic) in [
        ("Dmitry", "дмитрий"),
        ("Sergey", "сергей"),
        ("Yuriy", "юрий"),
        ("Rybin", "рыбин"),
        ("Shchukin", "щукин"),
        ("Zhanna", "жанна"),
    ] {
        assert!(readings(latin).contains(&cyrillic.to_owned()), "{latin}: {:?}", readings(latin));
    }
}

#[test]
fn numbers_are_phones_parts_of_phones_or_ids() {
    let read = |text| Query::read(text, PhoneRegion::RU);
    assert_eq!(read("№ 12"), Query::Id(12));
    assert_eq!(read("#12"), Query::Id(12));
    assert_eq!(read("7"), Query::Id(7));
    assert!(matches!(read("8 (999) 123-45-67"), Query::Phone(_)));
    assert!(matches!(read("Иван 8 999 123-45-67, с авито"), Query::Phone(_)));
    assert_eq!(read("45-67"), Query::Digits(vec!["4567".to_owned()]));
    assert_eq!(read("8999123"), Query::Digits(vec!["8999123".to_owned(), "999123".to_owned()]));
    assert_eq!(read("…"), Query::Nothing);
}

#[test]
fn latin_words_may_be_a_part_of_an_email() {
    let email = |text| match Query::read(text, PhoneRegion::RU) {
        Query::Text { email, .. } => email,
        _ => None,
    };
    assert_eq!(email("Ivan@mail"), Some("ivan@mail".to_owned()));
    assert_eq!(email("иван"), None);
}
