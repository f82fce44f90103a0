//! Everyday words and places, by whole words, stems and the endings of adjectives.

use std::collections::HashSet;

use super::words;

const ADJECTIVE: &[&str] = &[
    "", "ый", "ий", "ой", "ая", "яя", "ое", "ее", "ые", "ие", "ого", "его", "ому", "ему", "ым", "им", "ых", "их", "ую",
    "юю", "ом", "ем", "ей", "ыми", "ими", "о",
];

/// A stem may be followed by at most so many letters.
const LONGEST_ENDING: usize = 5;

#[derive(Debug)]
pub(super) struct Everyday {
    whole: HashSet<&'static str>,
    stems: HashSet<&'static str>,
    adjectives: HashSet<&'static str>,
}

impl Everyday {
    pub(super) fn load() -> Self {
        let mut known = Self { whole: HashSet::new(), stems: HashSet::new(), adjectives: HashSet::new() };
        let files = [
            include_str!("../../data/ordinary_ru.txt"),
            include_str!("../../data/places_ru.txt"),
            include_str!("../../data/ordinary_en.txt"),
        ];
        for word in files.into_iter().flat_map(words) {
            if let Some(stem) = word.strip_suffix('*') {
                known.stems.insert(stem);
            } else if let Some(stem) = word.strip_suffix('~') {
                known.adjectives.insert(stem);
            } else {
                known.whole.insert(word);
            }
        }
        known
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.whole.contains(key) || cuts(key).any(|(stem, ending)| self.has_cut(stem, ending))
    }

    fn has_cut(&self, stem: &str, ending: &str) -> bool {
        let letters = ending.chars().count();
        if self.adjectives.contains(stem) && ADJECTIVE.contains(&ending) {
            return true;
        }
        // Рыбаков is not a form of «рыба»: a long ending that is a surname's is no ending of the word.
        let surname = letters > 3
            && ["ов", "ев", "ин", "ова", "ева", "ина", "ский", "ская"].iter().any(|end| ending.ends_with(end));
        letters <= LONGEST_ENDING && !surname && self.stems.contains(stem)
    }
}

/// Every cut of a word into a stem of at least two letters and the rest.
fn cuts(key: &str) -> impl Iterator<Item = (&str, &str)> {
    key.char_indices().map(|(at, _)| at).chain([key.len()]).skip(2).map(|at| key.split_at(at))
}
