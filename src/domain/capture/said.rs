//! Words that only say "phone" before a number: «мой номер», "phone:", «тел.».

use super::sheet::{Field, Sheet};

/// Words for a phone; one of them has to be there.
const NOUNS: &[&str] = &[
    "тел",
    "телефон",
    "телефона",
    "телефону",
    "телефоном",
    "т",
    "номер",
    "номера",
    "номеру",
    "номерок",
    "моб",
    "мобильный",
    "сот",
    "сотовый",
    "phone",
    "telephone",
    "tel",
    "mobile",
    "cell",
    "number",
];

/// Words that belong to them or to the number.
const LITTLE: &[&str] = &[
    "мой",
    "мои",
    "контактный",
    "по",
    "на",
    "my",
    "is",
    "at",
    "on",
    "the",
    "его",
    "ее",
    "для",
    "связи",
    "раб",
    "наш",
    "our",
    "her",
    "свой",
];

/// Takes these words before every phone.
pub(super) fn take_phone_words(sheet: &mut Sheet) {
    for at in 0..sheet.len() {
        let begins = sheet.owner(at) == Some(Field::Phone) && (at == 0 || sheet.owner(at - 1) != Some(Field::Phone));
        if begins {
            take_before(sheet, at);
        }
    }
}

fn take_before(sheet: &mut Sheet, phone: usize) {
    let mut at = phone;
    let mut from = phone;
    for _ in 0..4 {
        let signs = if at == phone { ".:-=(" } else { ".:" };
        let free = |word: &usize| sheet.owner(*word).is_none_or(|owner| owner == Field::Label);
        let Some(word) = sheet.word_before(at, signs).filter(free) else { break };
        let key = sheet.key(word);
        let noun = NOUNS.contains(&key) || sheet.is_taken(word);
        let little = LITTLE.contains(&key);
        // A preposition goes alone only right before the number: «звоните на 8 912 …».
        let alone = at == phone && matches!(key, "по" | "на" | "at" | "on");
        if noun || alone || (little && from < phone) {
            from = word;
        } else if !little {
            break;
        }
        at = word;
    }
    sheet.take(from, phone, Field::Label);
}

/// Whether the word may go with a phone it announces.
#[cfg(test)]
pub(super) fn says_phone(word: &str) -> bool {
    NOUNS.contains(&word) || LITTLE.contains(&word)
}
