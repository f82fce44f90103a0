//! What Telegram does to every text it takes: control characters, spaces at the ends, impossible entities.

use super::{Entity, Formatted, Kind, sort};

/// How many entities of its sender a message keeps; Telegram drops the others without a word.
const MOST: usize = 100;

/// Cleans a text as the real server does and moves its entities along.
pub(super) fn fix(input: Formatted) -> Formatted {
    let text: Vec<char> = input.text.chars().collect();
    // New place of every UTF-16 unit of the old text, one more for its end.
    let mut places = Vec::with_capacity(text.len() + 1);
    let first_entity = input.entities.iter().map(|e| e.offset).min().unwrap_or(usize::MAX);
    let end = text.iter().rposition(|c| !is_blank(*c)).map_or(0, |i| i + 1);
    let mut out = String::with_capacity(input.text.len());
    let mut units = 0;
    let mut old = 0;
    let mut leading = true;
    for (i, &c) in text.iter().enumerate() {
        let kept = match c {
            _ if i >= end => None,
            // A leading space goes unless an entity starts with it.
            c if leading && is_blank(c) && old < first_entity => None,
            '\r' => None,
            '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\t' => Some(' '),
            '\u{202a}'..='\u{202e}' => None,
            c => Some(c),
        };
        places.extend(std::iter::repeat_n(units, c.len_utf16()));
        old += c.len_utf16();
        if let Some(c) = kept {
            leading = false;
            units += c.len_utf16();
            out.push(c);
        }
    }
    places.push(units);
    let place = |at: usize| places.get(at).copied().unwrap_or(units);
    let mut entities: Vec<Entity> = input
        .entities
        .into_iter()
        .map(|e| {
            let offset = place(e.offset);
            Entity { length: place(e.end()).saturating_sub(offset), offset, ..e }
        })
        .filter(|e| e.length > 0)
        .collect();
    let shown: Vec<u16> = out.encode_utf16().collect();
    entities.retain(|e| links(e.kind) || shown[e.offset..e.end()].iter().any(|u| !is_blank_unit(*u)));
    sort(&mut entities);
    let mut entities = disentangle(entities);
    entities.truncate(MOST);
    Formatted { text: out, entities }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\n' | '\t' | '\r')
}

fn is_blank_unit(unit: u16) -> bool {
    char::from_u32(u32::from(unit)).is_some_and(is_blank)
}

/// Kinds that mean something even under a space.
fn links(kind: Kind) -> bool {
    matches!(kind, Kind::TextLink | Kind::TextMention | Kind::CustomEmoji)
}

/// Code holds no other entity, and one stretch is not bold twice.
fn disentangle(entities: Vec<Entity>) -> Vec<Entity> {
    let mut kept: Vec<Entity> = Vec::with_capacity(entities.len());
    for entity in entities {
        let covered = kept.iter().any(|k| {
            let inside = k.offset <= entity.offset && entity.offset < k.end();
            inside && (matches!(k.kind, Kind::Code | Kind::Pre) || (k.kind == entity.kind && entity.end() <= k.end()))
        });
        if covered {
            continue;
        }
        // Two of a kind that touch become one.
        let touching = kept.iter_mut().find(|k| k.kind == entity.kind && merges(k.kind) && k.end() >= entity.offset);
        if let Some(before) = touching {
            before.length = before.end().max(entity.end()) - before.offset;
            continue;
        }
        if matches!(entity.kind, Kind::Code | Kind::Pre) {
            // The same stretch cannot be code and anything else that came before it.
            kept.retain(|k| k.offset != entity.offset || k.length != entity.length || is_quote(k.kind));
        }
        kept.push(entity);
    }
    kept
}

/// Kinds that say nothing but how the text looks.
fn merges(kind: Kind) -> bool {
    matches!(kind, Kind::Bold | Kind::Italic | Kind::Underline | Kind::Strikethrough | Kind::Spoiler)
}

fn is_quote(kind: Kind) -> bool {
    matches!(kind, Kind::Blockquote | Kind::ExpandableBlockquote)
}
