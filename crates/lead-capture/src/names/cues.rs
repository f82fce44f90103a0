//! Words around a name that tell whose it is: the client's, a colleague's, the reader's.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::lexicon::{Case, section};
use crate::tokens::{Field, Kind, TokenStream};

/// Words that introduce the client, right before the name.
static INTRODUCE: LazyLock<Words> = LazyLock::new(|| list("introduce"));
/// Words that disappear together with the name they introduce: alone they would say nothing.
static EMPTY: LazyLock<Words> = LazyLock::new(|| list("empty"));
/// Titles before a surname.
static TITLES: LazyLock<Words> = LazyLock::new(|| list("title"));
/// Colleagues, right before their name.
static STAFF: LazyLock<Words> = LazyLock::new(|| list("staff"));
static RELATIVES: LazyLock<Words> = LazyLock::new(|| list("relative"));
/// A name behind a greeting is the reader's.
static GREETINGS: LazyLock<Words> = LazyLock::new(|| list("greeting"));
/// Words that close a letter, before the writer's name.
static POLITE: LazyLock<Words> = LazyLock::new(|| list("polite"));

type Words = HashSet<&'static str>;

/// A list of `cues.txt`.
pub(super) fn list(name: &str) -> Words {
    section(include_str!("../../data/cues.txt"), name).flat_map(str::split_whitespace).collect()
}

/// What the words before a name make of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cue {
    Introduced,
    Title,
    Staff,
    Relative,
    Greeted,
    None,
}

/// The cue before the token a name begins at.
pub(super) fn before(tokens: &TokenStream, at: usize) -> Cue {
    let Some(index) = cue_word(tokens, at) else { return Cue::None };
    let key = tokens.key(index);
    if key == "н" || key == "жа" {
        return Cue::Title;
    }
    if TITLES.contains(key) {
        return Cue::Title;
    }
    if STAFF.contains(key) {
        return Cue::Staff;
    }
    if RELATIVES.contains(key) {
        return Cue::Relative;
    }
    if GREETINGS.contains(key) {
        return Cue::Greeted;
    }
    if !INTRODUCE.contains(key) {
        return Cue::None;
    }
    // «от менеджера Анны», "for manager Ann": the word further back decides, too.
    Cue::Introduced
}

/// The cue of a name from `at` to `end`: "Leonard here" is an introduction, whatever stands before.
pub(super) fn around(tokens: &TokenStream, at: usize, end: usize) -> Cue {
    let behind = tokens.key(tokens.skip_spaces(end));
    if matches!(behind, "here" | "speaking" | "беспокоит") { Cue::Introduced } else { before(tokens, at) }
}

/// Whether the words before can only introduce a name: «зовут», "my name is".
pub(super) fn is_named(tokens: &TokenStream, at: usize) -> bool {
    let Some(word) = tokens.word_before(at, "-:") else { return false };
    match tokens.key(word) {
        "зовут" | "имя" | "name" => true,
        "is" => tokens.word_before(word, "").is_some_and(|before| tokens.key(before) == "name"),
        _ => false,
    }
}

/// The word before a name, over spaces and the signs that may stand between.
fn cue_word(tokens: &TokenStream, at: usize) -> Option<usize> {
    let before = tokens.before(at)?;
    if tokens.kind(before) == Some(Kind::Break) {
        // "Best regards,\nJohn"
        let line = tokens.word_before(before, ",.!-")?;
        return POLITE.contains(tokens.key(line)).then_some(line);
    }
    let signs = if tokens.is_sign(before, ',') { "," } else { ".-:" };
    let word = tokens.word_before(at, signs)?;
    // A full stop ends a sentence unless it shortens a title: "Mr. Bean", «г-н. Белов».
    if tokens.is_sign(before, '.') && tokens.key(word).chars().count() > 4 {
        return None;
    }
    let polite = |key: &str| GREETINGS.contains(key) || POLITE.contains(key);
    (signs != "," || polite(tokens.key(word))).then_some(word)
}

/// The cases the word before demands: «для Анны», «с Ольгой».
pub(super) fn governed(tokens: &TokenStream, at: usize) -> &'static [Case] {
    let Some(word) = tokens.word_before(at, "") else { return &[] };
    match tokens.key(word) {
        "от" | "для" | "у" | "из" | "без" | "до" | "муж" | "жена" | "клиента" | "заказчика" => {
            &[Case::Genitive]
        }
        "к"
        | "ко"
        | "перезвонить"
        | "перезвоните"
        | "перезвони"
        | "позвонить"
        | "позвоните"
        | "позвони"
        | "звонить"
        | "звоните"
        | "передать"
        | "клиенту"
        | "набрать" => &[Case::Dative],
        "с" | "со" | "клиентом" | "заказчиком" => &[Case::Instrumental],
        "спросить"
        | "спросите"
        | "спрашивать"
        | "позвать"
        | "позовите"
        | "попросить"
        | "записать"
        | "запишите"
        | "про"
        | "ждем"
        | "наберите" => &[Case::Accusative, Case::Genitive],
        "о" | "об" => &[Case::Prepositional],
        _ => &[],
    }
}

/// Consumes the words that only introduce the name which begins at this token.
pub(super) fn consume_introduction(tokens: &mut TokenStream, from: usize) {
    let mut at = from;
    for _ in 0..3 {
        let signs = if at == from { ".,-:" } else { "-." };
        let Some(word) =
            tokens.word_before(at, signs).filter(|&word| EMPTY.contains(tokens.key(word)) && !tokens.is_consumed(word))
        else {
            return;
        };
        tokens.consume(word, at, Field::Label);
        at = word;
    }
}

/// Whether the word may go with a name it introduces.
#[cfg(test)]
pub(super) fn is_empty_word(word: &str) -> bool {
    EMPTY.iter().any(|known| known.split('\'').any(|part| part == word))
}
