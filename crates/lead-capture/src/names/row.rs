//! Words in a row on one line, with particles and "son of" joined to what they belong to.

use super::surname::Strength;
use super::term::Term;
use crate::tokens::TokenStream;

/// A name has no more words.
const MOST: usize = 4;

/// Particles before a surname.
const PARTICLES: &[&str] = &[
    "van", "von", "der", "den", "de", "la", "del", "da", "dos", "di", "al", "el", "bin", "ibn", "ter", "le", "фон",
    "ван", "де",
];

/// "Son of" and "daughter of" after the father's name.
const CHILD_OF: &[&str] = &["оглы", "оглу", "кызы", "кизи", "угли", "улы", "ogly", "oglu", "kyzy", "qizi"];

/// The words from this token on, only spaces between them.
pub(super) fn words_from(tokens: &TokenStream, at: usize) -> Vec<Term> {
    let mut words: Vec<Term> = Vec::new();
    let mut next = at;
    while words.len() < MOST {
        let Some(word) = Term::read(tokens, next) else { break };
        let word = if is_particle(&word) && (!words.is_empty() || !word.capital) {
            with_particles(tokens, word)
        } else {
            word
        };
        next = tokens.skip_spaces(word.to);
        let child_of = Term::read(tokens, next).filter(|term| CHILD_OF.contains(&term.key.as_str()));
        match child_of {
            // «Джафар оглы» is one patronymic.
            Some(child) if !words.is_empty() => {
                next = tokens.skip_spaces(child.to);
                words.push(word.with_child_of(tokens, child.to));
            }
            _ => words.push(word),
        }
    }
    words
}

fn is_particle(word: &Term) -> bool {
    PARTICLES.contains(&word.key.as_str())
}

/// "van der Berg" is one surname.
fn with_particles(tokens: &TokenStream, first: Term) -> Term {
    let mut last = first.clone();
    while is_particle(&last) {
        let next = Term::read(tokens, tokens.skip_spaces(last.to)).filter(|next| next.capital || is_particle(next));
        let Some(next) = next else { return first };
        last = next;
    }
    let typed = tokens.typed(first.from, last.to).to_owned();
    let key = typed.to_lowercase();
    Term { from: first.from, key, typed, capital: true, first: Vec::new(), last: Strength::Listed, ..last }
}
