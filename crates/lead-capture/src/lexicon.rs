//! The dictionaries: first names in all their forms, surnames, everyday words and places.

mod everyday;
mod forms;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::letters::translit::spellings;
use everyday::Everyday;
pub(super) use forms::{Case, Form, Gender};

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::load);

/// All that is known about words; read once.
#[derive(Debug)]
pub(super) struct Lexicon {
    /// Forms of first names by their key, in Cyrillic and in Latin letters.
    first: HashMap<String, Vec<Form>>,
    middle: HashMap<String, Vec<Form>>,
    /// Forms of names that are everyday words, too.
    ambiguous: HashSet<&'static str>,
    last: HashSet<&'static str>,
    everyday: Everyday,
}

impl Lexicon {
    pub(super) fn get() -> &'static Self {
        &LEXICON
    }

    fn load() -> Self {
        let mut first: HashMap<String, Vec<Form>> = HashMap::new();
        let mut middle: HashMap<String, Vec<Form>> = HashMap::new();
        for line in lines(include_str!("../data/first_ru.txt")) {
            let mut words = line.split_whitespace();
            let genders: &[Gender] = match words.next() {
                Some("m") => &[Gender::Male],
                Some("f") => &[Gender::Female],
                _ => &[Gender::Male, Gender::Female],
            };
            for name in words {
                for &gender in genders {
                    add(&mut first, forms::of_first(name, gender));
                    if gender == Gender::Male && genders.len() == 1 {
                        add(&mut middle, forms::of_middle(name));
                    }
                }
                for latin in spellings(name) {
                    let form =
                        Form { key: latin.clone(), nominative: latin, gender: genders[0], case: Case::Nominative };
                    add(&mut first, vec![form]);
                }
            }
        }
        for name in words(include_str!("../data/first_en.txt")) {
            let form = Form {
                key: name.to_owned(),
                nominative: name.to_owned(),
                gender: Gender::Male,
                case: Case::Nominative,
            };
            if !first.contains_key(name) {
                add(&mut first, vec![form]);
            }
        }
        let ambiguous = words(include_str!("../data/ambiguous_ru.txt"))
            .chain(words(include_str!("../data/ambiguous_en.txt")))
            .collect();
        let last =
            words(include_str!("../data/last_ru.txt")).chain(words(include_str!("../data/last_en.txt"))).collect();
        Self { first, middle, ambiguous, last, everyday: Everyday::load() }
    }

    /// What a first name with this key may be; empty when it is none.
    pub(super) fn first(&self, key: &str) -> &[Form] {
        self.first.get(key).map_or(&[], Vec::as_slice)
    }

    /// What a patronymic with this key may be.
    pub(super) fn middle(&self, key: &str) -> &[Form] {
        self.middle.get(key).map_or(&[], Vec::as_slice)
    }

    /// Whether the form of a name is an everyday word as well.
    pub(super) fn is_ambiguous(&self, key: &str) -> bool {
        self.ambiguous.contains(key) || (key.is_ascii() && (self.is_ordinary(key) || key.len() <= 3))
    }

    /// Whether it is a surname of the list, in the nominative.
    pub(super) fn is_last(&self, key: &str) -> bool {
        self.last.contains(key)
    }

    /// Whether it is an everyday word or a place and no listed surname.
    pub(super) fn is_ordinary(&self, key: &str) -> bool {
        self.everyday.has(key) && (key.is_ascii() || !self.is_last(key))
    }

    /// Whether a word in Cyrillic or Latin letters is known at all, so that the keyboard layout was right.
    pub(super) fn is_known(&self, key: &str) -> bool {
        self.first.contains_key(key)
            || self.middle.contains_key(key)
            || self.last.contains(key)
            || self.everyday.has(key)
    }

    /// Whether it is surely a name or an everyday word: evidence that the other layout was meant.
    pub(super) fn is_name_or_place(&self, key: &str) -> bool {
        self.first.contains_key(key) || self.middle.contains_key(key) || self.last.contains(key)
    }
}

fn add(map: &mut HashMap<String, Vec<Form>>, forms: Vec<Form>) {
    for form in forms {
        let known = map.entry(form.key.clone()).or_default();
        if !known.contains(&form) {
            known.push(form);
        }
    }
}

/// The lines of a dictionary without comments.
fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#'))
}

/// The lines of one list in a file of several: `name: words`.
pub(super) fn section(text: &'static str, name: &str) -> impl Iterator<Item = &'static str> {
    lines(text).filter_map(|line| line.split_once(": ")).filter(move |(list, _)| *list == name).map(|(_, words)| words)
}

/// The words of one list in a file of several.
pub(super) fn list(text: &'static str, name: &str) -> Vec<&'static str> {
    section(text, name).flat_map(str::split_whitespace).collect()
}

fn words(text: &'static str) -> impl Iterator<Item = &'static str> {
    lines(text).flat_map(str::split_whitespace)
}
