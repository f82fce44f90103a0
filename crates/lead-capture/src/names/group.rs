//! Words in a row that make one name, in any of the usual orders.

use super::FullName;
use super::cues::{self, Cue};
use super::edges::{at_part_edge, is_expected, is_shouted, starts_part, starts_sentence};
use super::resolve::{self, Parts};
use super::row::words_from;
use super::surname::Strength;
use super::term::Term;
use crate::lexicon::{Case, Gender};
use crate::tokens::{Kind, TokenStream};

/// A name found in the text.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub name: FullName,
    pub from: usize,
    pub to: usize,
    /// The token ranges of its words.
    pub parts: Vec<(usize, usize)>,
    /// It is a lone surname, or a first name that is an everyday word, too.
    pub doubtful: bool,
}

/// Longer parts do not fit on a card.
const LONGEST: usize = 40;

/// Prepositions before a street or a town.
const PLACE_BEFORE: &[&str] = &["на", "в", "во", "под", "возле", "около", "за", "при", "in", "at", "on", "near"];

/// The longest name that begins at this token.
pub(super) fn read(tokens: &TokenStream, at: usize) -> Option<Group> {
    let words = words_from(tokens, at);
    let first = words.first()?;
    let behind_comma = words_from(tokens, after_comma(tokens, first).unwrap_or(tokens.len()));
    let parts = last_and_comma(tokens, first, &behind_comma)
        .or_else(|| last_first(tokens, &words))
        .or_else(|| initials_last(&words))
        .or_else(|| first_last(tokens, &words))
        .or_else(|| unknown_first(tokens, &words))
        .or_else(|| lone_middle(tokens, first))
        .or_else(|| lone_last(tokens, first))?;
    Group::of(tokens, parts)
}

impl Group {
    fn of(tokens: &TokenStream, parts: Parts) -> Option<Self> {
        let used: Vec<&Term> = [parts.last, parts.first, parts.middle].into_iter().flatten().collect();
        let from = used.iter().map(|word| word.from).min()?;
        let to = used.iter().map(|word| word.to).max()?;
        let name = resolve::full_name(parts, cues::governed(tokens, from));
        let long = |part: &String| part.chars().count() > LONGEST;
        if [&name.first, &name.middle, &name.last].into_iter().flatten().any(long) {
            return None;
        }
        let doubtful = used.len() == 1 && parts.first.is_none_or(Term::is_ambiguous) && parts.middle.is_none();
        Some(Self { parts: used.iter().map(|word| (word.from, word.to)).collect(), name, from, to, doubtful })
    }
}

/// The token behind the comma that follows the word.
fn after_comma(tokens: &TokenStream, word: &Term) -> Option<usize> {
    let comma = tokens.skip_spaces(word.to);
    tokens.is_sign(comma, ',').then(|| tokens.skip_spaces(comma + 1))
}

/// "van der Berg, Pieter", «Кузнецова, Анна»: a sure surname at the start of a part, then only a first name.
fn last_and_comma<'t>(tokens: &TokenStream, last: &'t Term, behind: &'t [Term]) -> Option<Parts<'t>> {
    let known = last.last >= Strength::Ending && !last.is_first() || (last.last == Strength::Listed && !last.cyrillic);
    if !(known && last.capital && !last.initial && starts_part(tokens, last.from)) {
        return None;
    }
    let first = behind.first().filter(|word| word.is_first() && word.capital && word.cyrillic == last.cyrillic)?;
    let middle = behind.get(1).filter(|word| word.is_middle());
    let alone = middle.is_some() || !behind.get(1).is_some_and(|word| is_last_beside(word, first));
    alone.then_some(Parts { first: Some(first), middle, last: Some(last) })
}

/// «Петров Иван Сергеевич», «Петров И. С.»
fn last_first<'t>(tokens: &TokenStream, words: &'t [Term]) -> Option<Parts<'t>> {
    let [last, first, rest @ ..] = words else { return None };
    if !leads_as_last(tokens, last) {
        return None;
    }
    let third = rest.first();
    if first.initial && last.capital && last.last >= Strength::Ending {
        return Some(Parts { first: Some(first), middle: third.filter(|word| word.initial), last: Some(last) });
    }
    let middle = third.filter(|word| word.like_middle);
    let better_behind = third.is_some_and(|word| word.last >= Strength::Ending && is_last_beside(word, first));
    let behind = better_behind && (last.is_first() || (middle.is_none() && last.last < Strength::Ending));
    (first.is_first() && !behind).then_some(Parts { first: Some(first), middle, last: Some(last) })
}

/// «А. В. Терентьев»
fn initials_last(words: &[Term]) -> Option<Parts<'_>> {
    let initials = words.iter().take_while(|word| word.initial).count().min(2);
    let last = words.get(initials).filter(|word| initials > 0 && word.capital && !word.initial)?;
    let middle = words.get(1).filter(|_| initials == 2);
    (last.last >= Strength::Unknown).then_some(Parts { first: words.first(), middle, last: Some(last) })
}

/// «Иван», «Иван Сергеевич», «Иван Петров», "Mary Jane Watson", «Иван П.»
fn first_last<'t>(tokens: &TokenStream, words: &'t [Term]) -> Option<Parts<'t>> {
    let first = words.first().filter(|word| word.is_first())?;
    let (second, third) = (words.get(1), words.get(2));
    let last = third.filter(|word| is_last_beside(word, first));
    if let Some(middle) =
        second.filter(|word| word.is_middle() || (word.like_middle && last.is_some()) || is_son(word, first))
    {
        return Some(Parts { first: Some(first), middle: Some(middle), last });
    }
    if let (Some(middle), Some(last)) = (second, last.filter(|word| word.capital == first.capital)) {
        let whole = words.len() == 3 && middle.capital && is_last_beside(middle, first);
        if middle.initial || (!middle.cyrillic && (middle.is_first() || whole)) {
            return Some(Parts { first: Some(first), middle: Some(middle), last: Some(last) });
        }
    }
    let last = second.filter(|word| word.initial || is_last_beside(word, first));
    let alone = last.is_none() && first.is_ambiguous() && !is_expected(tokens, first);
    (!alone).then_some(Parts { first: Some(first), middle: None, last })
}

/// «Герман Оттович»: -ович behind a man's name is a patronymic; -евич (Станкевич) is a surname as often.
fn is_son(word: &Term, first: &Term) -> bool {
    let man = first.first.iter().any(|form| form.gender == Gender::Male && form.case == Case::Nominative);
    man && word.key.ends_with("ович")
}

/// A first name no list has: before a patronymic («Гоар Арамовна»), or after words that can only introduce a name.
fn unknown_first<'t>(tokens: &TokenStream, words: &'t [Term]) -> Option<Parts<'t>> {
    let fits = |word: &&Term| word.capital && word.last >= Strength::Unknown && !word.initial && !word.is_middle();
    let first = words.first().filter(fits)?;
    let second = words.get(1);
    if let Some(middle) = second.filter(|word| word.is_middle()) {
        return Some(Parts { first: Some(first), middle: Some(middle), last: None });
    }
    if let (Some(second), Some(middle)) = (second.filter(fits), words.get(2).filter(|word| word.is_middle())) {
        return Some(Parts { first: Some(second), middle: Some(middle), last: Some(first) });
    }
    let named = cues::is_named(tokens, first.from) && !is_shouted(first);
    named.then(|| Parts { first: Some(first), middle: None, last: second.filter(|word| is_last_beside(word, first)) })
}

/// «от Михалыча», «Петрович 8 912 …»
fn lone_middle<'t>(tokens: &TokenStream, word: &'t Term) -> Option<Parts<'t>> {
    let placed = word.capital || cues::before(tokens, word.from) == Cue::Introduced || at_part_edge(tokens, word);
    (word.is_middle() && placed).then_some(Parts { middle: Some(word), ..Parts::default() })
}

/// A surname on its own: with a title, or with a capital where a name is expected.
fn lone_last<'t>(tokens: &TokenStream, word: &'t Term) -> Option<Parts<'t>> {
    let found = Parts { last: Some(word), ..Parts::default() };
    let cue = cues::before(tokens, word.from);
    if word.initial || word.is_first() {
        return None;
    }
    if cue == Cue::Title {
        return (word.last != Strength::Never || word.capital).then_some(found);
    }
    // «на Гагарина», «Королёва 12» are addresses.
    let place = tokens.word_before(word.from, "").is_some_and(|at| PLACE_BEFORE.contains(&tokens.key(at)));
    let next = tokens.skip_spaces(word.to);
    let house = tokens.kind(next) == Some(Kind::Digits) && !tokens.is_consumed(next);
    let introduced = cue == Cue::Introduced;
    let shaped = match word.last {
        Strength::Listed => true,
        Strength::Ending => word.capital && (introduced || (!is_shouted(word) && starts_part(tokens, word.from))),
        Strength::Unknown | Strength::Never => false,
    };
    let placed = introduced || at_part_edge(tokens, word);
    let known_script = word.cyrillic || (word.capital && introduced);
    (shaped && placed && known_script && !place && !house).then_some(found)
}

/// Whether a word behind a first name is its surname.
fn is_last_beside(word: &Term, first: &Term) -> bool {
    if word.initial || word.is_middle() || word.cyrillic != first.cyrillic {
        return false;
    }
    // Two Russian first names in a row are two people; in other languages the second is a surname as a rule.
    if word.is_first() && word.last != Strength::Listed {
        let everyday = first.is_ambiguous() && word.is_ambiguous();
        return !word.cyrillic && word.capital == first.capital && !everyday;
    }
    match word.last {
        Strength::Never => false,
        Strength::Unknown => word.capital && first.capital && !is_shouted(word) && word.key.chars().count() >= 3,
        // "Anna brown curtains": a listed English surname is an everyday word as often.
        Strength::Listed => word.capital || word.cyrillic || !first.capital,
        Strength::Ending => true,
    }
}

/// Whether a word may be the surname of the first name behind it.
fn leads_as_last(tokens: &TokenStream, word: &Term) -> bool {
    if word.is_middle() || word.initial {
        return false;
    }
    match word.last {
        Strength::Never => false,
        // At the start of a sentence every word has a capital.
        Strength::Unknown => {
            word.capital
                && word.cyrillic
                && !word.is_first()
                && !is_shouted(word)
                && !starts_sentence(tokens, word.from)
        }
        Strength::Ending => !word.is_first(),
        Strength::Listed => !word.is_first() || (word.cyrillic && word.capital),
    }
}
