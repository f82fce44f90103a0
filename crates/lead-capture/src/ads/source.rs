//! Whether a place is named as the source of the person, or is only talked about.

use std::sync::LazyLock;

use super::units::{Tag, Unit};
use crate::lexicon::list;

/// Prepositions of a source.
static FROM: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("../../data/sources.txt"), "from"));

/// Prepositions that may also mean a place to write to.
static IN: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("../../data/sources.txt"), "in"));

/// Beginnings of verbs of seeing, finding and coming.
static SEEN: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("../../data/sources.txt"), "seen"));

/// Words of asking to write somewhere, or of having an account.
static WRITE: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("../../data/sources.txt"), "write"));

/// What a client orders from an agency: then the place is the subject, not the source.
static SERVICE: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("../../data/sources.txt"), "service"));

static WANT: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("../../data/sources.txt"), "want"));

/// Nouns of advertising between a verb and a place.
static ADVERT: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("../../data/sources.txt"), "advert"));

pub(super) fn is_preposition(key: &str) -> bool {
    FROM.contains(&key) || IN.contains(&key)
}

pub(super) fn is_seen(key: &str) -> bool {
    starts(&SEEN, key)
}

pub(super) fn is_advert(key: &str) -> bool {
    ADVERT.iter().any(|start| if start.len() <= 3 { key == *start } else { key.starts_with(start) })
}

/// Whether the unit at this index may be the source.
pub(super) fn is_source(units: &[Unit], at: usize) -> bool {
    let before = part_before(units, at);
    let key = |back: usize| {
        before.len().checked_sub(back).and_then(|index| before.get(index)).map_or("", |unit| unit.key.as_str())
    };
    let from = FROM.contains(&key(1)) || (is_advert(key(1)) && FROM.contains(&key(2)));
    let seen = before.iter().rev().take(5).any(|unit| is_seen(&unit.key));
    let preposition = from || IN.contains(&key(1));
    if key(1) == "не" || (preposition && key(2) == "не") || key(1) == "not" || (preposition && key(2) == "not") {
        return false;
    }
    if from || seen {
        return true;
    }
    let written = before.iter().rev().take(4).any(|unit| WRITE.contains(&unit.key.as_str()));
    if written || is_ordered(units, at, &before) {
        return false;
    }
    // «нужен сайт», «сайт не открывается»: a site is a source only with a preposition or on its own.
    let form = units.get(at + 1).is_some_and(|next| {
        !next.starts_part && ["form", "форм", "lead", "заявк", "page"].iter().any(|start| next.key.starts_with(start))
    });
    units[at].tag != Some(Tag::Site) || preposition || form || stands_alone(units, at)
}

/// Whether the words around say how the person came: for titles made of everyday words.
pub(super) fn has_cue(units: &[Unit], at: usize) -> bool {
    let before = part_before(units, at);
    let close = before
        .iter()
        .rev()
        .take(2)
        .any(|unit| is_preposition(&unit.key) || is_seen(&unit.key) || unit.tag == Some(Tag::Ads));
    let after = units.iter().skip(at + 1).take(3).take_while(|unit| !unit.starts_part).any(|unit| is_seen(&unit.key));
    let negated = before.iter().rev().take(2).any(|unit| unit.key == "не");
    let advertised = units.get(at + 1).is_some_and(|next| !next.starts_part && next.tag == Some(Tag::Ads));
    !negated && (close || after || advertised || stands_alone(units, at))
}

/// Whether commas or line ends stand on both sides.
pub(super) fn stands_alone(units: &[Unit], at: usize) -> bool {
    units[at].starts_part && units.get(at + 1).is_none_or(|next| next.starts_part)
}

/// «нужна настройка рекламы в инстаграм», "need google ads set up".
fn is_ordered(units: &[Unit], at: usize, before: &[&Unit]) -> bool {
    let served = before.iter().rev().take(4).any(|unit| starts(&SERVICE, &unit.key));
    let wanted = before.iter().rev().take(5).any(|unit| starts(&WANT, &unit.key));
    let after: Vec<&Unit> = units.iter().skip(at + 1).take(3).take_while(|unit| !unit.starts_part).collect();
    let served_after = after.iter().any(|unit| starts(&SERVICE, &unit.key) || unit.key == "set");
    let advertised = before.iter().rev().take(3).chain(&after).any(|unit| unit.tag == Some(Tag::Ads));
    served || (wanted && (served_after || advertised))
}

/// The units before this one in its part of the sentence.
fn part_before(units: &[Unit], at: usize) -> Vec<&Unit> {
    let begin = (0..=at).rev().find(|&index| units[index].starts_part).unwrap_or(0);
    units[begin..at].iter().collect()
}

fn starts(list: &[&str], key: &str) -> bool {
    list.iter().any(|start| key.starts_with(start))
}
