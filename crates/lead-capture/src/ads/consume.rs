//! Which words go with the ad's name, so that the note does not end in "увидели в".

use std::sync::LazyLock;

use super::score::Hit;
use super::source::{is_advert, is_preposition, is_seen};
use super::units::{Tag, Unit};
use super::words::is_little;
use crate::lexicon::list;
use crate::tokens::{Field, TokenStream};

/// Words between a verb and a place that mean nothing without it: "found you on", «узнала про вас из».
static WITH_VERB: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("../../data/sources.txt"), "with-verb"));

/// Consumes the naming words of the hit with the prepositions and verbs of finding before them.
pub(super) fn consume_phrase(tokens: &mut TokenStream, units: &[Unit], hit: &Hit) {
    let mut named: Vec<usize> = hit.named_by.clone();
    named.sort_unstable();
    named.dedup();
    for &at in &named {
        let Some(unit) = units.get(at) else { continue };
        tokens.consume(unit.from, unit.to, Field::Ad);
        consume_before(tokens, units, at);
        consume_after(tokens, units, at);
    }
}

fn consume_before(tokens: &mut TokenStream, units: &[Unit], named: usize) {
    let mut at = named;
    let mut from = named;
    while at > 0 && !units[at].starts_part {
        at -= 1;
        let key = units[at].key.as_str();
        let loose = is_little(key) || WITH_VERB.contains(&key);
        if is_seen(key) || is_advert(key) || is_preposition(key) {
            from = at;
        } else if !loose {
            break;
        }
    }
    if let (Some(first), Some(last)) = (units.get(from), units.get(named)) {
        tokens.consume(first.from, last.from, Field::Ad);
    }
}

/// «гугл реклама», «инстаграм увидел»: an advert or a verb right behind.
fn consume_after(tokens: &mut TokenStream, units: &[Unit], named: usize) {
    let Some(next) = units.get(named + 1).filter(|next| !next.starts_part) else { return };
    if next.tag == Some(Tag::Ads) || is_seen(&next.key) {
        tokens.consume(next.from, next.to, Field::Ad);
    }
}
