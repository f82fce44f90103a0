//! How well one ad fits a message.

use super::referral::{self, Referral};
use super::source;
use super::units::{self, Tag, Unit};
use super::words::{is_little, same_word};
use crate::lexicon::Lexicon;
use crate::tokens::TokenStream;
use crate::{KnownAd, Presence};

/// Tokens of a title may lie this far apart in the message.
const REACH: usize = 3;

/// A fit of an ad: how good, and which units name it.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub score: i32,
    /// Indexes of the units that name the ad and nothing else.
    pub named_by: Vec<usize>,
}

/// The message as all ads are compared with it.
#[derive(Debug)]
pub(super) struct Scorer<'u> {
    units: &'u [Unit],
    /// Indexes of places named as a source.
    places: Vec<usize>,
    referral: Option<Referral>,
    in_field: bool,
}

impl<'u> Scorer<'u> {
    /// `in_field`: the units are the value of a form's field "source", so every word counts.
    pub(super) fn new(units: &'u [Unit], in_field: bool) -> Self {
        let is_place = |unit: &Unit| unit.tag.is_some_and(Tag::is_place);
        let places =
            (0..units.len()).filter(|&at| is_place(&units[at]) && (in_field || source::is_source(units, at))).collect();
        Self { units, places, referral: referral::find(units), in_field }
    }

    /// The best of the ad's alias, title, network and referral fits.
    pub(super) fn hit(&self, ad: &KnownAd) -> Option<Hit> {
        let alias = ad.aliases.iter().filter_map(|alias| self.phrase(alias, 110));
        let title = self.phrase(ad.title, 100);
        let referral = self.referral.and_then(|found| {
            let alone =
                self.units[found.from].starts_part && self.units.get(found.to).is_none_or(|next| next.starts_part);
            // «посоветовала соседка Нина» says more than that there was no ad, and stays in the note.
            let named_by = if alone { (found.from..found.to).collect() } else { Vec::new() };
            referral::fits(ad).map(|score| Hit { score, named_by })
        });
        alias.chain(title).chain(self.network(ad)).chain(referral).max_by_key(|hit| hit.score)
    }

    /// A whole phrase in the message, its words close together.
    fn phrase(&self, phrase: &str, base: i32) -> Option<Hit> {
        let tokens = TokenStream::new(phrase);
        let words: Vec<Unit> = meaningful(units::of_tokens(&tokens));
        let distinct: Vec<&Unit> = words.iter().filter(|unit| unit.tag.is_none()).collect();
        if words.is_empty() || (distinct.is_empty() && !words.iter().any(|unit| unit.tag.is_some_and(Tag::is_place))) {
            return None;
        }
        // Parts such as "group" and "ads" only tell the presences in a network apart: see `network`.
        let needed: Vec<&Unit> =
            words.iter().filter(|unit| unit.tag.is_none_or(|tag| tag.is_place() || tag.is_product())).collect();
        if distinct.is_empty() && base == 100 {
            return None;
        }
        let starts = (0..self.units.len()).filter_map(|begin| self.phrase_at(begin, &needed));
        let found = starts.min_by_key(|found| found.last().copied().unwrap_or(0) - found[0])?;
        let everyday = base == 100 && needed.len() == 1 && Lexicon::get().is_ordinary(&needed[0].key);
        if everyday && !self.in_field && !source::has_cue(self.units, found[0]) {
            return None;
        }
        let weight = i32::try_from(needed.len()).unwrap_or(0);
        Some(Hit { score: base + 10 * weight, named_by: self.naming(&found, &needed) })
    }

    /// Words that only happen to be in the title ("шкаф с авито" for «Авито шкафы») stay in the note.
    fn naming(&self, found: &[usize], needed: &[&Unit]) -> Vec<usize> {
        let in_order =
            found.len() == needed.len() && found.iter().zip(needed).all(|(&at, word)| self.is_form(at, word));
        let together = (found[0] + 1..=found[found.len() - 1]).all(|at| !self.units[at].starts_part);
        let keep = |at: &usize| (in_order && together) || self.units[*at].tag.is_some();
        found.iter().copied().filter(keep).collect()
    }

    /// The units of the phrase when it begins at `begin`; the words may come in any order.
    fn phrase_at(&self, begin: usize, needed: &[&Unit]) -> Option<Vec<usize>> {
        let end = (begin + needed.len() + REACH).min(self.units.len());
        let mut found: Vec<usize> = Vec::with_capacity(needed.len());
        for word in needed {
            let whole = needed.len() > 1 && needed.iter().any(|word| word.tag.is_none());
            let same_tag = |at: usize| whole && word.tag.is_some() && self.units[at].tag == word.tag;
            let at = (begin..end).find(|at| !found.contains(at) && (self.is_form(*at, word) || same_tag(*at)))?;
            found.push(at);
        }
        found.sort_unstable();
        (found[0] == begin).then_some(found)
    }

    fn is_form(&self, at: usize, word: &Unit) -> bool {
        match (self.units[at].tag, word.tag) {
            (Some(tag), Some(wanted)) => tag == wanted && (!tag.is_place() || self.places.contains(&at)),
            (None, None) => same_word(&self.units[at].key, &word.key),
            _ => false,
        }
    }

    /// The network by one of its names; words of the title anywhere in the message decide between ads of one network.
    fn network(&self, ad: &KnownAd) -> Option<Hit> {
        let tokens = TokenStream::new(ad.title);
        let title = meaningful(units::of_tokens(&tokens));
        let by_title =
            || title.iter().find_map(|unit| unit.tag.filter(|tag| tag.is_place())).map(|tag| (tag.family(), None));
        let Some((place, presence)) = ad.network.map(Tag::of_network).or_else(by_title) else {
            return self.headword(&title);
        };
        let family = |at: &usize| self.units[*at].tag.map(Tag::family) == Some(place);
        let Some(at) = self.places.iter().copied().find(family) else { return self.rare_word(&title) };
        let distinct = title.iter().filter(|unit| unit.tag.is_none() && self.mentions(unit)).count();
        let rest = title.iter().filter(|unit| unit.tag.is_none()).count() - distinct;
        let mut score = 40 + 5 * i32::try_from(distinct).unwrap_or(0);
        let mut named_by = vec![at];
        // A title that is nothing but the place fits better than one with more to it.
        let has_product = title.iter().any(|unit| unit.tag.is_some_and(Tag::is_product));
        score += match self.product_at(at) {
            Some((index, product)) => {
                named_by.extend((index != at).then_some(index));
                if title.iter().any(|unit| unit.tag == Some(product)) {
                    20
                } else if has_product {
                    -20
                } else {
                    -5
                }
            }
            None if rest == 0 && !has_product => 10,
            None => 0,
        };
        if let Some(presence) = presence {
            score += self.presence_bonus(at, presence, &mut named_by);
        }
        // Every form comes from a site: a site says least about where the person was first.
        score -= if place == Tag::Site { 15 } else { 0 };
        Some(Hit { score, named_by })
    }

    /// Everyday titles by their first word: «по радио» for «Радио Маяк».
    fn headword(&self, title: &[Unit]) -> Option<Hit> {
        let head = title.iter().find(|unit| unit.tag.is_none() && unit.key.chars().count() >= 4)?;
        let at = (0..self.units.len())
            .find(|&at| self.is_form(at, head) && (self.in_field || source::has_cue(self.units, at)))?;
        let more = title.iter().filter(|unit| unit.key != head.key && self.mentions(unit)).count();
        Some(Hit { score: 30 + 5 * i32::try_from(more).unwrap_or(0), named_by: vec![at] })
    }

    /// A word of the title that is no everyday word, named as a source: «по рся» for «Яндекс РСЯ».
    fn rare_word(&self, title: &[Unit]) -> Option<Hit> {
        let lexicon = Lexicon::get();
        let rare = |unit: &&Unit| unit.tag.is_none() && unit.key.chars().count() >= 3 && !lexicon.is_known(&unit.key);
        let at = title.iter().filter(rare).find_map(|word| {
            (0..self.units.len())
                .find(|&at| self.is_form(at, word) && (self.in_field || source::has_cue(self.units, at)))
        })?;
        Some(Hit { score: 30, named_by: vec![at] })
    }

    fn mentions(&self, word: &Unit) -> bool {
        self.units.iter().any(|unit| unit.tag.is_none() && same_word(&unit.key, &word.key))
    }

    /// The product named with the place: «яндекс карты», or Direct itself.
    fn product_at(&self, at: usize) -> Option<(usize, Tag)> {
        [at, at + 1].into_iter().find_map(|index| {
            let unit = self.units.get(index)?;
            let tag = unit.tag.filter(|tag| tag.is_product())?;
            (index == at || !unit.starts_part).then_some((index, tag))
        })
    }

    /// "group", "channel" or "ads" near the place choose between the two presences in one network.
    fn presence_bonus(&self, at: usize, presence: Presence, named_by: &mut Vec<usize>) -> i32 {
        let near = at.saturating_sub(4)..(at + 3).min(self.units.len());
        let mut bonus = 0;
        for index in near {
            let unit = &self.units[index];
            let apart = (index.min(at) + 1..=index.max(at)).any(|between| self.units[between].starts_part);
            if apart {
                continue;
            }
            match unit.tag {
                // A group, a channel and their followers are the network's own; only ads are paid.
                Some(tag @ (Tag::Ads | Tag::Group | Tag::Feed)) if (tag == Tag::Ads) == (presence == Presence::Ads) => {
                    named_by.push(index);
                    bonus = 10;
                }
                Some(Tag::Ads | Tag::Group | Tag::Feed) if bonus == 0 => bonus = -10,
                _ => {}
            }
        }
        bonus
    }
}

fn meaningful(units: Vec<Unit>) -> Vec<Unit> {
    units.into_iter().filter(|unit| !is_little(&unit.key)).collect()
}
