//! The bound of comparing a message with ads: it is read while its chat waits.

use super::units::Unit;
use crate::KnownAd;

/// So much is compared at most, counted in letters of the message times words of the ads: some tenths of a second. A lead of fifty
/// words meets eight hundred ads of two words each with it, and one of two hundred words two hundred ads.
const WORK: usize = 6_000_000;

/// What a word costs beside its letters.
const WORD: usize = 8;

/// Words of a phrase may lie so far apart that each place of the message is looked at for all of them.
const REACH: usize = 3;

/// The beginning of a message that can be compared with all of these ads.
///
/// No ad is left out: which one would be chosen must not depend on their order. So the words at the end of a message that is
/// longer than any lead are not looked at, and beside more ads than a person could run none is found.
pub(super) fn bounded(mut units: Vec<Unit>, ads: &[KnownAd]) -> Vec<Unit> {
    let allowed = WORK / weight(ads).max(1);
    let mut spent = 0;
    let fitting = units.iter().take_while(|unit| {
        spent += cost(unit);
        spent <= allowed
    });
    let fitting = fitting.count();
    units.truncate(fitting);
    units
}

fn cost(unit: &Unit) -> usize {
    WORD + unit.key.chars().count()
}

/// How much each word of a message costs with these ads.
fn weight(ads: &[KnownAd]) -> usize {
    let phrases = ads.iter().flat_map(|ad| ad.aliases.iter().map(String::as_str).chain([ad.title]));
    phrases.map(|phrase| phrase.split_whitespace().count()).map(|words| words * (words + REACH)).sum()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::ads::units;
    use crate::tokens::TokenStream;
    use crate::{PhoneRegion, recognise};

    fn ads<'a>(titles: &'a [String], aliases: &'a [String]) -> Vec<KnownAd<'a>> {
        (0..).zip(titles).map(|(id, title)| KnownAd { id, title, network: None, aliases }).collect()
    }

    /// Board number 0, 1, 2 …, and last a green booklet.
    fn titles(boards: usize) -> Vec<String> {
        (0..boards).map(|number| format!("Щит номер {number}")).chain(["Зелёный буклет".to_owned()]).collect()
    }

    #[test]
    fn r14_the_work_for_one_message_is_bounded_whatever_it_says() {
        let (few, many) = (titles(200), titles(5_000));
        let aliases = vec![
            "одно два три четыре пять шесть семь восемь девять десять".to_owned();
            10
        ];
        let hostile = [
            "а ".repeat(2_048),
            "щит номер ".repeat(410),
            "щит,".repeat(1_024),
            "ё".repeat(4_096),
            "z".repeat(4_096),
            "увидела в щитe ".repeat(273),
            "1 ".repeat(2_048),
            "😀".repeat(4_096),
        ];
        for text in &hostile {
            let units = units::of_tokens(&TokenStream::new(text));
            for ads in [ads(&few, &[]), ads(&many, &[]), ads(&few, &aliases)] {
                let read = bounded(units.clone(), &ads);
                let work = read.iter().map(cost).sum::<usize>() * weight(&ads);
                assert!(work <= WORK, "{work} for {:?} …", text.chars().take(12).collect::<String>());
            }
        }
    }

    #[test]
    fn a_lead_among_hundreds_of_ads_is_read_whole_and_the_end_of_an_endless_text_is_not() {
        let titles = titles(799);
        let found = |text: &str| recognise(text, &ads(&titles, &[]), PhoneRegion::RU);
        let words = |number: usize| "и ещё слово ".repeat(number / 3);
        let lead = format!("Иван 8 921 555-01-01, {}зелёный буклет", words(12));
        assert_eq!(found(&lead).ad_id, Some(799));
        let endless = format!("Иван 8 921 555-01-01, {}зелёный буклет", words(600));
        let draft = found(&endless);
        // Nothing that was typed is lost: it stands in the note.
        assert!(draft.ad_id.is_none() && draft.note.ends_with("зелёный буклет"));
    }
}
