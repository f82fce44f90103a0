//! Entities without markup: commands, addresses, mentions, hashtags, phones.

use super::{Entity, Formatted, Kind, sort};

/// Adds what Telegram finds by itself, outside of code and of links that the sender made.
pub(crate) fn detect(formatted: &mut Formatted) {
    let text = formatted.text.as_str();
    let mut found = Vec::new();
    let mut units = 0;
    let mut skip = 0;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if at >= skip
            && let Some((kind, bytes)) = starts(&text[at..], before)
        {
            let length = super::utf16_len(&text[at..at + bytes]);
            found.push(Entity::plain(kind, units, length));
            skip = at + bytes;
        }
        units += c.len_utf16();
        before = c;
    }
    let taken = |e: &Entity| {
        formatted.entities.iter().any(|k| {
            matches!(k.kind, Kind::Code | Kind::Pre | Kind::TextLink | Kind::TextMention)
                && k.offset < e.end()
                && e.offset < k.end()
        })
    };
    found.retain(|e| !taken(e));
    if !found.is_empty() {
        formatted.entities.append(&mut found);
        sort(&mut formatted.entities);
    }
}

/// The entity that starts here, with its length in bytes.
fn starts(rest: &str, before: char) -> Option<(Kind, usize)> {
    let first = rest.chars().next()?;
    let word_before = before.is_alphanumeric() || before == '_';
    match first {
        '/' if !word_before && !matches!(before, '/' | '<' | '>') => command(rest).map(|n| (Kind::BotCommand, n)),
        '@' if !word_before => {
            let n = run(&rest[1..], |c| c.is_ascii_alphanumeric() || c == '_');
            (3..=32).contains(&n).then_some((Kind::Mention, n + 1))
        }
        '#' if !word_before => {
            let n = run(&rest[1..], |c| c.is_alphanumeric() || c == '_');
            let letters = rest[1..=n].chars().any(|c| !c.is_ascii_digit());
            (n > 0 && letters && rest[1..=n].chars().count() <= 256).then_some((Kind::Hashtag, n + 1))
        }
        '$' if !word_before => {
            let n = run(&rest[1..], |c| c.is_ascii_uppercase());
            let ends = !rest[1 + n..].starts_with(|c: char| c.is_alphanumeric());
            ((3..=8).contains(&n) && ends).then_some((Kind::Cashtag, n + 1))
        }
        '+' if !word_before => phone(rest).map(|n| (Kind::PhoneNumber, n)),
        c if c.is_alphanumeric() && !word_before && !matches!(before, '@' | '.' | '-' | '#') => address(rest),
        _ => None,
    }
}

fn run(text: &str, of: impl Fn(char) -> bool) -> usize {
    text.find(|c| !of(c)).unwrap_or(text.len())
}

/// `/name` or `/name@bot`; a longer word after it makes it no command.
fn command(rest: &str) -> Option<usize> {
    let name = run(&rest[1..], |c| c.is_ascii_alphanumeric() || c == '_');
    if !(1..=64).contains(&name) {
        return None;
    }
    let mut end = 1 + name;
    if let Some(bot) = rest[end..].strip_prefix('@') {
        let n = run(bot, |c| c.is_ascii_alphanumeric() || c == '_');
        if (3..=32).contains(&n) {
            end += 1 + n;
        }
    }
    let next = rest[end..].chars().next();
    (!next.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '/' | '<' | '>'))).then_some(end)
}

fn phone(rest: &str) -> Option<usize> {
    let n = 1 + run(&rest[1..], |c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')'));
    let n = rest[..n].trim_end_matches(|c: char| !c.is_ascii_digit()).len();
    let digits = rest[..n].chars().filter(char::is_ascii_digit).count();
    ((10..=15).contains(&digits) && !rest[..n].contains("  ")).then_some(n)
}

/// An e-mail address or a link with or without its scheme.
fn address(rest: &str) -> Option<(Kind, usize)> {
    let n = run(rest, |c| !c.is_whitespace() && !matches!(c, '<' | '>' | '"' | '«' | '»'));
    let word = rest[..n].trim_end_matches(['.', ',', ':', ';', '!', '?', '\'', ')', ']', '…']);
    if let Some((scheme, host)) = word.split_once("://") {
        let known = matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https" | "ftp" | "tg" | "ton");
        return (known && !host.is_empty()).then_some((Kind::Url, word.len()));
    }
    if let Some((name, host)) = word.split_once('@') {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
        let good = !name.is_empty() && name.chars().all(plain) && is_host(host);
        return good.then_some((Kind::Email, word.len()));
    }
    let host = word.split(['/', '?', '#', ':']).next().unwrap_or_default();
    is_host(host).then_some((Kind::Url, word.len()))
}

/// A host whose last part is one of the endings people write without a scheme.
fn is_host(host: &str) -> bool {
    const ENDINGS: [&str; 22] = [
        "com", "org", "net", "ru", "рф", "io", "me", "dev", "app", "info", "biz", "de", "uk", "fr", "su", "by", "kz",
        "ua", "edu", "gov", "pro", "ai",
    ];
    let Some((name, ending)) = host.rsplit_once('.') else { return false };
    let label = |l: &str| !l.is_empty() && l.chars().all(|c| c.is_alphanumeric() || c == '-');
    name.split('.').all(label) && ENDINGS.contains(&ending.to_lowercase().as_str())
}
