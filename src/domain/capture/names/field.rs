//! Names in the fields of forms: whatever stands there is a name, known or not.

use super::group;
use super::resolve::{self, Parts};
use super::surname::Strength;
use super::term::Term;
use super::{FullName, take_group};
use crate::domain::capture::labels::{Label, Labels};
use crate::domain::capture::sheet::{Field, Kind, Sheet};
use crate::domain::capture::signs::name_case;

/// Takes the name a form gives, in one field or in several.
pub(super) fn take_labelled(sheet: &mut Sheet, labels: &Labels) -> Option<FullName> {
    let last = single(sheet, labels, Label::Last);
    let middle = single(sheet, labels, Label::Middle);
    let first = single(sheet, labels, Label::First);
    if last.is_some() || first.is_some() || middle.is_some() {
        let first = first.or_else(|| single(sheet, labels, Label::Name));
        return Some(FullName { last, first, middle });
    }
    for label in [Label::Name, Label::Person] {
        let values: Vec<(usize, usize)> = labels.values(label).collect();
        for (from, to) in values {
            if let Some(name) = take_value(sheet, from, to, label) {
                labels.take_used(sheet, label);
                return Some(name);
            }
        }
    }
    None
}

/// The whole value of a field for one part of a name.
fn single(sheet: &mut Sheet, labels: &Labels, label: Label) -> Option<String> {
    let (from, to) = labels.values(label).next()?;
    let end = value_end(sheet, from, to);
    let typed = sheet.typed(from, end).trim();
    let letters = typed.chars().any(char::is_alphabetic);
    if !letters
        || typed.chars().count() > 40
        || terms(sheet, from, end).iter().any(|term| term.last == Strength::Never && !term.is_first())
    {
        return None;
    }
    let name = name_case(typed);
    sheet.take(from, end, Field::Name);
    labels.take_used(sheet, label);
    Some(name)
}

/// A whole name in one field.
fn take_value(sheet: &mut Sheet, from: usize, to: usize, label: Label) -> Option<FullName> {
    // «Контакт: ООО Ромашка, Иван Петров»: a known name anywhere in the field.
    let known =
        (from..to).find_map(|at| group::read(sheet, at).filter(|group| group.to <= to && group.name.first.is_some()));
    let end = value_end(sheet, from, to);
    let words = terms(sheet, from, end);
    let plain = !words.is_empty()
        && words.len() <= 3
        && words.iter().all(|term| term.is_first() || term.last != Strength::Never);
    match known {
        Some(group) if group.parts.len() >= words.len() || !plain || group.from >= end => {
            take_group(sheet, &group);
            return Some(comma_name(sheet, &group, from).unwrap_or(group.name));
        }
        _ if !plain || label == Label::Person && !words.iter().all(|term| term.capital) => return None,
        _ => {}
    }
    let name = by_position(&words);
    for term in &words {
        sheet.take(term.from, term.to, Field::Name);
    }
    Some(name)
}

/// "O'Connor, Sean": the surname before the comma.
fn comma_name(sheet: &mut Sheet, group: &group::Group, from: usize) -> Option<FullName> {
    let last =
        Term::read(sheet, from).filter(|term| term.to < group.from && group.name.last.is_none() && term.capital)?;
    let comma = sheet.skip_spaces(last.to);
    let joined =
        sheet.is_sign(comma, ',') && sheet.skip_spaces(comma + 1) == group.from && last.last != Strength::Never;
    joined.then(|| {
        sheet.take(last.from, comma + 1, Field::Name);
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
fn value_end(sheet: &Sheet, from: usize, to: usize) -> usize {
    (from..to)
        .find(|&at| {
            sheet.is_taken(at)
                || !(matches!(sheet.kind(at), Some(Kind::Word | Kind::Space)) || sheet.is_any_sign(at, "-."))
        })
        .unwrap_or(to)
}

fn terms(sheet: &Sheet, from: usize, to: usize) -> Vec<Term> {
    let mut found: Vec<Term> = Vec::new();
    let mut at = from;
    while at < to {
        match Term::read(sheet, at) {
            Some(term) => {
                at = term.to;
                found.push(term);
            }
            None => at += 1,
        }
    }
    found
}
