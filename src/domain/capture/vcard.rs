//! Contact cards pasted as text (vCard): its own field names instead of words around values.

use super::names::FullName;
use super::sheet::{Field, Kind, Sheet};
use super::signs::name_case;

/// Properties whose whole line says nothing about the person.
const SERVICE: &[&str] = &["begin", "version", "prodid", "rev", "uid", "photo", "x"];

/// Properties whose name goes and whose value another recogniser reads, or the note keeps.
const VALUES: &[&str] = &["tel", "email", "note", "org", "title", "adr", "url", "bday"];

/// Takes the field names of a card; the name is there at once when the card has a structured one.
pub(super) fn take_card(sheet: &mut Sheet) -> Option<FullName> {
    if !sheet.text.to_ascii_lowercase().contains("begin:vcard") {
        return None;
    }
    let mut name = None;
    let mut shown = None;
    let mut at = 0;
    let mut inside = false;
    while at < sheet.len() {
        let (from, to) = sheet.line(at);
        if let Some(colon) = (from..to).find(|&index| sheet.is_sign(index, ':')) {
            // Something may stand before the property on its line: that is not the card's.
            let (key, from) = property(sheet, from, colon);
            inside |= key == "begin";
            match key.as_str() {
                _ if !inside => {}
                "end" => {
                    inside = false;
                    sheet.take(from, to, Field::Label);
                }
                "n" => {
                    name = Some(structured(sheet, colon + 1, to));
                    sheet.take(from, to, Field::Name);
                }
                "fn" => {
                    sheet.take(from, colon + 1, Field::Label);
                    shown = Some((colon + 1, to));
                }
                key if SERVICE.contains(&key) => sheet.take(from, to, Field::Label),
                key if VALUES.contains(&key) => sheet.take(from, colon + 1, Field::Label),
                _ => {}
            }
        }
        at = to + 1;
    }
    // The display name repeats the structured one; without that it is read like any text.
    let name = name.filter(|name| *name != FullName::default())?;
    if let Some((from, to)) = shown {
        sheet.take(from, to, Field::Name);
    }
    Some(name)
}

/// The property's name and where it begins: `TEL;TYPE=CELL` is "tel", `item1.TEL` is "tel".
fn property(sheet: &Sheet, from: usize, colon: usize) -> (String, usize) {
    let end = (from..colon).find(|&at| sheet.is_sign(at, ';')).unwrap_or(colon);
    let begin = (from..end).find(|&at| sheet.is_sign(at, '.')).map_or(from, |dot| dot + 1);
    let word = (begin..end).find(|&at| sheet.kind(at) == Some(Kind::Word));
    word.map_or_else(|| (String::new(), from), |at| (sheet.key(at).to_owned(), at))
}

/// `N:last;first;middle;…`
fn structured(sheet: &Sheet, from: usize, to: usize) -> FullName {
    let mut parts = sheet.typed(from, to).split(';').map(str::trim).map(|part| {
        let letters = part.chars().any(char::is_alphabetic) && part.chars().count() <= 40;
        letters.then(|| name_case(part))
    });
    let mut next = || parts.next().flatten();
    FullName { last: next(), first: next(), middle: next() }
}
