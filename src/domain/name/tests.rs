#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

fn parts(typed: &str) -> (String, String, String) {
    let name = PersonName::split(typed).unwrap();
    (
        name.last.map(String::from).unwrap_or_default(),
        name.first.map(String::from).unwrap_or_default(),
        name.middle.map(String::from).unwrap_or_default(),
    )
}

#[test]
fn full_names_as_people_type_them() {
    for (typed, last, first, middle) in [
        ("Иванов Иван Иванович", "Иванов", "Иван", "Иванович"),
        ("Иван Иванович Иванов", "Иванов", "Иван", "Иванович"),
        ("Сидорова Анна Ильинична", "Сидорова", "Анна", "Ильинична"),
        ("Ким Олег Львович", "Ким", "Олег", "Львович"),
        ("Анна Петровна", "", "Анна", "Петровна"),
        ("Петров Иван", "Петров", "Иван", ""),
        ("Иван Петров", "Петров", "Иван", ""),
        ("Марина Петрова", "Петрова", "Марина", ""),
        ("Петрова Марина", "Петрова", "Марина", ""),
        ("Ирина Калинина", "Калинина", "Ирина", ""),
        ("Анна Ким", "Ким", "Анна", ""),
        ("Иван", "", "Иван", ""),
        ("Марина", "", "Марина", ""),
        ("Ева", "", "Ева", ""),
        ("Лев", "", "Лев", ""),
        ("Константин", "", "Константин", ""),
        ("Иванов", "Иванов", "", ""),
        ("Шевченко", "Шевченко", "", ""),
        ("Мамедов Али Гасан оглы", "Мамедов", "Али", "Гасан оглы"),
        ("  John   Smith ", "Smith", "John", ""),
        ("<b>", "", "<b>", ""),
    ] {
        assert_eq!(parts(typed), (last.to_owned(), first.to_owned(), middle.to_owned()), "{typed:?}");
    }
}

#[test]
fn c12_over_long_and_empty_names_are_refused() {
    use NameKind::*;
    for (kind, max) in [(Last, 50), (First, 40), (Middle, 50)] {
        assert!(NamePart::parse(kind, &"ы".repeat(max)).unwrap().is_some());
        let length = max + 1;
        assert_eq!(NamePart::parse(kind, &"ы".repeat(length)), Err(NameError::TooLong { kind, length, max }));
        assert_eq!(NamePart::parse(kind, ""), Ok(None));
        for blank in ["   ", "\n", "\u{200b}"] {
            assert_eq!(NamePart::parse(kind, blank), Err(NameError::OnlySpaces { kind }), "{blank:?}");
        }
    }
    assert!(PersonName::split("   ").is_err());
    assert!(PersonName::split(&"ы".repeat(41)).is_err());
    assert!(PersonName::split("").unwrap().is_empty());
}

#[test]
fn a_name_is_shown_as_in_documents() {
    let mut name = PersonName::split("Иван Иванович Иванов").unwrap();
    assert_eq!(name.display().unwrap(), "Иванов Иван Иванович");
    name.clear(NameKind::Last);
    name.set(NamePart::parse(NameKind::First, " Пётр  Второй ").unwrap().unwrap());
    assert_eq!(name.display().unwrap(), "Пётр Второй Иванович");
    assert_eq!(PersonName::default().display(), None);
    assert!(!format!("{name:?}").contains("Пётр"));
}

proptest! {
    #[test]
    fn splitting_loses_no_word(words in prop::collection::vec("[А-Яа-яёA-Za-z<>&👍]{1,9}", 1..5)) {
        let mut kept: Vec<_> = PersonName::split(&words.join("  ")).unwrap().display().unwrap()
            .split(' ').map(str::to_owned).collect();
        let mut typed = words;
        typed.sort();
        kept.sort();
        prop_assert_eq!(kept, typed);
    }
}
