//! The tokens of a message, with a record of which field has consumed each.

use super::chars::{digit, is_invisible, plain_sign, word_key};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters of any script.
    Word,
    /// Decimal digits of any script.
    Digits,
    /// Spaces inside a line.
    Space,
    /// The end of a line.
    Break,
    /// Any other single sign.
    Sign,
}

/// The part of the draft that has consumed a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Phone,
    Email,
    Name,
    Ad,
    /// A label of a form or a word that only introduces a value.
    Label,
}

/// A piece of the message; `start..end` are bytes of the text.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
    /// What it is compared by: a word in lower case with `е` for `ё`, ASCII digits, a plain sign.
    pub key: String,
}

/// The message with its tokens; every recogniser marks what it consumes, and the note is made of the rest.
#[derive(Debug)]
pub(super) struct TokenStream<'a> {
    pub text: &'a str,
    pub tokens: Vec<Token>,
    consumed: Vec<Option<Field>>,
    /// Parts of links, addresses and titles: they stay in the note, but no name is looked for in them.
    masked: Vec<bool>,
    /// Parts of links with a scheme: what they name is where they lead, not where the person is from.
    linked: Vec<bool>,
}

impl<'a> TokenStream<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut tokens: Vec<Token> = Vec::new();
        let mut signs = text.char_indices().peekable();
        while let Some((start, sign)) = signs.next() {
            let end = start + sign.len_utf8();
            if is_invisible(sign) {
                match tokens.last_mut() {
                    Some(last) => last.end = end,
                    None => tokens.push(Token::new(Kind::Space, start, end)),
                }
                continue;
            }
            let kind = kind_of(sign);
            let mut inside_word = || {
                // An apostrophe belongs to the word when a letter follows it: O'Neill.
                kind == Kind::Sign
                    && plain_sign(sign) == '\''
                    && signs.peek().is_some_and(|(_, next)| next.is_alphabetic())
            };
            match tokens.last_mut() {
                Some(last) if last.kind == kind && kind != Kind::Sign => last.end = end,
                Some(last) if last.kind == Kind::Word && inside_word() => last.end = end,
                _ => tokens.push(Token::new(kind, start, end)),
            }
        }
        for token in &mut tokens {
            token.key = key_of(token.kind, &text[token.start..token.end]);
        }
        let count = tokens.len();
        Self { text, tokens, consumed: vec![None; count], masked: vec![false; count], linked: vec![false; count] }
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(super) fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    /// The key of a token; empty beyond the end.
    pub(super) fn key(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.key.as_str())
    }

    /// Whether the token is this sign.
    pub(super) fn is_sign(&self, at: usize, sign: char) -> bool {
        self.kind(at) == Some(Kind::Sign) && self.key(at).starts_with(sign)
    }

    /// Whether the token is one of these signs.
    pub(super) fn is_any_sign(&self, at: usize, signs: &str) -> bool {
        self.kind(at) == Some(Kind::Sign) && self.key(at).chars().all(|sign| signs.contains(sign))
    }

    /// The text of the tokens `from..to` as typed.
    pub(super) fn typed(&self, from: usize, to: usize) -> &'a str {
        match (self.tokens.get(from), to.checked_sub(1).and_then(|last| self.tokens.get(last))) {
            (Some(first), Some(last)) if from < to => &self.text[first.start..last.end],
            _ => "",
        }
    }

    /// Marks the tokens `from..to` as consumed by a field; what another field has stays its own.
    pub(super) fn consume(&mut self, from: usize, to: usize, field: Field) {
        let to = to.min(self.consumed.len());
        for consumed in self.consumed.get_mut(from..to).into_iter().flatten() {
            consumed.get_or_insert(field);
        }
    }

    /// The field that has consumed the token.
    pub(super) fn owner(&self, at: usize) -> Option<Field> {
        self.consumed.get(at).copied().flatten()
    }

    pub(super) fn is_consumed(&self, at: usize) -> bool {
        self.owner(at).is_some()
    }

    pub(super) fn mask(&mut self, from: usize, to: usize) {
        let to = to.min(self.masked.len());
        self.masked.get_mut(from..to).into_iter().flatten().for_each(|masked| *masked = true);
    }

    pub(super) fn link(&mut self, from: usize, to: usize) {
        let to = to.min(self.linked.len());
        self.linked.get_mut(from..to).into_iter().flatten().for_each(|linked| *linked = true);
        self.mask(from, to);
    }

    /// Whether the token is a part of a link.
    pub(super) fn is_linked(&self, at: usize) -> bool {
        self.linked.get(at).copied().unwrap_or(false)
    }

    /// Whether a name may be looked for here: the token is neither consumed nor masked.
    pub(super) fn is_free(&self, at: usize) -> bool {
        at < self.len() && !self.is_consumed(at) && !self.masked[at]
    }

    /// The first token at or after `at` that is no space; a line break counts as a token.
    pub(super) fn skip_spaces(&self, mut at: usize) -> usize {
        while self.kind(at) == Some(Kind::Space) {
            at += 1;
        }
        at
    }

    /// The nearest token before `at` that is no space.
    pub(super) fn before(&self, at: usize) -> Option<usize> {
        (0..at.min(self.len())).rev().find(|&index| self.kind(index) != Some(Kind::Space))
    }

    /// The nearest word before `at` on its line, with only spaces and these signs between.
    pub(super) fn word_before(&self, at: usize, signs: &str) -> Option<usize> {
        let mut found = self.before(at);
        while let Some(index) = found {
            if self.kind(index) == Some(Kind::Word) {
                return found;
            }
            if !self.is_any_sign(index, signs) {
                return None;
            }
            found = self.before(index);
        }
        None
    }

    /// Where the line of the token begins and ends (its break is not in it).
    pub(super) fn line(&self, at: usize) -> (usize, usize) {
        let is_break = |index: &usize| self.kind(*index) == Some(Kind::Break);
        let from = (0..at.min(self.len())).rev().find(is_break).map_or(0, |index| index + 1);
        let to = (at..self.len()).find(is_break).unwrap_or(self.len());
        (from, to)
    }
}

impl Token {
    fn new(kind: Kind, start: usize, end: usize) -> Self {
        Self { kind, start, end, key: String::new() }
    }
}

fn kind_of(sign: char) -> Kind {
    if matches!(sign, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}') {
        Kind::Break
    } else if sign.is_whitespace() {
        Kind::Space
    } else if digit(sign).is_some() {
        Kind::Digits
    } else if sign.is_alphabetic() || matches!(sign, '\u{300}'..='\u{36f}') {
        Kind::Word
    } else {
        Kind::Sign
    }
}

fn key_of(kind: Kind, typed: &str) -> String {
    match kind {
        Kind::Word => word_key(typed),
        Kind::Digits => typed.chars().filter_map(digit).collect(),
        Kind::Sign => typed.chars().take(1).map(plain_sign).collect(),
        Kind::Space | Kind::Break => String::new(),
    }
}
