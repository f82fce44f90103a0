//! Names in the fields of forms: whatever stands there is a name, known or not.

use super::group;
use super::resolve::{self, Parts};
use super::surname::Strength;
use super::term::Term;
use super::{FullName, consume_group};
use crate::chars::name_case;
use crate::labels::{Label, Labels};
use crate::tokens::{Field, Kind, TokenStream};

/// Consumes the name a form gives, in one field or in several.
pub(super) fn consume_labelled(tokens: &mut TokenStream, labels: &Labels) -> Option<FullName> {
    let last = single(tokens, labels, Label::Last);
    let middle = single(tokens, labels, Label::Middle);
    let first = single(tokens, labels, Label::First);
    if last.is_some() || first.is_some() || middle.is_some() {
        let first = first.or_else(|| single(tokens, labels, Label::Name));
        return Some(FullName { last, first, middle });
    }
    for label in [Label::Name, Label::Person] {
        let values: Vec<(usize, usize)> = labels.values(label).collect();
        for (from, to) in values {
            if let Some(name) = consume_value(tokens, from, to, label) {
                labels.consume_used(tokens, label);
                return Some(name);
            }
        }
    }
    None
}

/// The whole value of a field for one part of a name.
fn single(tokens: &mut TokenStream, labels: &Labels, label: Label) -> Option<String> {
    let (from, to) = labels.values(label).next()?;
    let end = value_end(tokens, from, to);
    let typed = tokens.typed(from, end).trim();
    let letters = typed.chars().any(char::is_alphabetic);
    if !letters
        || typed.chars().count() > 40
        || terms(tokens, from, end).iter().any(|term| term.last == Strength::Never && !term.is_first())
    {
        return None;
    }
    let name = name_case(typed);
    tokens.consume(from, end, Field::Name);
    labels.consume_used(tokens, label);
    Some(name)
}

/// A whole name in one field.
fn consume_value(tokens: &mut TokenStream, from: usize, to: usize, label: Label) -> Option<FullName> {
    // «Контакт: ООО Ромашка, Иван Петров»: a known name anywhere in the field.
    let known =
        (from..to).find_map(|at| group::read(tokens, at).filter(|group| group.to <= to && group.name.first.is_some()));
    let end = value_end(tokens, from, to);
    let words = terms(tokens, from, end);
    let plain = !words.is_empty()
        && words.len() <= 3
        && words.iter().all(|term| term.is_first() || term.last != Strength::Never);
    match known {
        Some(group) if group.parts.len() >= words.len() || !plain || group.from >= end => {
            consume_group(tokens, &group);
            return Some(comma_name(tokens, &group, from).unwrap_or(group.name));
        }
        _ if !plain || label == Label::Person && !words.iter().all(|term| term.capital) => return None,
        _ => {}
    }
    let name = by_position(&words);
    for term in &words {
        tokens.consume(term.from, term.to, Field::Name);
    }
    Some(name)
}

/// "O'Connor, Sean": the surname before the comma.
fn comma_name(tokens: &mut TokenStream, group: &group::Group, from: usize) -> Option<FullName> {
    let last =
        Term::read(tokens, from).filter(|term| term.to < group.from && group.name.last.is_none() && term.capital)?;
    let comma = tokens.skip_spaces(last.to);
    let joined =
        tokens.is_sign(comma, ',') && tokens.skip_spaces(comma + 1) == group.from && last.last != Strength::Never;
    joined.then(|| {
        tokens.consume(last.from, comma + 1, Field::Name);
        FullName { last: Some(name_case(&last.typed)), ..group.name.clone() }
    })
}

/// Unknown words by their place: one is the first name, of two the second is the surname unless the first looks like one.
fn by_position(words: &[Term]) -> FullName {
    let none = FullName::default();
    let parts = match words {
        [first] if first.last >= Strength::Ending && !first.is_first() => {
            Parts { last: Some(first), ..Parts::default() }
        }
        [first] => Parts { first: Some(first), ..Parts::default() },
        [last, first] if first.is_first() && !last.is_first() => {
            Parts { first: Some(first), last: Some(last), middle: None }
        }
        [last, first] if last.cyrillic && last.last >= Strength::Ending && !last.is_first() => {
            Parts { first: Some(first), last: Some(last), middle: None }
        }
        [first, middle] if middle.is_middle() => Parts { first: Some(first), middle: Some(middle), last: None },
        [first, last] => Parts { first: Some(first), last: Some(last), middle: None },
        [last, first, middle]
            if last.cyrillic && !middle.is_first() && (middle.is_middle() || ends_like_middle(middle)) =>
        {
            Parts { first: Some(first), middle: Some(middle), last: Some(last) }
        }
        [first, middle, last] => Parts { first: Some(first), middle: Some(middle), last: Some(last) },
        _ => return none,
    };
    resolve::full_name(parts, &[])
}

fn ends_like_middle(term: &Term) -> bool {
    ["вич", "ьич", "вна", "ична", "улы", "оглы", "кызы"].iter().any(|ending| term.key.ends_with(ending))
}

/// A value ends at a comma, a digit or another sign that no name has.
fn value_end(tokens: &TokenStream, from: usize, to: usize) -> usize {
    (from..to)
        .find(|&at| {
            tokens.is_consumed(at)
                || !(matches!(tokens.kind(at), Some(Kind::Word | Kind::Space)) || tokens.is_any_sign(at, "-."))
        })
        .unwrap_or(to)
}

fn terms(tokens: &TokenStream, from: usize, to: usize) -> Vec<Term> {
    let mut found: Vec<Term> = Vec::new();
    let mut at = from;
    while at < to {
        match Term::read(tokens, at) {
            Some(term) => {
                at = term.to;
                found.push(term);
            }
            None => at += 1,
        }
    }
    found
}
