//! Which advertisement brought the person: by title, alias or the usual names of its network.

mod consume;
mod referral;
mod score;
mod source;
mod units;
mod words;

use super::KnownAd;
use super::labels::{Label, Labels};
use super::tokens::TokenStream;
use score::{Hit, Scorer};
use units::Unit;

/// A weaker match is a guess, and nothing is guessed.
const ENOUGH: i32 = 25;

/// So many words are compared with ads at most: of a message longer than any lead, in a company with hundreds of running
/// ads, the end is not looked at. A message is read while its chat waits.
const PAIRS: usize = 40_000;

/// Consumes the words that name one ad; `None` when none or several fit equally.
///
/// A field "source" of a form outweighs the rest of the message.
pub(super) fn consume_ad(tokens: &mut TokenStream, ads: &[KnownAd], labels: &Labels) -> Option<i64> {
    let mut units = units::of_tokens(tokens);
    units.truncate(PAIRS / ads.len().max(1));
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::{KnownAd, PhoneRegion, recognise};

    #[test]
    fn the_work_for_one_message_is_bounded() {
        let mut titles: Vec<String> = (0..799).map(|number| format!("Щит номер {number}")).collect();
        titles.push("Зелёный буклет".to_owned());
        let ads: Vec<KnownAd> =
            (0..).zip(&titles).map(|(id, title)| KnownAd { id, title, network: None, aliases: &[] }).collect();
        let region = PhoneRegion::parse("RU").unwrap();
        let found = |text: &str| recognise(text, &ads, region).ad_id;
        let rest = "и ещё много слов ни о чём ".repeat(100);
        assert_eq!(found(&format!("Иван 8 921 555-01-01, зелёный буклет, {rest}")), Some(799));
        assert_eq!(found(&format!("Иван 8 921 555-01-01, {rest}, зелёный буклет")), None, "beyond what is looked at");
    }
}
