//! Where phones, e-mail addresses and surnames stand in a text.

use std::collections::BTreeSet;
use std::ops::Range;

/// More signs between two digits of a phone, or between two words of a surname, than these end it.
const GAP: usize = 3;

/// More digits before the ending of a phone are another number.
const COUNTRY_DIGITS: usize = 3;

/// A text for comparison: its characters in lower case, `е` for `ё`, with their places.
pub(super) struct Folded {
    signs: Vec<(usize, char)>,
    length: usize,
}

/// Digits that stand together, with their places in `signs`; a token is a group without a sign between.
#[derive(Default)]
struct Run {
    digits: String,
    at: Vec<usize>,
    /// Where tokens begin, by the number of the digit.
    tokens: Vec<usize>,
}

impl Folded {
    pub fn of(text: &str) -> Self {
        let fold = |sign: char| match sign.to_lowercase().next() {
            Some('ё') => 'е',
            folded => folded.unwrap_or(sign),
        };
        Self { signs: text.char_indices().map(|(at, sign)| (at, fold(sign))).collect(), length: text.len() }
    }

    /// From one sign to another, both within, in bytes of the text.
    fn span(&self, first: usize, last: usize) -> Range<usize> {
        let place = |sign: usize| self.signs.get(sign).map_or(self.length, |(at, _)| *at);
        place(first)..place(last + 1)
    }

    fn sign(&self, place: usize) -> Option<char> {
        self.signs.get(place).map(|(_, sign)| *sign)
    }

    /// Its words: letters without another sign between.
    pub fn words(&self) -> Vec<String> {
        self.word_places().into_iter().map(|(word, ..)| word).collect()
    }

    fn word_places(&self) -> Vec<(String, usize, usize)> {
        let mut words: Vec<(String, usize, usize)> = Vec::new();
        for (place, (_, sign)) in self.signs.iter().enumerate().filter(|(_, (_, sign))| sign.is_alphabetic()) {
            match words.last_mut() {
                Some((word, _, last)) if *last + 1 == place => {
                    word.push(*sign);
                    *last = place;
                }
                _ => words.push((sign.to_string(), place, place)),
            }
        }
        words
    }

    /// Surnames: their words one after the other.
    pub fn surnames(&self, own: &BTreeSet<Vec<String>>) -> Vec<Range<usize>> {
        let words = self.word_places();
        let found = own.iter().flat_map(|surname| {
            words.windows(surname.len().max(1)).filter_map(move |window| {
                let same = window.iter().zip(surname).all(|((word, ..), part)| word == part);
                let together = window.windows(2).all(|pair| pair[1].1 - pair[0].2 <= GAP + 1);
                (same && together && window.len() == surname.len())
                    .then(|| self.span(window[0].1, window[window.len() - 1].2))
            })
        });
        found.collect()
    }

    /// Addresses that are no part of a longer one.
    pub fn emails(&self, own: &BTreeSet<String>) -> Vec<Range<usize>> {
        let part = |sign: char| sign.is_alphanumeric() || "._%+-".contains(sign);
        let found = own.iter().flat_map(|email| {
            let email: Vec<char> = Self::of(email).signs.into_iter().map(|(_, sign)| sign).collect();
            let length = email.len();
            let starts: Vec<usize> = self
                .signs
                .windows(length.max(1))
                .enumerate()
                .filter(|(_, window)| length > 0 && window.iter().map(|(_, sign)| *sign).eq(email.iter().copied()))
                .map(|(start, _)| start)
                .collect();
            starts.into_iter().filter_map(move |start| {
                let end = start + length;
                let before = start.checked_sub(1).and_then(|place| self.sign(place)).is_some_and(part);
                // A full stop ends a sentence unless a letter follows.
                let after = match self.sign(end) {
                    Some('.' | '-') => self.sign(end + 1).is_some_and(char::is_alphanumeric),
                    sign => sign.is_some_and(char::is_alphanumeric),
                };
                (!before && !after).then(|| self.span(start, end - 1))
            })
        });
        found.collect()
    }

    /// Phones: any that ends in one of `endings`, with its country's code, and the whole numbers in `wholes`.
    pub fn phones(&self, endings: &BTreeSet<String>, wholes: &BTreeSet<String>) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for run in self.runs() {
            for own in endings {
                for (start, _) in run.digits.match_indices(own.as_str()) {
                    let first = if start <= COUNTRY_DIGITS { 0 } else { start };
                    found.push(self.phone(&run, first, start + own.len() - 1));
                }
            }
            for own in wholes {
                let token = |digit: &usize| *digit == run.digits.len() || run.tokens.contains(digit);
                for (start, _) in run.digits.match_indices(own.as_str()) {
                    let end = start + own.len();
                    // "00" in place of the plus.
                    let first = match start.checked_sub(2) {
                        Some(first) if run.digits[first..start] == *"00" => first,
                        _ => start,
                    };
                    if token(&first) && token(&end) {
                        found.push(self.phone(&run, first, end - 1));
                    }
                }
            }
        }
        found
    }

    fn phone(&self, run: &Run, first: usize, last: usize) -> Range<usize> {
        let (mut from, to) = (run.at[first], run.at[last]);
        while let Some('+' | '(') = from.checked_sub(1).and_then(|place| self.sign(place)) {
            from -= 1;
        }
        self.span(from, to)
    }

    fn runs(&self) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let mut since = None;
        for (place, (_, sign)) in self.signs.iter().enumerate() {
            if sign.is_ascii_digit() {
                match (runs.last_mut(), since) {
                    (Some(run), Some(gap)) if gap <= GAP => {
                        if gap > 0 {
                            run.tokens.push(run.digits.len());
                        }
                        run.digits.push(*sign);
                        run.at.push(place);
                    }
                    _ => runs.push(Run { digits: sign.to_string(), at: vec![place], tokens: vec![0] }),
                }
                since = Some(0);
            } else if sign.is_whitespace() || "()-./\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}".contains(*sign) {
                since = since.map(|gap| gap + 1);
            } else {
                since = None;
            }
        }
        runs
    }
}
