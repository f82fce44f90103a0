//! Words in a row that make one name, in any of the usual orders.

use super::FullName;
use super::cues::{self, Cue};
use super::resolve::{self, Parts};
use super::surname::Strength;
use super::term::Term;
use crate::domain::capture::sheet::{Kind, Sheet};

/// A name found in the text.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub name: FullName,
    pub from: usize,
    pub to: usize,
    /// The token ranges of its words.
    pub parts: Vec<(usize, usize)>,
    /// The first name alone is an everyday word, too.
    pub doubtful: bool,
}

/// Nobody's card has longer parts.
const LONGEST: usize = 40;

/// Particles before a surname.
const PARTICLES: &[&str] = &["van", "von", "der", "den", "de", "la", "del", "da", "dos", "di", "al", "el", "bin", "ibn", "ter", "le", "фон", "ван", "де"];

/// The longest name that begins at this token.
pub(super) fn read(sheet: &Sheet, at: usize) -> Option<Group> {
    let terms = terms_from(sheet, at);
    let first = terms.first()?;
    let governed = cues::governed(sheet, at);
    let build = |parts: Parts, used: &[&Term], doubtful: bool| -> Option<Group> {
        let name = resolve::full_name(parts, governed);
        let fits = [&name.first, &name.middle, &name.last].into_iter().flatten().all(|part| part.chars().count() <= LONGEST);
        let from = used.iter().map(|term| term.from).min()?;
        let to = used.iter().map(|term| term.to).max()?;
        fits.then(|| Group { name, from, to, parts: used.iter().map(|term| (term.from, term.to)).collect(), doubtful })
    };
    let get = |index: usize| terms.get(index);
    // Surname first: «Петров Иван Сергеевич», «Петров И. С.».
    if let Some(second) = get(1).filter(|_| leads_as_last(sheet, first)) {
        if second.is_first() && !(first.is_first() && follows_as_last(get(2), second)) {
            let middle = get(2).filter(|term| term.is_middle());
            let better_behind = middle.is_none() && first.last < Strength::Ending && follows_as_last(get(2), second);
            if !better_behind {
                let parts = Parts { first: Some(second), middle, last: Some(first) };
                let used: Vec<&Term> = [Some(first), Some(second), middle].into_iter().flatten().collect();
                return build(parts, &used, false);
            }
        }
        if second.initial && first.capital && first.last >= Strength::Ending {
            let middle = get(2).filter(|term| term.initial);
            let parts = Parts { first: Some(second), middle, last: Some(first) };
            let used: Vec<&Term> = [Some(first), Some(second), middle].into_iter().flatten().collect();
            return build(parts, &used, false);
        }
    }
    if first.initial {
        return after_initials(&terms, build);
    }
    if first.is_first() {
        return after_first(sheet, &terms, build);
    }
    if first.is_middle() && known_without_first(sheet, first) {
        return build(Parts { middle: Some(first), ..Parts::default() }, &[first], false);
    }
    lone_last(sheet, &terms).and_then(|term| build(Parts { last: Some(term), ..Parts::default() }, &[term], true))
}

type Build<'b> = dyn Fn(Parts, &[&Term], bool) -> Option<Group> + 'b;

/// «А. В. Терентьев»
fn after_initials(terms: &[Term], build: impl Fn(Parts, &[&Term], bool) -> Option<Group>) -> Option<Group> {
    let initials = terms.iter().take_while(|term| term.initial).count().min(2);
    let last = terms.get(initials).filter(|term| term.capital && term.last >= Strength::Unknown && !term.initial)?;
    let parts = Parts { first: terms.first(), middle: terms.get(1).filter(|_| initials == 2), last: Some(last) };
    let used: Vec<&Term> = terms[..=initials].iter().collect();
    build(parts, &used, false)
}

/// «Иван», «Иван Сергеевич», «Иван Петров», "Mary Jane Watson", «Иван П.»
fn after_first(sheet: &Sheet, terms: &[Term], build: impl Fn(Parts, &[&Term], bool) -> Option<Group>) -> Option<Group> {
    let build: &Build = &build;
    let first = &terms[0];
    let second = terms.get(1);
    if let Some(middle) = second.filter(|term| term.is_middle()) {
        let last = terms.get(2).filter(|term| is_last_beside(term, first));
        let parts = Parts { first: Some(first), middle: Some(middle), last };
        let used: Vec<&Term> = [Some(first), Some(middle), last].into_iter().flatten().collect();
        return build(parts, &used, false);
    }
    if let (Some(second), Some(third)) = (second, terms.get(2)) {
        let between = second.initial || (second.is_first() && !second.cyrillic);
        if between && is_last_beside(third, first) && third.capital == first.capital {
            return build(Parts { first: Some(first), middle: Some(second), last: Some(third) }, &[first, second, third], false);
        }
    }
    if let Some(last) = second.filter(|term| is_last_beside(term, first) || term.initial) {
        return build(Parts { first: Some(first), middle: None, last: Some(last) }, &[first, last], false);
    }
    let doubtful = first.is_ambiguous();
    if doubtful && !is_expected(sheet, first) {
        return None;
    }
    build(Parts { first: Some(first), ..Parts::default() }, &[first], doubtful)
}

/// Whether a word behind a first name is its surname.
fn is_last_beside(term: &Term, first: &Term) -> bool {
    if term.initial || term.is_middle() || (term.cyrillic != first.cyrillic) {
        return false;
    }
    // Two Russian first names in a row are two people; in other languages the second is a surname as a rule.
    if term.is_first() && term.last != Strength::Listed {
        return !term.cyrillic && (term.capital == first.capital) && !(first.is_ambiguous() && term.is_ambiguous());
    }
    match term.last {
        Strength::Never => false,
        Strength::Unknown => term.capital && first.capital && !is_shouted(term) && term.key.chars().count() >= 2,
        Strength::Ending | Strength::Listed => term.capital || !(first.capital && !term.cyrillic && term.last == Strength::Listed),
    }
}

fn follows_as_last(term: Option<&Term>, first: &Term) -> bool {
    term.is_some_and(|term| term.last >= Strength::Ending && is_last_beside(term, first))
}

/// Whether a word may be the surname of the first name behind it.
fn leads_as_last(sheet: &Sheet, term: &Term) -> bool {
    if term.is_middle() || term.initial {
        return false;
    }
    match term.last {
        Strength::Never => false,
        // At the start of a sentence every word has a capital.
        Strength::Unknown => term.capital && !term.is_first() && !is_shouted(term) && !starts_sentence(sheet, term.from) && term.cyrillic,
        Strength::Ending => !term.is_first(),
        Strength::Listed => !term.is_first() || (term.cyrillic && term.capital),
    }
}

/// A surname on its own: with a title or capital, where a name is expected.
fn lone_last<'t>(sheet: &Sheet, terms: &'t [Term]) -> Option<&'t Term> {
    let term = terms.first().filter(|term| !term.initial)?;
    let cue = cues::before(sheet, term.from);
    if cue == Cue::Title {
        return (term.last != Strength::Never || term.capital).then_some(term);
    }
    let shaped = term.last == Strength::Listed || (term.last == Strength::Ending && term.capital && !is_shouted(term));
    let placed = cue == Cue::Introduced || at_part_edge(sheet, term);
    let latin_word = !term.cyrillic && !(term.capital && cue == Cue::Introduced);
    (shaped && placed && !latin_word).then_some(term)
}

/// «от Михалыча», «Петрович 8 912 …»
fn known_without_first(sheet: &Sheet, term: &Term) -> bool {
    term.capital || cues::before(sheet, term.from) == Cue::Introduced || at_part_edge(sheet, term)
}

/// Whether an everyday word stands where only a name can: introduced, or alone between commas or at the phone.
fn is_expected(sheet: &Sheet, term: &Term) -> bool {
    use crate::domain::capture::lexicon::Case;
    let nominative = term.first.iter().any(|form| form.case == Case::Nominative);
    let governed = cues::governed(sheet, term.from);
    let fits = nominative || term.first.iter().any(|form| governed.contains(&form.case));
    match cues::before(sheet, term.from) {
        Cue::Introduced | Cue::Title if fits => return true,
        _ => {}
    }
    let next = sheet.skip_spaces(term.to);
    let closes = next >= sheet.len() || sheet.kind(next) != Some(Kind::Word) || sheet.is_taken(next) || !Term::read(sheet, next).is_none_or(|term| !term.is_first());
    let opens = starts_part(sheet, term.from);
    if term.capital && !is_shouted(term) && !starts_sentence(sheet, term.from) {
        return nominative;
    }
    nominative && opens && closes
}

/// Whether only a comma, a phone or the edge of a line is on one side of the word at least, and a phone near.
fn at_part_edge(sheet: &Sheet, term: &Term) -> bool {
    let next = sheet.skip_spaces(term.to);
    let ends = next >= sheet.len() || sheet.kind(next) != Some(Kind::Word) || sheet.is_taken(next);
    starts_part(sheet, term.from) && (ends || term.capital) || (ends && term.capital)
}

/// Whether the token begins the message, a line, a sentence or a part between commas.
pub(super) fn starts_part(sheet: &Sheet, at: usize) -> bool {
    sheet.before(at).is_none_or(|before| sheet.kind(before) != Some(Kind::Word) || sheet.is_taken(before))
}

fn starts_sentence(sheet: &Sheet, at: usize) -> bool {
    sheet.before(at).is_none_or(|before| sheet.kind(before) == Some(Kind::Break) || sheet.is_any_sign(before, ".!?"))
}

/// Words in capitals say nothing about being names.
fn is_shouted(term: &Term) -> bool {
    term.typed.chars().filter(|sign| sign.is_alphabetic()).count() > 2 && !term.typed.chars().any(char::is_lowercase)
}

/// Up to four words in a row on one line, only spaces between.
fn terms_from(sheet: &Sheet, at: usize) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    let mut next = at;
    while terms.len() < 4 {
        let Some(term) = Term::read(sheet, next) else { break };
        let term = if !terms.is_empty() && PARTICLES.contains(&term.key.as_str()) { with_particles(sheet, term) } else { term };
        next = sheet.skip_spaces(term.to);
        terms.push(term);
    }
    terms
}

/// "van der Berg" is one surname.
fn with_particles(sheet: &Sheet, particle: Term) -> Term {
    let mut to = particle.to;
    let mut word = particle.clone();
    while PARTICLES.contains(&word.key.as_str()) {
        match Term::read(sheet, sheet.skip_spaces(to)).filter(|next| next.capital || PARTICLES.contains(&next.key.as_str())) {
            Some(next) => {
                to = next.to;
                word = next;
            }
            None => return particle,
        }
    }
    let typed = sheet.typed(particle.from, to).to_owned();
    Term { from: particle.from, to, typed, capital: true, first: Vec::new(), last: Strength::Listed, ..word }
}
