//! Rust source as a row of tokens: enough to find names and texts, without comments and without test code.

/// A piece of source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A name, keyword or number.
    Word(String),
    /// What stands in a string or a character.
    Text(String),
    /// Anything else, one character each.
    Sign(char),
}

impl Token {
    fn is_word(&self, word: &str) -> bool {
        matches!(self, Self::Word(text) if text == word)
    }

    fn is_sign(&self, sign: char) -> bool {
        *self == Self::Sign(sign)
    }
}

pub struct Source(Vec<Token>);

impl Source {
    /// Reads source text; items under `#[cfg(test)]` are left out.
    pub fn read(text: &str) -> Self {
        Self(without_tests(&lex(text)))
    }

    /// Everything that is left.
    pub fn tokens(&self) -> &[Token] {
        &self.0
    }

    /// Whether a word or a path such as `Utc::now` is said.
    pub fn says(&self, path: &str) -> bool {
        let steps: Vec<&str> = path.split("::").collect();
        (0..self.0.len()).any(|at| {
            steps.iter().enumerate().all(|(step, word)| {
                let at = at + step * 3;
                let apart = step == 0 || self.is_path_at(at - 2);
                apart && self.0.get(at).is_some_and(|token| token.is_word(word))
            })
        })
    }

    /// The first names after `crate::` (or the crate's own name), and after as many `super::` as lead to the root.
    pub fn layers(&self, depth: usize) -> Vec<String> {
        let mut layers = Vec::new();
        let mut at = 0;
        while at < self.0.len() {
            let begin = at;
            if self.0[at].is_word("crate") || self.0[at].is_word("crmbot") {
                at += 1;
            } else {
                let mut climbed = 0;
                while self.0.get(at).is_some_and(|token| token.is_word("super")) {
                    climbed += 1;
                    at += if climbed < depth && self.is_path_at(at + 1) { 3 } else { 1 };
                }
                if climbed < depth.max(1) {
                    at = at.max(begin + 1);
                    continue;
                }
            }
            if self.is_path_at(at) {
                self.first_names(at + 2, &mut layers);
            }
        }
        layers
    }

    /// The tables that texts with SQL name.
    pub fn tables(&self) -> Vec<String> {
        let mut tables = Vec::new();
        for token in &self.0 {
            let Token::Text(text) = token else { continue };
            let words: Vec<&str> = text
                .split(|c: char| !c.is_alphanumeric() && c != '_' && c != '(')
                .filter(|word| !word.is_empty())
                .collect();
            if !words.first().is_some_and(|word| ["select", "insert", "update", "delete", "with"].contains(word)) {
                continue;
            }
            // What the statement itself defines (`with seen as (…)`) is no table.
            let own: Vec<&str> = words.windows(2).filter(|pair| pair[1] == "as").map(|pair| pair[0]).collect();
            for pair in words.windows(2) {
                let leads = ["from", "into", "join", "update"].contains(&pair[0]);
                let name = pair[1].split('(').next().unwrap_or_default();
                let is_name = name.starts_with(|c: char| c.is_ascii_lowercase()) && !pair[1].contains("(");
                if leads && is_name && !["of", "select", "set", "skip"].contains(&name) && !own.contains(&name) {
                    tables.push(name.to_owned());
                }
            }
        }
        tables.sort();
        tables.dedup();
        tables
    }

    fn is_path_at(&self, at: usize) -> bool {
        self.0.get(at..at + 2).is_some_and(|two| two.iter().all(|token| token.is_sign(':')))
    }

    /// One name, or the first name of each part of `{…}`.
    fn first_names(&self, at: usize, into: &mut Vec<String>) {
        match self.0.get(at) {
            Some(Token::Word(name)) => into.push(name.clone()),
            Some(Token::Sign('{')) => {
                let (mut depth, mut first) = (1, true);
                for token in &self.0[at + 1..] {
                    match token {
                        Token::Sign('{') => depth += 1,
                        Token::Sign('}') => depth -= 1,
                        Token::Sign(',') if depth == 1 => first = true,
                        Token::Word(name) if depth == 1 && first => {
                            into.push(name.clone());
                            first = false;
                        }
                        _ => {}
                    }
                    if depth == 0 {
                        return;
                    }
                }
            }
            _ => {}
        }
    }
}

fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let marker = lex("#[cfg(test)]");
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at..].starts_with(&marker) {
            at = end_of_item(tokens, at + marker.len());
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

/// Just after the `;` or the closing brace that ends the item.
fn end_of_item(tokens: &[Token], from: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(from) {
        match token {
            Token::Sign('{' | '(' | '[') => depth += 1,
            Token::Sign(')' | ']') => depth -= 1,
            Token::Sign('}') => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            Token::Sign(';') if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

fn lex(source: &str) -> Vec<Token> {
    let letters: Vec<char> = source.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let rest = &letters[at..];
        at += match rest {
            ['/', '/', ..] => rest.iter().position(|&c| c == '\n').unwrap_or(rest.len()),
            ['/', '*', ..] => comment(rest),
            ['"', ..] => text(rest, &mut tokens),
            ['r', '"' | '#', ..] | ['b', 'r', '"' | '#', ..] if raw(rest).is_some() => {
                let (text, length) = raw(rest).unwrap_or_default();
                tokens.push(Token::Text(text));
                length
            }
            ['\'', '\\', ..] | ['\'', _, '\'', ..] => character(rest, &mut tokens),
            [letter, ..] if letter.is_alphanumeric() || *letter == '_' => {
                let length = rest.iter().take_while(|c| c.is_alphanumeric() || **c == '_').count();
                tokens.push(Token::Word(rest[..length].iter().collect()));
                length
            }
            [letter, ..] => {
                if !letter.is_whitespace() {
                    tokens.push(Token::Sign(*letter));
                }
                1
            }
            [] => 1,
        };
    }
    tokens
}

/// The length of a `/* … */`, which may hold others.
fn comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match &rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn text(rest: &[char], tokens: &mut Vec<Token>) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != '"' {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    tokens.push(Token::Text(rest[1..at.min(rest.len())].iter().collect()));
    at + 1
}

/// The text and the length of a raw string; none for a raw name such as `r#type`.
fn raw(rest: &[char]) -> Option<(String, usize)> {
    let start = rest.iter().position(|&c| c == 'r')? + 1;
    let hashes = rest[start..].iter().take_while(|&&c| c == '#').count();
    let begin = start + hashes + 1;
    if rest.get(begin - 1) != Some(&'"') {
        return None;
    }
    let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let length = rest[begin..].windows(end.len()).position(|window| window == end)?;
    Some((rest[begin..begin + length].iter().collect(), begin + length + end.len()))
}

fn character(rest: &[char], tokens: &mut Vec<Token>) -> usize {
    let length = match rest[1] {
        '\\' => rest.iter().skip(3).position(|&c| c == '\'').map_or(rest.len(), |at| at + 4),
        _ => 3,
    };
    tokens.push(Token::Text(rest[1..length - 1].iter().collect()));
    length
}

#[test]
fn names_are_found_and_comments_texts_and_tests_are_not() {
    let source = Source::read(
        r##"
        //! crate::nothing
        use crate::{crm::Fault, domain::{Money, Phone}, turn};
        /* super::super::nothing /* nested */ sqlx */
        fn f<'a>(quote: char) { super::super::flows::x('"', "crate::text \" sqlx", r#"tokio"#, '\''); super::near(); }
        #[cfg(test)]
        mod tests { use crate::cli; }
        const LAST: u8 = b'x'; use crmbot::jobs;
        "##,
    );
    assert_eq!(source.layers(2), ["crm", "domain", "turn", "flows", "jobs"]);
    assert!(source.says("flows::x") && source.says("LAST"));
    assert!(!source.says("sqlx") && !source.says("tokio") && !source.says("cli"));
}

#[test]
fn tables_are_found_in_statements_alone() {
    let source = Source::read(
        r##"
        let a = "insert from a list into nothing";
        let b = r#"with seen as (insert into seen_update (id) values ($1)) select * from seen join ad on true"#;
        let c = "select max(at) from (select at from note) n for update skip locked";
        let d = "take it from here";
        "##,
    );
    assert_eq!(source.tables(), ["a", "ad", "note", "nothing", "seen_update"]);
}
