//! Masks streets, companies and quotations: names in them are not the client's.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::cues;
use crate::tokens::{Kind, TokenStream};

/// Words after which a name belongs to a place or a company.
static BEFORE: LazyLock<HashSet<&str>> = LazyLock::new(|| cues::list("place-before"));
/// Shortenings of such words that need their full stop.
static DOTTED: LazyLock<HashSet<&str>> = LazyLock::new(|| cues::list("place-dotted"));
/// Words behind a name that make it a street or a company.
static AFTER: LazyLock<HashSet<&str>> = LazyLock::new(|| cues::list("place-after"));

/// The longest quotation that is a title: a longer one is speech.
const LONGEST_TITLE: usize = 13;

pub(super) fn mask_places(tokens: &mut TokenStream) {
    mask_quotes(tokens);
    for at in 0..tokens.len() {
        if tokens.kind(at) != Some(Kind::Word) || tokens.is_consumed(at) {
            continue;
        }
        let key = tokens.key(at).to_owned();
        let dotted = tokens.is_sign(at + 1, '.');
        if (BEFORE.contains(key.as_str()) && !names_nothing(tokens, at))
            || (DOTTED.contains(key.as_str()) && dotted && !is_initials(tokens, at))
        {
            mask_after(tokens, at + 1);
        }
        if key == "слава" && tokens.key(tokens.skip_spaces(at + 1)) == "богу" {
            tokens.mask(at, at + 1);
        }
        if AFTER.contains(key.as_str()) {
            mask_before(tokens, at);
        }
    }
}

/// «Николаев П.С.», «С. П. Орлов»: of two initials neither is a place.
fn is_initials(tokens: &TokenStream, at: usize) -> bool {
    let initial = |at: usize| {
        let typed = if tokens.kind(at) == Some(Kind::Word) { tokens.typed(at, at + 1) } else { "" };
        typed.chars().count() == 1 && typed.chars().all(char::is_uppercase)
    };
    initial(at) && (initial(tokens.skip_spaces(at + 2)) || tokens.word_before(at, ".").is_some_and(initial))
}

/// «район», «парк» and the like before a comma name nothing.
fn names_nothing(tokens: &TokenStream, at: usize) -> bool {
    tokens.is_any_sign(at + 1, ",;:!?")
}

fn mask_quotes(tokens: &mut TokenStream) {
    let mut open = None;
    for at in 0..tokens.len() {
        if tokens.kind(at) == Some(Kind::Break) {
            open = None;
        }
        // The value of a field may stand in quotes; a quotation after a colon is no title.
        let valued = open.is_none() && tokens.before(at).is_some_and(|before| tokens.is_sign(before, ':'));
        if !tokens.is_sign(at, '"') || valued {
            continue;
        }
        match open.take() {
            Some(begin) if at - begin <= LONGEST_TITLE => tokens.mask(begin, at),
            _ => open = Some(at),
        }
    }
}

/// One word, or all words up to the number of the house.
fn mask_after(tokens: &mut TokenStream, from: usize) {
    let mut at = from;
    while tokens.is_any_sign(at, ".-") || tokens.kind(at) == Some(Kind::Space) || tokens.key(at) == "т" {
        at += 1;
    }
    if tokens.kind(at) != Some(Kind::Word) {
        return;
    }
    let mut end = at;
    while tokens.kind(end) == Some(Kind::Word) || tokens.is_any_sign(end, "-.") {
        end += 1;
    }
    tokens.mask(at, end);
    // «ул. Марии Рубцовой 14»: the second word belongs to the street when the house follows.
    let mut next = tokens.skip_spaces(end);
    for _ in 0..2 {
        if tokens.kind(next) != Some(Kind::Word) {
            break;
        }
        let after = tokens.skip_spaces(next + 1);
        let house = tokens.kind(after) == Some(Kind::Digits) && !tokens.is_consumed(after);
        let house_word = matches!(tokens.key(after), "д" | "дом" | "кв" | "корп" | "стр");
        if house || house_word || tokens.is_sign(after, ',') {
            tokens.mask(next, next + 1);
            break;
        }
        next = after;
    }
}

/// The capitalised words before: «Ленинский проспект», "Victoria Street".
fn mask_before(tokens: &mut TokenStream, at: usize) {
    let mut end = at;
    for _ in 0..2 {
        let Some(word) = tokens.word_before(end, "") else { return };
        if !tokens.typed(word, word + 1).starts_with(char::is_uppercase) {
            return;
        }
        tokens.mask(word, word + 1);
        end = word;
    }
}
