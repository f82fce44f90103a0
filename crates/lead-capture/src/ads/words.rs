//! Comparing words of a title with words of a message: oblique cases, transliteration, little words.

use std::sync::LazyLock;

use crate::letters::translit::to_latin;
use crate::lexicon::list;

/// Russian endings of nouns and adjectives, also of diminutive stems (листовка, листовок).
const ENDINGS: &[&str] = &[
    "", "а", "я", "ы", "и", "е", "у", "ю", "о", "ой", "ей", "ом", "ем", "ам", "ям", "ах", "ях", "ами", "ями", "ов",
    "ев", "ь", "ью", "ия", "ии", "ию", "ией", "ий", "ый", "ая", "ое", "ые", "ого", "его", "ому", "ему", "ым", "им",
    "ых", "их", "ую", "ка", "ки", "ке", "ку", "кой", "ок", "ек", "кам", "ками", "ках", "s", "es",
];

/// Words that carry no meaning of their own in a title.
static LITTLE: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("../../data/sources.txt"), "little"));

pub(super) fn is_little(key: &str) -> bool {
    LITTLE.contains(&key)
}

/// Whether two words are forms of one word, also when one of them is written in Latin letters.
pub(super) fn same_word(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    if one.is_ascii() != other.is_ascii() {
        return same_letters(&to_latin(one), &to_latin(other), true);
    }
    same_letters(one, other, false)
}

fn same_letters(one: &str, other: &str, latin: bool) -> bool {
    let shared: usize = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let stem = one[..shared].chars().count();
    let (tail, other_tail) = (&one[shared..], &other[shared..]);
    if latin {
        return stem >= 4 && tail.len() <= 2 && other_tail.len() <= 2;
    }
    // A stem may end inside an ending: кухн-и, кухн-ю; the whole of both ends must be an ending.
    let shorter = one[..shared].char_indices().next_back().map_or(0, |(at, _)| at);
    [(shared, stem), (shorter, stem.saturating_sub(1))]
        .into_iter()
        .any(|(cut, letters)| letters >= 3 && ENDINGS.contains(&&one[cut..]) && ENDINGS.contains(&&other[cut..]))
}
