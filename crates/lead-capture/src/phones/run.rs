//! A run of digit groups with the signs people put between them.

use crate::tokens::{Kind, TokenStream};

/// More digits than any phone with a trunk prefix has.
const MAX_DIGITS: usize = 18;

/// Digits that stand together.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub digits: String,
    /// How many of them are letters that look like digits.
    pub lookalikes: usize,
    /// The token after the group.
    pub end: usize,
    /// What stands before the group: spaces and signs.
    pub gap: String,
}

/// Groups from one beginning as far as they may reach.
#[derive(Debug)]
pub(super) struct Run {
    pub plus: bool,
    pub groups: Vec<Group>,
}

/// The groups of a run up to one of them: a candidate for a phone.
#[derive(Debug)]
pub(super) struct Window<'r> {
    pub plus: bool,
    pub groups: &'r [Group],
    pub digits: String,
    /// The token after the window; a bracket that closes right behind the last group is inside.
    pub end: usize,
}

impl Run {
    /// Reads groups from the token on; `None` when no digits come.
    pub(super) fn read(tokens: &TokenStream, begin: usize) -> Option<Self> {
        let (mut at, lead) = skip_gap(tokens, begin);
        let plus = lead.contains('+');
        if lead.matches('+').count() > 1 || lead.contains(['.', '/', ')']) {
            return None;
        }
        let mut gap = lead;
        let mut groups = Vec::new();
        let mut total = 0;
        while let Some((digits, lookalikes, end)) = read_group(tokens, at, !groups.is_empty()) {
            total += digits.len();
            if total > MAX_DIGITS {
                break;
            }
            groups.push(Group { digits, lookalikes, end, gap: std::mem::take(&mut gap) });
            (at, gap) = skip_gap(tokens, end);
            if gap.contains('+') {
                break;
            }
        }
        (!groups.is_empty()).then_some(Self { plus, groups })
    }

    /// The window that ends with the group `last`.
    pub(super) fn window(&self, last: usize) -> Window<'_> {
        let groups = &self.groups[..=last];
        let end = groups.last().map_or(0, |group| group.end);
        Window { plus: self.plus, groups, digits: groups.iter().map(|group| group.digits.as_str()).collect(), end }
    }
}

impl Window<'_> {
    pub(super) fn sizes(&self) -> Vec<usize> {
        self.groups.iter().map(|group| group.digits.len()).collect()
    }

    pub(super) fn last_len(&self) -> usize {
        self.groups.last().map_or(0, |group| group.digits.len())
    }

    /// Whether a gap between groups has the sign in it; the sign before the first group does not count.
    pub(super) fn has_inside(&self, sign: char) -> bool {
        self.groups.iter().skip(1).any(|group| group.gap.contains(sign))
    }

    /// Whether a dash with spaces around it stands inside, as in a range of prices.
    pub(super) fn has_spaced_dash(&self) -> bool {
        self.groups.iter().skip(1).any(|group| group.gap.contains('-') && group.gap.contains(' '))
    }

    /// Whether a bracket opens before the group and closes after it: `(495)`.
    pub(super) fn has_code_in_brackets(&self) -> bool {
        self.groups.windows(2).any(|pair| pair[0].gap.contains('(') && pair[1].gap.contains(')'))
    }

    pub(super) fn lookalikes(&self) -> usize {
        self.groups.iter().map(|group| group.lookalikes).sum()
    }
}

/// Spaces and signs that may stand inside a number; at most four, never a line break.
fn skip_gap(tokens: &TokenStream, mut at: usize) -> (usize, String) {
    let mut gap = String::new();
    for _ in 0..4 {
        match tokens.kind(at) {
            Some(Kind::Space) => gap.push(' '),
            Some(Kind::Sign) if tokens.is_any_sign(at, "+-()./\\_~") => gap.push_str(tokens.key(at)),
            _ => break,
        }
        at += 1;
    }
    (at, gap)
}

/// Digits with the letters О and З that stand for 0 and 3 among them.
fn read_group(tokens: &TokenStream, begin: usize, inside: bool) -> Option<(String, usize, usize)> {
    let mut at = begin;
    let mut digits = String::new();
    let mut lookalikes = 0;
    while tokens.is_free(at) {
        match tokens.kind(at) {
            Some(Kind::Digits) => digits.push_str(tokens.key(at)),
            Some(Kind::Word) if inside || at > begin => {
                let Some(read) = read_letters(tokens.key(at)) else { break };
                lookalikes += read.len();
                digits.push_str(&read);
            }
            _ => break,
        }
        at += 1;
    }
    // Letters alone are a word ("8 912 о скидке"), whatever they look like.
    (digits.len() > lookalikes).then_some((digits, lookalikes, at))
}

fn read_letters(word: &str) -> Option<String> {
    word.chars()
        .map(|letter| match letter {
            'о' | 'o' => Some('0'),
            'з' => Some('3'),
            _ => None,
        })
        .collect()
}
