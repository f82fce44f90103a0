//! Links and e-mail addresses: phones inside messenger links, everything else kept away from phones and names.

use super::FoundPhone;
use super::tokens::{Field, Kind, TokenStream};
use crate::{Email, Phone, PhoneRegion};

/// Links that carry a phone number in international form.
const CALLS: &[&str] =
    &["wa.me/", "whatsapp.com/send", "whatsapp://", "viber://", "viber.click/", "t.me/+", "callto:", "sms:"];

const ZONES: &[&str] = &[
    "ru", "com", "рф", "net", "org", "su", "info", "pro", "by", "kz", "ua", "io", "me", "online", "shop", "site",
    "store", "biz", "uz", "ge", "am", "uk", "de", "example",
];

/// Consumes phones in messenger links and masks every link.
pub(super) fn consume_links(tokens: &mut TokenStream, region: PhoneRegion) -> Vec<FoundPhone> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if matches!(tokens.kind(at), Some(Kind::Space | Kind::Break)) {
            at += 1;
            continue;
        }
        let end = (at..tokens.len())
            .find(|&index| matches!(tokens.kind(index), Some(Kind::Space | Kind::Break)))
            .unwrap_or(tokens.len());
        let typed = tokens.typed(at, end).to_lowercase();
        if CALLS.iter().any(|call| typed.contains(call)) {
            if let Some((phone, after)) = phone_in_link(tokens, at, end, region) {
                let typed = tokens.typed(at, after).to_owned();
                tokens.consume(at, after, Field::Phone);
                if !found.iter().any(|known: &FoundPhone| known.phone == phone) {
                    found.push(FoundPhone { phone, typed, extension: None });
                }
            }
            tokens.link(at, end);
        } else if typed.contains("://") || typed.contains("www.") {
            tokens.link(at, end);
        } else {
            mask_sites(tokens, at, end);
        }
        at = end;
    }
    found
}

fn phone_in_link(tokens: &TokenStream, from: usize, to: usize, region: PhoneRegion) -> Option<(Phone, usize)> {
    (from..to).filter(|&at| tokens.kind(at) == Some(Kind::Digits)).find_map(|at| {
        // %2B is the plus of a link: its 2 belongs to the sign, not to the number.
        let digits = tokens.key(at);
        let phone = Phone::from_contact(digits, region).ok().filter(|_| digits.len() >= 9)?;
        Some((phone, at + 1))
    })
}

/// A bare site name, `stroy-dom.ru/kuhni`, is masked with all that hangs on it.
fn mask_sites(tokens: &mut TokenStream, from: usize, to: usize) {
    let dot = (from + 1..to).find(|&at| {
        tokens.is_sign(at, '.')
            && tokens.kind(at - 1) == Some(Kind::Word)
            && ZONES.contains(&tokens.key(at + 1))
            && at + 1 < to
    });
    if let Some(dot) = dot {
        let begin = (from..dot).rev().find(|&at| tokens.is_any_sign(at, "(,;:\"<")).map_or(from, |at| at + 1);
        let end = (dot..to).find(|&at| tokens.is_any_sign(at, "),;\">")).unwrap_or(to);
        // «с avito.ru» names a source; the address of a page does not.
        if (dot..end).any(|at| tokens.is_sign(at, '/')) {
            tokens.link(begin, end);
        } else {
            tokens.mask(begin, end);
        }
    }
}

/// Consumes the first valid address (C13); further ones and @names stay in the note, masked.
pub(super) fn consume_email(tokens: &mut TokenStream) -> Option<String> {
    let mut first = None;
    for at in 0..tokens.len() {
        if !tokens.is_sign(at, '@') || tokens.is_consumed(at) {
            continue;
        }
        let (from, to) = address_around(tokens, at);
        let email = Email::parse(tokens.typed(from, to)).ok().flatten();
        if let (None, Some(email)) = (&first, email) {
            first = Some(email.as_str().to_owned());
            let scheme = from >= 2 && tokens.is_sign(from - 1, ':') && tokens.key(from - 2) == "mailto";
            tokens.consume(if scheme { from - 2 } else { from }, to, Field::Email);
        } else {
            tokens.mask(from, to);
        }
    }
    first
}

/// The tokens of an address around its `@`.
fn address_around(tokens: &TokenStream, at: usize) -> (usize, usize) {
    let solid =
        |index: usize| matches!(tokens.kind(index), Some(Kind::Word | Kind::Digits)) && !tokens.is_consumed(index);
    let latin_ahead = (at.checked_sub(1)).is_some_and(|index| tokens.key(index).is_ascii());
    let mut from = at;
    while from > 0 {
        let index = from - 1;
        let fits = solid(index) && (!latin_ahead || tokens.key(index).is_ascii());
        if !fits && !tokens.is_any_sign(index, "._%+-") {
            break;
        }
        from = index;
    }
    while from < at && tokens.kind(from) == Some(Kind::Sign) {
        from += 1;
    }
    let mut to = at + 1;
    while solid(to) || tokens.is_any_sign(to, ".-_") {
        to += 1;
    }
    while to > at + 1 && tokens.kind(to - 1) == Some(Kind::Sign) {
        to -= 1;
    }
    (from, to)
}
