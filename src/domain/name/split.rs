//! Taking a full name apart as people type it in one line.

use super::{NameError, NameKind, NamePart, PersonName};

const PATRONYMICS: &str = include_str!("../words/patronymics.txt");
const SURNAMES: &str = include_str!("../words/surnames.txt");

/// Only this weight makes a single word a family name: the weaker endings are those of given names, too.
const TELLING: u8 = 2;

impl PersonName {
    /// Takes apart a full name typed in one line; the person sees the result on the card and can mend it.
    ///
    /// - A word with the ending of a patronymic, not the first, is the middle name. What follows the two others joins it.
    /// - Of two other words, the one that looks more like a family name is the last name; where they look alike, the
    ///   order decides: documents (three words) put the family name first, people (two words) put it second.
    /// - One word is the first name, unless its ending is only a family name's.
    ///
    /// # Errors
    /// [`NameError`] when a part has too many characters, or there is nothing but spaces.
    pub fn split(typed: &str) -> Result<Self, NameError> {
        let mut words: Vec<&str> = typed.split_whitespace().collect();
        let middle = match words.iter().skip(1).position(|word| has_ending(PATRONYMICS, word).is_some()) {
            Some(after_first) => Some(words.remove(after_first + 1).to_owned()),
            None if words.len() > 2 => Some(words.split_off(2).join(" ")),
            None => None,
        };
        let (last, first, rest) = match words[..] {
            [] => ("", typed, &[][..]),
            [only] if middle.is_none() && weight(only) >= TELLING => (only, "", &[][..]),
            [only] => ("", only, &[][..]),
            [one, two, ref rest @ ..] => {
                let documents = middle.is_some();
                let one_is_last = if weight(one) == weight(two) { documents } else { weight(one) > weight(two) };
                if one_is_last { (one, two, rest) } else { (two, one, rest) }
            }
        };
        let middle = middle.into_iter().chain(rest.iter().map(|&word| word.to_owned())).collect::<Vec<_>>().join(" ");
        let mut name = Self::default();
        for (kind, text) in [(NameKind::Last, last), (NameKind::First, first), (NameKind::Middle, &middle)] {
            if let Some(part) = NamePart::parse(kind, text)? {
                name.set(part);
            }
        }
        Ok(name)
    }
}

/// How much a word looks like a family name.
fn weight(word: &str) -> u8 {
    has_ending(SURNAMES, word).and_then(|weight| weight.parse().ok()).unwrap_or(0)
}

/// The first line of a list whose last word ends the given one, with what stands before that ending in the line.
fn has_ending<'a>(list: &'a str, word: &str) -> Option<&'a str> {
    let word = word.to_lowercase();
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| line.rsplit_once(' ').unwrap_or(("", line)))
        // A stem of two letters at least: short given names end like family names.
        .find(|(_, ending)| word.strip_suffix(ending).is_some_and(|stem| stem.chars().count() >= 2))
        .map(|(before, _)| before)
}
