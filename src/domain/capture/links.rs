//! Links and e-mail addresses: phones inside messenger links, everything else kept away from phones and names.

use super::FoundPhone;
use super::sheet::{Field, Kind, Sheet};
use crate::domain::{Email, Phone, PhoneRegion};

/// Links that carry a phone number in international form.
const CALLS: &[&str] =
    &["wa.me/", "whatsapp.com/send", "whatsapp://", "viber://", "viber.click/", "t.me/+", "callto:", "sms:"];

const ZONES: &[&str] = &[
    "ru", "com", "рф", "net", "org", "su", "info", "pro", "by", "kz", "ua", "io", "me", "online", "shop", "site",
    "store", "biz", "uz", "ge", "am", "uk", "de", "example",
];

/// Takes phones out of messenger links and mutes every link.
pub(super) fn take_links(sheet: &mut Sheet, region: PhoneRegion) -> Vec<FoundPhone> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < sheet.len() {
        if matches!(sheet.kind(at), Some(Kind::Space | Kind::Break)) {
            at += 1;
            continue;
        }
        let end = (at..sheet.len())
            .find(|&index| matches!(sheet.kind(index), Some(Kind::Space | Kind::Break)))
            .unwrap_or(sheet.len());
        let typed = sheet.typed(at, end).to_lowercase();
        if CALLS.iter().any(|call| typed.contains(call)) {
            if let Some((phone, after)) = phone_in_link(sheet, at, end, region) {
                let typed = sheet.typed(at, after).to_owned();
                sheet.take(at, after, Field::Phone);
                if !found.iter().any(|known: &FoundPhone| known.phone == phone) {
                    found.push(FoundPhone { phone, typed, extension: None });
                }
            }
            sheet.link(at, end);
        } else if typed.contains("://") || typed.contains("www.") {
            sheet.link(at, end);
        } else {
            mute_sites(sheet, at, end);
        }
        at = end;
    }
    found
}

fn phone_in_link(sheet: &Sheet, from: usize, to: usize, region: PhoneRegion) -> Option<(Phone, usize)> {
    (from..to).filter(|&at| sheet.kind(at) == Some(Kind::Digits)).find_map(|at| {
        // %2B is the plus of a link: its 2 belongs to the sign, not to the number.
        let digits = sheet.key(at);
        let phone = Phone::from_contact(digits, region).ok().filter(|_| digits.len() >= 9)?;
        Some((phone, at + 1))
    })
}

/// A bare site name, `stroy-dom.ru/kuhni`, is muted with all that hangs on it.
fn mute_sites(sheet: &mut Sheet, from: usize, to: usize) {
    let dot = (from + 1..to).find(|&at| {
        sheet.is_sign(at, '.')
            && sheet.kind(at - 1) == Some(Kind::Word)
            && ZONES.contains(&sheet.key(at + 1))
            && at + 1 < to
    });
    if let Some(dot) = dot {
        let begin = (from..dot).rev().find(|&at| sheet.is_any_sign(at, "(,;:\"<")).map_or(from, |at| at + 1);
        let end = (dot..to).find(|&at| sheet.is_any_sign(at, "),;\">")).unwrap_or(to);
        // «с avito.ru» names a source; the address of a page does not.
        if (dot..end).any(|at| sheet.is_sign(at, '/')) {
            sheet.link(begin, end);
        } else {
            sheet.mute(begin, end);
        }
    }
}

/// Takes the first valid address (C13); further ones and @names stay in the note, muted.
pub(super) fn take_email(sheet: &mut Sheet) -> Option<String> {
    let mut first = None;
    for at in 0..sheet.len() {
        if !sheet.is_sign(at, '@') || sheet.is_taken(at) {
            continue;
        }
        let (from, to) = address_around(sheet, at);
        let email = Email::parse(sheet.typed(from, to)).ok().flatten();
        if let (None, Some(email)) = (&first, email) {
            first = Some(email.as_str().to_owned());
            let scheme = from >= 2 && sheet.is_sign(from - 1, ':') && sheet.key(from - 2) == "mailto";
            sheet.take(if scheme { from - 2 } else { from }, to, Field::Email);
        } else {
            sheet.mute(from, to);
        }
    }
    first
}

/// The tokens of an address around its `@`.
fn address_around(sheet: &Sheet, at: usize) -> (usize, usize) {
    let solid = |index: usize| matches!(sheet.kind(index), Some(Kind::Word | Kind::Digits)) && !sheet.is_taken(index);
    let latin_ahead = (at.checked_sub(1)).is_some_and(|index| sheet.key(index).is_ascii());
    let mut from = at;
    while from > 0 {
        let index = from - 1;
        let fits = solid(index) && (!latin_ahead || sheet.key(index).is_ascii());
        if !fits && !sheet.is_any_sign(index, "._%+-") {
            break;
        }
        from = index;
    }
    while from < at && sheet.kind(from) == Some(Kind::Sign) {
        from += 1;
    }
    let mut to = at + 1;
    while solid(to) || sheet.is_any_sign(to, ".-_") {
        to += 1;
    }
    while to > at + 1 && sheet.kind(to - 1) == Some(Kind::Sign) {
        to -= 1;
    }
    (from, to)
}
