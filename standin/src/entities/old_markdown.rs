//! The first Markdown, kept by Telegram for old bots: four marks, no nesting, escapes only outside of entities.

use super::links::{Target, target};
use super::{Entity, Formatted, Kind, utf16_len};

/// Reads marked-up text; the error is Telegram's sentence after "can't parse entities: ".
pub(super) fn parse(source: &str) -> Result<Formatted, String> {
    let mut out = Formatted::default();
    let mut at = 0;
    while let Some(c) = source[at..].chars().next() {
        let rest = &source[at..];
        let escaped = rest[c.len_utf8()..].chars().next().filter(|next| c == '\\' && "_*`[".contains(*next));
        match (escaped, c) {
            (Some(next), _) => {
                out.text.push(next);
                at += 2;
            }
            (None, '_' | '*' | '`' | '[') => at += entity(rest, at, &mut out)?,
            (None, _) => {
                out.text.push(c);
                at += c.len_utf8();
            }
        }
    }
    super::sort(&mut out.entities);
    Ok(out)
}

/// Reads the entity that begins here and gives its length in bytes.
fn entity(rest: &str, at: usize, out: &mut Formatted) -> Result<usize, String> {
    let (open, close) = match rest.as_bytes()[0] {
        b'[' => ("[", "]"),
        b'`' if rest.starts_with("```") => ("```", "```"),
        b'`' => ("`", "`"),
        b'_' => ("_", "_"),
        _ => ("*", "*"),
    };
    let body = &rest[open.len()..];
    let length =
        body.find(close).ok_or_else(|| format!("Can't find end of the entity starting at byte offset {at}"))?;
    let mut taken = open.len() + length + close.len();
    let mut text = &body[..length];
    let mut entity = Entity::plain(Kind::Bold, utf16_len(&out.text), 0);
    let mut keep = true;
    entity.kind = match open {
        "_" => Kind::Italic,
        "*" => Kind::Bold,
        "`" => Kind::Code,
        "```" => {
            let named = text.find(|c: char| c.is_whitespace()).filter(|n| *n > 0);
            entity.language = named.map(|n| text[..n].to_owned());
            text = text[named.unwrap_or(0)..].strip_prefix('\n').unwrap_or(&text[named.unwrap_or(0)..]);
            Kind::Pre
        }
        _ => {
            let mut address = text;
            if let Some(after) = rest[taken..].strip_prefix('(') {
                let end = after.find(')').unwrap_or(after.len());
                address = &after[..end];
                taken = (taken + 1 + end + 1).min(rest.len());
            }
            match target(address) {
                Target::User(id) => {
                    entity.user = Some(id);
                    Kind::TextMention
                }
                Target::Url(url) => {
                    entity.url = Some(url);
                    Kind::TextLink
                }
                Target::Nothing => {
                    keep = false;
                    Kind::TextLink
                }
            }
        }
    };
    out.text.push_str(text);
    entity.length = utf16_len(text);
    if keep && entity.length > 0 {
        out.entities.push(entity);
    }
    Ok(taken)
}
