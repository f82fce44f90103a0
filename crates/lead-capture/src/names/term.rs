//! Words of a name as they are compared: double names in one piece, with what they can be.

use crate::chars::is_cyrillic;
use crate::lexicon::{Case, Form, Gender, Lexicon};
use crate::tokens::{Kind, TokenStream};

use super::surname::{self, Strength};

/// One word of the message, or two joined by a hyphen.
#[derive(Debug, Clone)]
pub(super) struct Term {
    pub from: usize,
    pub to: usize,
    pub key: String,
    pub typed: String,
    /// It begins with a capital letter.
    pub capital: bool,
    pub cyrillic: bool,
    /// One letter with a full stop.
    pub initial: bool,
    pub first: Vec<Form>,
    pub middle: Vec<Form>,
    /// It ends like a patronymic, though of an unknown name: Станкевич may be a surname.
    pub like_middle: bool,
    pub last: Strength,
}

impl Term {
    /// The term that begins at a free word.
    pub(super) fn read(tokens: &TokenStream, at: usize) -> Option<Self> {
        let is_word = |index: usize| tokens.kind(index) == Some(Kind::Word) && tokens.is_free(index);
        if !is_word(at) {
            return None;
        }
        let mut to = at + 1;
        while tokens.is_sign(to, '-') && is_word(to + 1) {
            to += 2;
        }
        let parts: Vec<&str> = (at..to).step_by(2).map(|index| tokens.key(index)).collect();
        let key = parts.join("-");
        let typed = tokens.typed(at, to).to_owned();
        let initial = key.chars().count() == 1 && tokens.is_sign(to, '.') && typed.chars().all(char::is_uppercase);
        let lexicon = Lexicon::get();
        let double = parts.len() > 1;
        let first = match &parts[..] {
            [only] => lexicon.first(only).to_vec(),
            // Анна-Мария: both parts are names; only the nominative is read.
            _ if parts.iter().all(|part| !lexicon.first(part).is_empty()) => vec![Form {
                key: key.clone(),
                nominative: key.clone(),
                gender: lexicon.first(parts[parts.len() - 1])[0].gender,
                case: Case::Nominative,
            }],
            _ => Vec::new(),
        };
        let middle = if double { Vec::new() } else { middle_forms(&key) };
        let last = surname::strength(&parts);
        let like_middle =
            !middle.is_empty() || ["ович", "евич", "ovich", "evich"].iter().any(|ending| key.ends_with(ending));
        Some(Self {
            from: at,
            to: if initial { to + 1 } else { to },
            capital: typed.chars().next().is_some_and(char::is_uppercase),
            cyrillic: key.chars().any(is_cyrillic),
            initial,
            key,
            typed,
            first,
            middle,
            like_middle,
            last,
        })
    }

    pub(super) fn is_first(&self) -> bool {
        !self.first.is_empty() && !self.initial
    }

    /// The father's name with the word for "son of" behind it: a patronymic as typed.
    pub(super) fn with_child_of(self, tokens: &TokenStream, to: usize) -> Self {
        let typed = tokens.typed(self.from, to).to_owned();
        let key = typed.to_lowercase();
        let reading = |gender| Form { key: key.clone(), nominative: key.clone(), gender, case: Case::Nominative };
        let middle = vec![reading(Gender::Male), reading(Gender::Female)];
        Self { to, typed, middle, like_middle: true, first: Vec::new(), last: Strength::Never, key, ..self }
    }

    pub(super) fn is_middle(&self) -> bool {
        !self.middle.is_empty()
    }

    /// Whether the first name is an everyday word, too.
    pub(super) fn is_ambiguous(&self) -> bool {
        Lexicon::get().is_ambiguous(&self.key)
    }
}

/// Readings as a patronymic, also of one in Latin letters: "Nurlanovna".
fn middle_forms(key: &str) -> Vec<Form> {
    let lexicon = Lexicon::get();
    let known = lexicon.middle(key);
    if !known.is_empty() {
        return known.to_vec();
    }
    if !key.is_ascii() {
        return daughter_of_unknown(key);
    }
    let endings =
        [("ovich", Gender::Male), ("evich", Gender::Male), ("ovna", Gender::Female), ("evna", Gender::Female)];
    endings
        .iter()
        .filter_map(|&(ending, gender)| {
            let stem = key.strip_suffix(ending)?;
            let known =
                ["", "y", "i", "ey", "iy"].iter().any(|tail| !lexicon.first(&format!("{stem}{tail}")).is_empty());
            known.then(|| Form { key: key.to_owned(), nominative: key.to_owned(), gender, case: Case::Nominative })
        })
        .collect()
}

/// No surname ends in -овна, so it is a patronymic whatever the father's name.
fn daughter_of_unknown(key: &str) -> Vec<Form> {
    let cases = [
        ("а", &[Case::Nominative][..]),
        ("ы", &[Case::Genitive]),
        ("е", &[Case::Dative, Case::Prepositional]),
        ("у", &[Case::Accusative]),
        ("ой", &[Case::Instrumental]),
    ];
    let long = key.chars().count() >= 7 && !Lexicon::get().is_ordinary(key);
    let reading = |&(ending, cases): &(&str, &[Case])| {
        let stem =
            key.strip_suffix(ending).filter(|stem| long && ["овн", "евн"].iter().any(|end| stem.ends_with(end)))?;
        let form = |&case| Form { key: key.to_owned(), nominative: format!("{stem}а"), gender: Gender::Female, case };
        Some(cases.iter().map(form).collect::<Vec<_>>())
    };
    cases.iter().find_map(reading).unwrap_or_default()
}
