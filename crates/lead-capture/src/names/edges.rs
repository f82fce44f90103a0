//! Where a word stands in its sentence, and whether a name is expected there.

use super::cues::{self, Cue};
use super::term::Term;
use crate::lexicon::Case;
use crate::tokens::{Kind, TokenStream};

/// Whether the token begins the message, a line, a sentence or a part between commas.
pub(super) fn starts_part(tokens: &TokenStream, at: usize) -> bool {
    tokens.before(at).is_none_or(|before| tokens.kind(before) != Some(Kind::Word) || tokens.is_consumed(before))
}

/// Whether it begins a sentence, where every word has a capital.
pub(super) fn starts_sentence(tokens: &TokenStream, at: usize) -> bool {
    let ends = |before| {
        tokens.kind(before) == Some(Kind::Break) || tokens.is_any_sign(before, ".!?") || tokens.is_consumed(before)
    };
    tokens.before(at).is_none_or(ends)
}

/// Whether no other free word follows the word on its part of the line.
fn ends_part(tokens: &TokenStream, word: &Term) -> bool {
    let next = tokens.skip_spaces(word.to);
    tokens.kind(next) != Some(Kind::Word) || tokens.is_consumed(next)
}

/// Whether a comma, a phone or the edge of a line is beside the word.
pub(super) fn at_part_edge(tokens: &TokenStream, word: &Term) -> bool {
    let (starts, ends) = (starts_part(tokens, word.from), ends_part(tokens, word));
    (starts && (ends || word.capital)) || (ends && word.capital)
}

/// Words in capitals say nothing about being names.
pub(super) fn is_shouted(word: &Term) -> bool {
    word.typed.chars().filter(|sign| sign.is_alphabetic()).count() > 2 && !word.typed.chars().any(char::is_lowercase)
}

/// Whether a first name that is an everyday word, too, stands where only a name can: introduced, with a capital
/// inside a sentence, or alone between commas or at the phone.
pub(super) fn is_expected(tokens: &TokenStream, word: &Term) -> bool {
    let next = Term::read(tokens, tokens.skip_spaces(word.to));
    // «Лада Веста», "Rose Garden": a title of two everyday words.
    if next.as_ref().is_some_and(|next| next.capital && !next.is_first() && !is_shouted(next)) {
        return false;
    }
    let nominative = word.first.iter().any(|form| form.case == Case::Nominative);
    let governed = cues::governed(tokens, word.from);
    let fits = nominative || word.first.iter().any(|form| governed.contains(&form.case));
    if fits && matches!(cues::before(tokens, word.from), Cue::Introduced | Cue::Title) {
        return true;
    }
    if word.capital && !is_shouted(word) && !starts_sentence(tokens, word.from) {
        return nominative;
    }
    let closes = ends_part(tokens, word) || next.is_some_and(|next| next.is_first()) || acts(tokens, word);
    nominative && starts_part(tokens, word.from) && closes
}

/// "Will from Acme", "Grant wants a deck": what only a person does. "Will call" is none of it.
fn acts(tokens: &TokenStream, word: &Term) -> bool {
    let next = tokens.skip_spaces(word.to);
    match tokens.key(next) {
        "wants" | "needs" | "asks" | "asked" | "called" => word.capital,
        "from" | "at" => {
            word.capital
                && Term::read(tokens, tokens.skip_spaces(next + 1))
                    .is_some_and(|place| place.capital && !is_shouted(&place))
        }
        _ => false,
    }
}
