//! Contact cards (vCard): pasted as text, or attached to a shared contact.

use super::chars::name_case;
use super::names::FullName;
use super::tokens::{Field, Kind, TokenStream};

/// Properties whose whole line says nothing about the person.
const SERVICE: &[&str] = &["begin", "version", "prodid", "rev", "uid", "photo", "x"];

/// Properties whose name goes and whose value another recogniser reads, or the note keeps.
const VALUES: &[&str] = &["tel", "email", "note", "org", "title", "adr", "url", "bday"];

/// Consumes the field names of a card; the name is there at once when the card has a structured one.
pub(super) fn consume_card(tokens: &mut TokenStream) -> Option<FullName> {
    if !tokens.text.to_ascii_lowercase().contains("begin:vcard") {
        return None;
    }
    let mut name = None;
    let mut shown = None;
    let mut at = 0;
    let mut inside = false;
    while at < tokens.len() {
        let (from, to) = tokens.line(at);
        if let Some(colon) = (from..to).find(|&index| tokens.is_sign(index, ':')) {
            // Something may stand before the property on its line: that is not the card's.
            let (key, from) = property(tokens, from, colon);
            inside |= key == "begin";
            match key.as_str() {
                _ if !inside => {}
                "end" => {
                    inside = false;
                    tokens.consume(from, to, Field::Label);
                }
                "n" => {
                    name = Some(structured(tokens, colon + 1, to));
                    tokens.consume(from, to, Field::Name);
                }
                "fn" => {
                    tokens.consume(from, colon + 1, Field::Label);
                    shown = Some((colon + 1, to));
                }
                key if SERVICE.contains(&key) => tokens.consume(from, to, Field::Label),
                key if VALUES.contains(&key) => tokens.consume(from, colon + 1, Field::Label),
                _ => {}
            }
        }
        at = to + 1;
    }
    // The display name repeats the structured one; without that it is read like any text.
    let name = name.filter(|name| *name != FullName::default())?;
    if let Some((from, to)) = shown {
        tokens.consume(from, to, Field::Name);
    }
    Some(name)
}

/// The phone numbers of a card, as written in it: `TEL;TYPE=CELL:+7…`, `item1.TEL:…`, `TEL;VALUE=uri:tel:+7…`.
#[must_use]
pub fn phone_numbers(card: &str) -> Vec<String> {
    let number = |line: &str| {
        let (property, value) = line.trim().split_once(':')?;
        let name = property.split(';').next()?.rsplit('.').next()?;
        name.eq_ignore_ascii_case("tel").then(|| value.trim().trim_start_matches("tel:").to_owned())
    };
    card.lines().filter_map(number).collect()
}

/// The property's name and where it begins: `TEL;TYPE=CELL` is "tel", `item1.TEL` is "tel".
fn property(tokens: &TokenStream, from: usize, colon: usize) -> (String, usize) {
    let end = (from..colon).find(|&at| tokens.is_sign(at, ';')).unwrap_or(colon);
    let begin = (from..end).find(|&at| tokens.is_sign(at, '.')).map_or(from, |dot| dot + 1);
    let word = (begin..end).find(|&at| tokens.kind(at) == Some(Kind::Word));
    word.map_or_else(|| (String::new(), from), |at| (tokens.key(at).to_owned(), at))
}

/// `N:last;first;middle;…`
fn structured(tokens: &TokenStream, from: usize, to: usize) -> FullName {
    let mut parts = tokens.typed(from, to).split(';').map(str::trim).map(|part| {
        let letters = part.chars().any(char::is_alphabetic) && part.chars().count() <= 40;
        letters.then(|| name_case(part))
    });
    let mut next = || parts.next().flatten();
    FullName { last: next(), first: next(), middle: next() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phone_of_a_card_is_found() {
        let card = "BEGIN:VCARD\nTEL;TYPE=CELL:+79420006789\nitem1.TEL: 8 942 000-67-90 \ntel;VALUE=uri:tel:+79420006791\n\
                    EMAIL:a@b.ru\nEND:VCARD";
        assert_eq!(phone_numbers(card), ["+79420006789", "8 942 000-67-90", "+79420006791"]);
    }
}
