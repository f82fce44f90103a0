//! Referrals ("a friend told me"): the person came without an ad.

use std::sync::LazyLock;

use super::units::Unit;
use crate::KnownAd;
use crate::lexicon::list;

/// Where a referral was found: unit indexes `from..to`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Referral {
    pub from: usize,
    pub to: usize,
}

static ADVISED: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("../../data/sources.txt"), "advised"));
static ADVICE: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("../../data/sources.txt"), "advice"));
static FRIENDS: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("../../data/sources.txt"), "friends"));

/// Finds the words of a referral.
pub(super) fn find(units: &[Unit]) -> Option<Referral> {
    let key = |at: usize| units.get(at).map_or("", |unit| unit.key.as_str());
    let any = |list: &[&str], key: &str| list.iter().any(|start| key.starts_with(start));
    (0..units.len()).find_map(|at| {
        let word = key(at);
        let negated = at > 0 && matches!(key(at - 1), "не" | "not");
        let next = key(at + 1);
        let friends = matches!(word, "от" | "через" | "from" | "through") && any(&FRIENDS, next);
        let advice = matches!(word, "по" | "on" | "by") && any(&ADVICE, next);
        let no_ad = (word == "без" && next.starts_with("реклам")) || (word == "no" && next == "ad");
        let length = match word {
            _ if negated => 0,
            "word" if next == "of" && key(at + 2) == "mouth" => 3,
            "рекомендация" | "рекомендации" if units[at].starts_part => 1,
            _ if friends || advice || no_ad => 2,
            _ if word.starts_with("сарафан") => 1 + usize::from(next.starts_with("радио")),
            _ if any(&ADVISED, word) => 1,
            _ => 0,
        };
        (length > 0).then_some(Referral { from: at, to: at + length })
    })
}

/// How well an ad stands for referrals: one titled so better than the built-in "no ad".
pub(super) fn fits(ad: &KnownAd) -> Option<i32> {
    let title = ad.title.to_lowercase();
    let named = ["рекоменд", "сарафан", "знаком", "referral", "recommend", "word of mouth", "друзья"];
    if named.iter().any(|part| title.contains(part)) {
        return Some(75);
    }
    (title.contains("без рекламы") || title.contains("no ad")).then_some(55)
}
