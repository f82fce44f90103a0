//! "A friend told me": the person came without an ad.

use super::units::Unit;
use crate::domain::capture::KnownAd;

/// Where hearsay was found: unit indexes `from..to`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hearsay {
    pub from: usize,
    pub to: usize,
}

const ADVISED: &[&str] = &["посоветовал", "порекомендовал", "рекомендовал", "насоветовал", "recommended", "referred", "referral"];
const FRIENDS: &[&str] = &["знаком", "друз", "подруг", "сосед", "родствен", "коллег", "friend", "neighbo", "colleague"];

/// Finds words of hearsay.
pub(super) fn find(units: &[Unit]) -> Option<Hearsay> {
    let key = |at: usize| units.get(at).map_or("", |unit| unit.key.as_str());
    let any = |list: &[&str], key: &str| list.iter().any(|start| key.starts_with(start));
    (0..units.len()).find_map(|at| {
        let word = key(at);
        let negated = at > 0 && matches!(key(at - 1), "не" | "not");
        let length = if negated {
            0
        } else if word.starts_with("сарафан") {
            1 + usize::from(key(at + 1).starts_with("радио"))
        } else if any(ADVISED, word) {
            1
        } else if (word == "без" && key(at + 1).starts_with("реклам")) || (word == "no" && key(at + 1) == "ad") {
            2
        } else if word == "word" && key(at + 1) == "of" && key(at + 2) == "mouth" {
            3
        } else if matches!(word, "по" | "on" | "by") && (key(at + 1).starts_with("рекомендац") || key(at + 1).starts_with("recommendation")) {
            2
        } else if word == "по" && (key(at + 1).starts_with("знакомств") || key(at + 1).starts_with("совет")) {
            2
        } else if matches!(word, "от" | "через" | "from" | "through") && any(FRIENDS, key(at + 1)) {
            2
        } else if matches!(word, "рекомендация" | "рекомендации") && units[at].starts_part {
            1
        } else {
            0
        };
        (length > 0).then_some(Hearsay { from: at, to: at + length })
    })
}

/// How well an ad stands for hearsay: one titled so better than the built-in "no ad".
pub(super) fn fits(ad: &KnownAd) -> Option<i32> {
    let title = ad.title.to_lowercase();
    let named = ["рекоменд", "сарафан", "знаком", "referral", "recommend", "word of mouth", "друзья"];
    if named.iter().any(|part| title.contains(part)) {
        return Some(75);
    }
    (title.contains("без рекламы") || title.contains("no ad")).then_some(55)
}
