//! Phones in free text, and the many numbers that are none (rules C1–C4).

mod context;
mod number;
mod run;

use super::FoundPhone;
use super::sheet::{Field, Kind, Sheet};
use crate::domain::{Phone, PhoneRegion};
use context::Surroundings;
use run::{Run, Window};

/// Takes every phone of the message, in order; a number that comes twice is given once (C1).
pub(super) fn take_phones(sheet: &mut Sheet, region: PhoneRegion) -> Vec<FoundPhone> {
    let mut found: Vec<FoundPhone> = Vec::new();
    let mut at = 0;
    while at < sheet.len() {
        let Some((phone, end)) = read_at(sheet, at, region) else {
            at += 1;
            continue;
        };
        let extension = context::extension(sheet, end);
        let typed_end = extension.as_ref().map_or(end, |&(_, after)| after);
        let typed = sheet.typed(at, typed_end).trim().to_owned();
        sheet.take(at, end, Field::Phone);
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
fn read_at(sheet: &Sheet, at: usize, region: PhoneRegion) -> Option<(Phone, usize)> {
    if !may_begin(sheet, at) {
        return None;
    }
    let run = Run::read(sheet, at)?;
    // Slips are forgiven only when the number is none as it stands.
    whole_number(sheet, at, &run, |window, _| number::with_plus(window, region))
        .or_else(|| whole_number(sheet, at, &run, |window, around| number::without_plus(window, around, region)))
        .or_else(|| whole_number(sheet, at, &run, |window, _| number::with_slip(window, region)))
}

/// The longest window of the run that is a phone.
fn whole_number(
    sheet: &Sheet,
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
        if context::goes_on(sheet, end) {
            continue;
        }
        // A short group that belongs to the next word ("… 2 этажа") must not lengthen a number that is whole already.
        if best.is_some() && window.last_len() <= 2 && context::word_follows(sheet, end) {
            continue;
        }
        let around = Surroundings::of(sheet, at, end);
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
fn may_begin(sheet: &Sheet, at: usize) -> bool {
    if !sheet.is_free(at) {
        return false;
    }
    let begins = match sheet.kind(at) {
        Some(Kind::Digits) => true,
        Some(Kind::Sign) => sheet.is_sign(at, '+') || sheet.is_sign(at, '('),
        _ => false,
    };
    let glued = at >= 2
        && sheet.is_any_sign(at - 1, "-.")
        && sheet.kind(at - 2) == Some(Kind::Digits)
        && !sheet.is_taken(at - 2);
    let after_digits = at >= 1 && sheet.is_sign(at, '(') && sheet.kind(at - 1) == Some(Kind::Digits);
    begins && !glued && !after_digits
}
