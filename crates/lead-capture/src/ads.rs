//! Which advertisement brought the person: by title, alias or the usual names of its network.

mod consume;
mod referral;
mod score;
mod source;
mod units;
mod words;
mod work;

use super::KnownAd;
use super::labels::{Label, Labels};
use super::tokens::TokenStream;
use score::{Hit, Scorer};
use units::Unit;

/// A weaker match is a guess, and nothing is guessed.
const ENOUGH: i32 = 25;

/// Consumes the words that name one ad; `None` when none or several fit equally.
///
/// A field "source" of a form outweighs the rest of the message.
pub(super) fn consume_ad(tokens: &mut TokenStream, ads: &[KnownAd], labels: &Labels) -> Option<i64> {
    let units = work::bounded(units::of_tokens(tokens), ads);
    let named: Vec<(usize, usize)> = labels.values(Label::Source).collect();
    let in_field = |unit: &Unit| named.iter().any(|&(from, to)| unit.from >= from && unit.to <= to);
    let fields: Vec<Unit> = units.iter().filter(|unit| in_field(unit)).cloned().collect();
    let ((id, hit), named_in) = match best(&fields, ads, true) {
        Some(found) => (found, &fields),
        None => (best(&units, ads, false)?, &units),
    };
    consume::consume_phrase(tokens, named_in, &hit);
    labels.consume_used(tokens, Label::Source);
    Some(id)
}

/// The one best ad; a tie between two ads is no answer.
fn best(units: &[Unit], ads: &[KnownAd], in_field: bool) -> Option<(i64, Hit)> {
    let scorer = Scorer::new(units, in_field);
    let mut hits: Vec<(i64, Hit)> = ads
        .iter()
        .filter_map(|ad| scorer.hit(ad).map(|hit| (ad.id, hit)))
        .filter(|(_, hit)| hit.score >= ENOUGH)
        .collect();
    hits.sort_by_key(|(_, hit)| std::cmp::Reverse(hit.score));
    let tie = matches!(&hits[..], [first, second, ..] if first.1.score == second.1.score && first.0 != second.0);
    if tie { None } else { hits.into_iter().next() }
}
