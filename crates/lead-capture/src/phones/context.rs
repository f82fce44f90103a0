//! What stands around a number: "order no.", "roubles", "phone", "ext.".

use std::sync::LazyLock;

use crate::lexicon::list;
use crate::tokens::{Kind, TokenStream};

/// Words after which a number is never a phone.
static OTHER: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("../../data/numbers.txt"), "other"));

/// Words after which a number is theirs when it is called a number, or is no whole mobile.
static ORDER: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("../../data/numbers.txt"), "order"));

/// Words that only say "number".
static NUMBER: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("../../data/numbers.txt"), "number"));

/// Beginnings of words that announce a phone.
static PHONE: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("../../data/numbers.txt"), "phone"));

/// Words and signs of money right behind a number.
static MONEY: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("../../data/numbers.txt"), "money"));

/// What the words around a window say about it.
#[derive(Debug)]
pub(super) struct Surroundings {
    /// It is an INN, an account, a card: no phone.
    pub is_other_number: bool,
    /// It is the number of an order or a contract, unless it is a whole mobile.
    pub is_order: bool,
    /// Money stands behind or before it.
    pub is_money: bool,
    /// A word for "phone" stands before it.
    pub is_named: bool,
}

impl Surroundings {
    pub(super) fn of(tokens: &TokenStream, begin: usize, end: usize) -> Self {
        let mut numbered = false;
        let mut word = None;
        let mut cursor = begin;
        while let Some(at) = tokens.before(cursor) {
            let key = tokens.key(at);
            let is_number_word = tokens.kind(at) == Some(Kind::Word) && NUMBER.contains(&key);
            if is_number_word || tokens.is_any_sign(at, "№#") {
                numbered = true;
            } else if tokens.kind(at) == Some(Kind::Word) {
                word = Some(at);
                break;
            } else if !tokens.is_any_sign(at, ":=.-(") {
                break;
            }
            cursor = at;
        }
        let key = word.map_or("", |at| tokens.key(at));
        // «номер заказа 12345»: the word for "number" stands before the other.
        let numbered_before =
            word.and_then(|at| tokens.word_before(at, "")).is_some_and(|at| NUMBER.contains(&tokens.key(at)));
        let sign_before = tokens.before(begin).is_some_and(|at| tokens.is_any_sign(at, "№#"));
        let is_order = ORDER.contains(&key);
        Self {
            is_other_number: OTHER.contains(&key) || (is_order && (numbered || numbered_before)) || sign_before,
            is_order,
            is_money: is_money(tokens, begin, end),
            is_named: (numbered && !sign_before) || (!key.is_empty() && is_phone_word(key)),
        }
    }
}

/// Whether the word announces a phone.
pub(super) fn is_phone_word(key: &str) -> bool {
    key == "т" || PHONE.iter().any(|start| key.starts_with(start))
}

fn is_money(tokens: &TokenStream, begin: usize, end: usize) -> bool {
    let money_sign = |at: usize| tokens.is_any_sign(at, "₽$€£¥₸₴");
    let after = tokens.skip_spaces(end);
    let word = tokens.kind(after) == Some(Kind::Word) && MONEY.iter().any(|start| tokens.key(after).starts_with(start));
    word || money_sign(after) || tokens.before(begin).is_some_and(money_sign)
}

/// Whether more digits hang on the number by a dash or a dot without a space.
pub(super) fn goes_on(tokens: &TokenStream, end: usize) -> bool {
    tokens.is_any_sign(end, "-.") && tokens.kind(end + 1) == Some(Kind::Digits)
}

/// Whether a word stands right behind, after a space.
pub(super) fn word_follows(tokens: &TokenStream, end: usize) -> bool {
    tokens.kind(end) == Some(Kind::Space) && tokens.kind(end + 1) == Some(Kind::Word)
}

/// The extension behind a phone and the token after it: «доб. 123», "ext 5", «вн. 45», "x204".
pub(super) fn extension(tokens: &TokenStream, end: usize) -> Option<(String, usize)> {
    let mut at = end;
    while tokens.kind(at) == Some(Kind::Space) || tokens.is_any_sign(at, ",;()-") {
        at += 1;
        if at > end + 4 {
            return None;
        }
    }
    let key = tokens.key(at);
    let named = match tokens.kind(at)? {
        Kind::Word => {
            matches!(key, "доб" | "вн" | "ext" | "x" | "доп")
                || ["добав", "внутр", "extens"].iter().any(|s| key.starts_with(s))
        }
        Kind::Sign => key == "#",
        _ => false,
    };
    if !named {
        return None;
    }
    at += 1;
    while tokens.kind(at) == Some(Kind::Space) || tokens.is_any_sign(at, ".:№") || tokens.key(at) == "номер" {
        at += 1;
    }
    let digits = tokens.key(at);
    (tokens.kind(at) == Some(Kind::Digits) && digits.len() <= 6).then(|| (digits.to_owned(), at + 1))
}
