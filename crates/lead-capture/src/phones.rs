//! Phones in free text, told apart from the many other numbers (C1–C4).

mod context;
mod number;
mod run;

use super::FoundPhone;
use super::tokens::{Field, Kind, TokenStream};
use crate::{Phone, PhoneRegion};
use context::Surroundings;
use run::{Run, Window};

/// Consumes every phone of the message, in order; a number that comes twice is given once (C1).
pub(super) fn consume_phones(tokens: &mut TokenStream, region: PhoneRegion) -> Vec<FoundPhone> {
    let mut found: Vec<FoundPhone> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some((phone, end)) = read_at(tokens, at, region) else {
            at += 1;
            continue;
        };
        let extension = context::extension(tokens, end);
        let typed_end = extension.as_ref().map_or(end, |&(_, after)| after);
        let typed = tokens.typed(at, typed_end).trim().to_owned();
        tokens.consume(at, end, Field::Phone);
        let extension = extension.map(|(digits, _)| digits);
        match found.iter_mut().find(|known| known.phone == phone) {
            Some(known) => known.extension = known.extension.take().or(extension),
            None => found.push(FoundPhone { phone, typed, extension }),
        }
        at = end;
    }
    found
}

/// The phone that begins exactly at this token, and the token after it.
fn read_at(tokens: &TokenStream, at: usize, region: PhoneRegion) -> Option<(Phone, usize)> {
    if !may_begin(tokens, at) {
        return None;
    }
    let run = Run::read(tokens, at)?;
    // Slips are forgiven only when the number is none as it stands.
    whole_number(tokens, at, &run, |window, _| number::with_plus(window, region))
        .or_else(|| whole_number(tokens, at, &run, |window, around| number::without_plus(window, around, region)))
        .or_else(|| whole_number(tokens, at, &run, |window, _| number::with_slip(window, region)))
}

/// The longest window of the run that is a phone.
fn whole_number(
    tokens: &TokenStream,
    at: usize,
    run: &Run,
    read: impl Fn(&Window, &Surroundings) -> Option<Phone>,
) -> Option<(Phone, usize)> {
    let mut best: Option<(Phone, usize)> = None;
    for last in 0..run.groups.len() {
        let window = run.window(last);
        if !number::has_phone_length(&window) {
            continue;
        }
        let end = window.end;
        if context::goes_on(tokens, end) {
            continue;
        }
        // A short group that belongs to the next word ("… 2 этажа") must not lengthen a number that is whole already.
        if best.is_some() && window.last_len() <= 2 && context::word_follows(tokens, end) {
            continue;
        }
        let around = Surroundings::of(tokens, at, end);
        if around.is_money || !number::is_real(&window) {
            continue;
        }
        if let Some(phone) = read(&window, &around) {
            best = Some((phone, end));
        }
    }
    best
}

/// A number begins with a plus, a bracket or a digit, and not in the middle of a longer number.
fn may_begin(tokens: &TokenStream, at: usize) -> bool {
    if !tokens.is_free(at) {
        return false;
    }
    let begins = match tokens.kind(at) {
        Some(Kind::Digits) => true,
        Some(Kind::Sign) => tokens.is_sign(at, '+') || tokens.is_sign(at, '('),
        _ => false,
    };
    let glued = at >= 2
        && tokens.is_any_sign(at - 1, "-.")
        && tokens.kind(at - 2) == Some(Kind::Digits)
        && !tokens.is_consumed(at - 2);
    let after_digits = at >= 1 && tokens.is_sign(at, '(') && tokens.kind(at - 1) == Some(Kind::Digits);
    begins && !glued && !after_digits
}
