//! The nominative of a name whose parts agree in gender and case: «Ивану Петрову» is Иван Петров.

use super::FullName;
use super::surname;
use super::term::Term;
use crate::chars::name_case;
use crate::lexicon::{Case, Form, Gender};

/// The parts of a name as found in the text.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Parts<'t> {
    pub first: Option<&'t Term>,
    pub middle: Option<&'t Term>,
    pub last: Option<&'t Term>,
}

/// Puts the parts into the nominative; `governed` are the cases the word before the name demands.
pub(super) fn full_name(parts: Parts, governed: &[Case]) -> FullName {
    let last_readings = parts.last.map(|term| surname::readings(last_part(&term.key))).unwrap_or_default();
    let first: &[Form] = parts.first.map_or(&[], |term| &term.first);
    let middle: &[Form] = parts.middle.map_or(&[], |term| &term.middle);
    let reading = |forms: &[Form], present: bool, gender: Gender, case: Case| -> Option<Option<Form>> {
        if !present {
            return Some(None);
        }
        forms.iter().find(|form| form.gender == gender && form.case == case).cloned().map(Some)
    };
    let mut best: Option<(i32, [Option<Form>; 3])> = None;
    for case in Case::ALL {
        for gender in [Gender::Male, Gender::Female] {
            let agree = (
                reading(
                    first,
                    parts.first.is_some_and(|term| term.cyrillic && !term.initial && term.is_first()),
                    gender,
                    case,
                ),
                reading(middle, parts.middle.is_some_and(|term| term.cyrillic && term.is_middle()), gender, case),
                reading(&last_readings, parts.last.is_some_and(|term| term.cyrillic && !term.initial), gender, case),
            );
            let (Some(first), Some(middle), Some(last)) = agree else { continue };
            let score = weight(case) + if governed.contains(&case) { 200 } else { 0 };
            if best.as_ref().is_none_or(|(known, _)| score > *known) {
                best = Some((score, [first, middle, last]));
            }
        }
    }
    let [first, middle, last] = match best {
        Some((_, forms)) => forms,
        // The parts do not agree («Ивану Петров»): each for itself.
        None => [alone(first, governed), alone(middle, governed), None],
    };
    FullName {
        first: parts.first.map(|term| spelled(term, first.as_ref())),
        middle: parts.middle.map(|term| spelled(term, middle.as_ref())),
        last: parts.last.map(|term| spelled(term, last.as_ref())),
    }
}

fn weight(case: Case) -> i32 {
    match case {
        Case::Nominative => 100,
        Case::Dative => 50,
        Case::Genitive => 40,
        Case::Accusative => 35,
        Case::Instrumental => 20,
        Case::Prepositional => 10,
    }
}

fn alone(forms: &[Form], governed: &[Case]) -> Option<Form> {
    let score = |form: &&Form| weight(form.case) + if governed.contains(&form.case) { 200 } else { 0 };
    forms.iter().max_by_key(score).cloned()
}

/// As typed when it is the nominative already (ё and a mixed case stay), else the nominative.
fn spelled(term: &Term, form: Option<&Form>) -> String {
    match form {
        Some(form) if form.nominative != last_part(&term.key) && form.nominative != term.key => {
            let before = term.typed.rsplit_once('-').map(|(before, _)| format!("{before}-")).unwrap_or_default();
            name_case(&(before + &form.nominative).to_lowercase())
        }
        _ if term.initial => format!("{}.", term.typed),
        _ if term.typed.contains(' ') => term.typed.clone(),
        _ => name_case(&term.typed),
    }
}

fn last_part(key: &str) -> &str {
    key.rsplit('-').next().unwrap_or(key)
}
