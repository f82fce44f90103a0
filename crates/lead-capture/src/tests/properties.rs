//! What holds for any text at all.

use proptest::prelude::*;

use crate::{Draft, KnownAd, Network, Phone, PhoneRegion, has_phone, labels, names, phone_cues, recognise};

const AD: KnownAd<'static> = KnownAd { id: 1, title: "Авито", network: Some(Network::Avito), aliases: &[] };

/// Pieces of real messages, so that random texts reach every recogniser.
fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "Иван",
        "ивану",
        "Петрова",
        "8 942 000-67-89",
        "+375291234567",
        "доб. 12",
        "с авито",
        "Имя:",
        "Телефон:",
        "Источник: вк",
        "ivan@mail.ru",
        "фундамент",
        "ООО «Вера»",
        "ул. Ленина 5",
        "1 500 000 руб",
        "bdfy",
        "wa.me/79420006789",
        "\n",
        ", ",
        ". ",
        "(",
        ")",
        "—",
        "О'Нил",
        "Анна-Мария",
        "А. В.",
        "BEGIN:VCARD\nN:Б;А;;;\nEND:VCARD\n",
        "🙏",
        "\u{202a}",
        "и\u{306}",
        "8-9ОО-12З-45-67",
        "don't",
        "№ 5",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => any::<String>(), 1 => "[а-яё]{1,9}", 1 => "[A-Za-z]{1,9}", 1 => "[0-9 +()-]{1,16}"]
}

fn message() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..12).prop_map(|pieces| pieces.join(" "))
}

fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace('ё', "е");
    lower.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Everything the draft holds, as words.
fn kept(draft: &Draft) -> Vec<String> {
    let typed = draft.phones.iter().map(|found| found.typed.as_str());
    let fields = [&draft.last_name, &draft.first_name, &draft.middle_name, &draft.email];
    let fields = fields.into_iter().flatten().map(String::as_str);
    typed.chain(fields).chain([draft.note.as_str()]).flat_map(words).collect()
}

proptest! {
    #[test]
    fn no_text_makes_recognition_fail(text in any::<String>()) {
        let _ = recognise(&text, &[AD], PhoneRegion::RU);
    }

    #[test]
    fn every_phone_found_is_a_valid_number(text in message()) {
        let draft = recognise(&text, &[AD], PhoneRegion::RU);
        for found in &draft.phones {
            prop_assert_eq!(Phone::parse(found.phone.as_str(), PhoneRegion::RU).unwrap(), found.phone.clone());
        }
        let distinct: std::collections::BTreeSet<_> = draft.phones.iter().map(|found| &found.phone).collect();
        prop_assert_eq!(distinct.len(), draft.phones.len());
        prop_assert_eq!(has_phone(&text, PhoneRegion::RU), !draft.phones.is_empty());
    }

    /// A word that has no form in a field is in the note, unless it only introduced a value.
    #[test]
    fn nothing_typed_is_lost(unknown in "[бвгджзклмнпр]{4}[а-я]{2}щ", text in message()) {
        let message = format!("{text} {unknown}");
        let draft = recognise(&message, &[AD], PhoneRegion::RU);
        prop_assert!(kept(&draft).iter().any(|word| word.contains(&unknown)), "{unknown} in {draft:?}");
    }

    #[test]
    fn plain_words_around_a_phone_stay_in_the_note_in_order(
        before in prop::collection::vec("[бвгдк][оаие][лмнр]щ[оаи]", 1..5),
        after in prop::collection::vec("[бвгдк][оаие][лмнр]щ[оаи]", 1..5),
    ) {
        let text = format!("{} 8 942 000-67-89 {}", before.join(" "), after.join(" "));
        let draft = recognise(&text, &[], PhoneRegion::RU);
        let all: Vec<String> = before.into_iter().chain(after).collect();
        prop_assert_eq!(words(&draft.note), all);
    }
}

/// Every word of the labelled messages is in a field, in the note, or is a word that only introduces a value.
#[test]
fn no_word_of_the_corpus_is_lost() {
    for file in ["messages.jsonl", "heldout.jsonl"] {
        let text = std::fs::read_to_string(format!("{}/tests/corpus/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        for line in text.lines() {
            let message: serde_json::Value = serde_json::from_str(line).unwrap();
            let message = message["text"].as_str().unwrap();
            // Without ads nothing is read as one; a wrong layout changes the words themselves.
            let draft = recognise(message, &[], PhoneRegion::RU);
            if crate::layout::corrected(message) != message || message.contains("VCARD") {
                continue;
            }
            let kept = kept(&draft);
            let introduces =
                |word: &str| names::introduces(word) || phone_cues::says_phone(word) || labels::is_in_label(word);
            for word in words(message) {
                let stem: String = word.chars().take(2).collect();
                let inflected = || kept.iter().any(|known| known.starts_with(&stem));
                let found =
                    kept.contains(&word) || introduces(&word) || inflected() || word.chars().any(char::is_numeric);
                assert!(
                    found || ["https", "wa", "me", "mailto", "api", "com", "send"].contains(&word.as_str()),
                    "{word} is lost of {message:?}: {draft:?}"
                );
            }
        }
    }
}
