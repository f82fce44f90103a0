//! Rust source as names, literals and signs in a row, without comments and without test code.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Each token as it is written; of signs one character each.
pub struct Source(Vec<String>);

impl Source {
    /// Reads source text; items under `#[cfg(test)]` are left out.
    pub fn read(text: &str) -> Self {
        let mut tokens = Vec::new();
        flatten(text.parse().unwrap(), &mut tokens);
        Self(tokens)
    }

    pub fn tokens(&self) -> &[String] {
        &self.0
    }

    /// Whether a word or a path such as `Utc::now` is said.
    pub fn says(&self, path: &str) -> bool {
        let Self(said) = Self::read(path);
        self.0.windows(said.len()).any(|row| row == said)
    }

    /// The first names after `crate::` or the crate's own name: one, or one of each part of `{…}`.
    pub fn layers(&self) -> Vec<&str> {
        let mut found = Vec::new();
        let roots = (0..self.0.len()).filter(|at| ["crate", "crmbot"].contains(&self.0[*at].as_str()));
        for at in roots.filter(|at| self.0[at + 1..].starts_with(&[":".to_owned(), ":".to_owned()])) {
            let (mut depth, mut first) = (0, true);
            for token in &self.0[at + 3..] {
                match token.as_str() {
                    "{" => depth += 1,
                    "}" => depth -= 1,
                    "," if depth == 1 => first = true,
                    name if depth <= 1 && first => {
                        found.push(name);
                        first = false;
                    }
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
        }
        found
    }

    /// How many `super` a path has at most.
    pub fn climbs(&self) -> usize {
        let paths = self.0.split(|token| token != "super" && token != ":");
        paths.map(|path| path.iter().filter(|token| *token == "super").count()).max().unwrap_or(0)
    }

    /// The tables that texts with SQL name.
    pub fn tables(&self) -> Vec<&str> {
        let mut tables = Vec::new();
        for text in self.0.iter().filter(|token| token.contains('"')) {
            let text = text.trim_start_matches(['r', '#', '"']);
            let apart = |c: char| !c.is_alphanumeric() && c != '_' && c != '(';
            let words: Vec<&str> = text.split(apart).filter(|word| !word.is_empty()).collect();
            if !words.first().is_some_and(|word| ["select", "insert", "update", "delete", "with"].contains(word)) {
                continue;
            }
            // What the statement itself defines (`with seen as (…)`) is no table.
            let own: Vec<&str> = words.windows(2).filter(|pair| pair[1] == "as").map(|pair| pair[0]).collect();
            tables.extend(words.windows(2).filter_map(|pair| {
                let leads = ["from", "into", "join", "update"].contains(&pair[0]);
                let name = pair[1].starts_with(|c: char| c.is_ascii_lowercase()) && !pair[1].contains('(');
                let known = ["of", "select", "set", "skip"].contains(&pair[1]) || own.contains(&pair[1]);
                (leads && name && !known).then_some(pair[1])
            }));
        }
        tables.sort_unstable();
        tables.dedup();
        tables
    }
}

fn flatten(tokens: TokenStream, into: &mut Vec<String>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let attribute = match (&token, tokens.peek()) {
            (TokenTree::Punct(hash), Some(TokenTree::Group(group))) if hash.as_char() == '#' => {
                group.stream().to_string()
            }
            _ => String::new(),
        };
        match token {
            // To the end of the item: a body, or a semicolon.
            _ if attribute.replace(' ', "") == "cfg(test)" => drop(tokens.find(|token| match token {
                TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                sign => sign.to_string() == ";",
            })),
            // A doc comment.
            _ if attribute.starts_with("doc") => drop(tokens.next()),
            TokenTree::Group(group) => {
                let ends = match group.delimiter() {
                    Delimiter::Brace => ["{", "}"],
                    Delimiter::Bracket => ["[", "]"],
                    _ => ["(", ")"],
                };
                into.push(ends[0].to_owned());
                flatten(group.stream(), into);
                into.push(ends[1].to_owned());
            }
            token => into.push(token.to_string()),
        }
    }
}

#[test]
fn names_are_found_and_comments_texts_and_tests_are_not() {
    let source = Source::read(
        r##"
        //! crate::nothing
        use crate::{crm::Fault, domain::{Money, Phone}, turn};
        /* crate::nothing /* nested */ sqlx */
        fn f<'a>(quote: char) { super::super::flows::x('"', "crate::text \" sqlx", r#"tokio"#, '\''); super::near(); }
        #[cfg(test)]
        mod tests { use crate::cli; }
        const LAST: u8 = b'x'; use crmbot::jobs;
        "##,
    );
    assert_eq!(source.layers(), ["crm", "domain", "turn", "jobs"]);
    assert_eq!(source.climbs(), 2);
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
