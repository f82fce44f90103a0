//! Which of the names in a text is the client's.

use super::cues::{self, Cue};
use super::group::{self, Group};
use crate::tokens::{Field, Kind, TokenStream};

/// The name that fits best; the first of equals.
pub(super) fn best(tokens: &TokenStream) -> Option<Group> {
    let mut best: Option<(i32, Group)> = None;
    let mut at = 0;
    while at < tokens.len() {
        let inside_word = at > 0 && tokens.is_sign(at - 1, '-') && at > 1 && tokens.kind(at - 2) == Some(Kind::Word);
        let Some(group) = group::read(tokens, at).filter(|_| !inside_word) else {
            at += 1;
            continue;
        };
        at = group.to.max(at + 1);
        let score = score(tokens, &group);
        if score > 0 && best.as_ref().is_none_or(|(known, _)| score > *known) {
            best = Some((score, group));
        }
    }
    best.map(|(_, group)| group)
}

fn score(tokens: &TokenStream, group: &Group) -> i32 {
    let mut score = 10;
    score += match cues::around(tokens, group.from, group.to) {
        Cue::Introduced => 30,
        Cue::Title => 40,
        Cue::Staff => -60,
        Cue::Relative => -30,
        Cue::Greeted => -60,
        Cue::None => 0,
    };
    let name = &group.name;
    score += if name.first.is_some() { 5 } else { -4 };
    score += if name.first.is_some() && (name.last.is_some() || name.middle.is_some()) { 8 } else { 0 };
    score -= if group.doubtful { 4 } else { 0 };
    // «Виктор и Анна», "John, Mary": the first of two people is the one to talk to.
    let word = tokens.word_before(group.from, "").map_or("", |at| tokens.key(at));
    score -= match word {
        "и" | "and" => 13,
        // «баня как у Сергея» is about another person.
        "у" => 30,
        _ if tokens.before(group.from).is_some_and(|before| tokens.is_sign(before, '&')) => 13,
        _ => 0,
    };
    score + nearness(tokens, group) - if is_town(tokens, group) { 60 } else { 0 }
}

/// A name right at the phone is most likely its owner's.
fn nearness(tokens: &TokenStream, group: &Group) -> i32 {
    let is_phone = |at: usize| tokens.owner(at) == Some(Field::Phone);
    let solid = |at: &usize| !matches!(tokens.kind(*at), Some(Kind::Space | Kind::Sign));
    let after = (group.to..tokens.len()).filter(solid).take(2).position(is_phone);
    let before = (0..group.from).rev().filter(solid).take(2).position(is_phone);
    if after == Some(0) || before == Some(0) {
        return 12;
    }
    if after.is_some() || before.is_some() {
        return 8;
    }
    let (from, to) = tokens.line(group.from);
    if (from..to).any(is_phone) { 4 } else { 0 }
}

/// «из Владимира», «в Мирном»: a place, unless more of a name follows.
fn is_town(tokens: &TokenStream, group: &Group) -> bool {
    let alone = group.parts.len() == 1;
    let word = tokens.word_before(group.from, "").map_or("", |at| tokens.key(at));
    alone && matches!(word, "из" | "в" | "во" | "под" | "возле" | "около" | "рядом" | "in" | "near")
}
