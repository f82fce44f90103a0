//! Which windows of digits are phones: lengths, prefixes and the way people group digits (C1–C4).

use super::context::Surroundings;
use super::run::Window;
use crate::{Phone, PhoneRegion};

/// Countries whose numbers people in the region write without a plus.
const NEIGHBOURS: [&str; 10] = ["373", "374", "375", "380", "992", "993", "994", "995", "996", "998"];

/// A number with fewer real digits may be anything once letters are read as digits.
const MIN_REAL_DIGITS: usize = 7;

/// A cheap test before anything is parsed.
pub(super) fn has_phone_length(window: &Window) -> bool {
    (8..=17).contains(&window.digits.len())
}

/// Letters that look like digits are read as such only among enough real ones.
pub(super) fn is_real(window: &Window) -> bool {
    window.lookalikes() == 0 || window.digits.len() - window.lookalikes() >= MIN_REAL_DIGITS
}

/// An international number with its plus.
pub(super) fn with_plus(window: &Window, region: PhoneRegion) -> Option<Phone> {
    window.plus.then(|| international(&window.digits, region)).flatten()
}

/// A number as it is dialled in the region, or an international one without its plus.
pub(super) fn without_plus(window: &Window, around: &Surroundings, region: PhoneRegion) -> Option<Phone> {
    let other = around.is_other_number || (around.is_order && !is_long_mobile(&window.digits));
    if window.plus || other {
        return None;
    }
    abroad(window, around).or_else(|| at_home(window, around, region))
}

/// The usual slips after a plus: `+8 912…`, `+912…`, `+7 8 912…`.
pub(super) fn with_slip(window: &Window, region: PhoneRegion) -> Option<Phone> {
    if !window.plus || !counts_from_seven(region) {
        return None;
    }
    let digits = window.digits.as_str();
    let national = match (digits.len(), digits.get(..1)?, digits.get(1..2)?) {
        (11, "8", _) => &digits[1..],
        (10, "9", _) => digits,
        (12, "7", "8") => &digits[2..],
        _ => return None,
    };
    seven(national)
}

/// `00…`, `810…`, and the codes of the neighbours without a plus.
fn abroad(window: &Window, around: &Surroundings) -> Option<Phone> {
    let digits = window.digits.as_str();
    let parse = |rest: &str| Phone::parse(&format!("+{rest}"), PhoneRegion::RU).ok();
    if let Some(rest) = digits.strip_prefix("00") {
        return (rest.len() >= 9).then(|| parse(rest)).flatten();
    }
    if let Some(rest) = digits.strip_prefix("810").filter(|rest| rest.len() >= 10) {
        return parse(rest);
    }
    let neighbour = NEIGHBOURS.iter().any(|code| digits.starts_with(code));
    let american = digits.starts_with('1') && window.sizes() == [1, 3, 3, 4];
    let named = around.is_named && (11..=13).contains(&digits.len());
    let home_like = digits.len() == 11 && digits.starts_with(['7', '8']);
    ((neighbour && matches!(digits.len(), 11 | 12)) || american || (named && !home_like))
        .then(|| parse(digits))
        .flatten()
}

fn at_home(window: &Window, around: &Surroundings, region: PhoneRegion) -> Option<Phone> {
    let digits = window.digits.as_str();
    if counts_from_seven(region) {
        return match (digits.len(), digits.get(..1)?) {
            (11, "7" | "8") if is_grouped_like_eleven(window) => seven(&digits[1..]),
            (10, _) if is_grouped_like_ten(window, around) => seven(digits),
            _ => None,
        };
    }
    let shaped = digits.starts_with('0') || window.groups.len() > 1 || around.is_named || digits.len() == 10;
    let spans_numbers = window.has_spaced_dash() || window.has_inside('/');
    (shaped && !spans_numbers && (8..=12).contains(&digits.len())).then(|| Phone::parse(digits, region).ok()).flatten()
}

/// Eleven digits from 7 or 8 on. Mobiles are grouped in every way; of the rest only usual groups count.
fn is_grouped_like_eleven(window: &Window) -> bool {
    let sizes = window.sizes();
    let mobile = window.digits[1..].starts_with('9');
    // 89 000 - 120 000 is a range of prices.
    if window.has_spaced_dash() && !matches!(sizes[0], 1 | 4) {
        return false;
    }
    // 812-345-678 90 is the number of a pension account.
    if sizes == [3, 3, 3, 2] {
        return false;
    }
    let tail = if sizes[0] == 1 { &sizes[1..] } else { &sizes[..] };
    let all_single = sizes.iter().all(|&size| size == 1);
    let lonely = window.groups.iter().skip(1).any(|group| group.digits.len() == 1 && group.gap.contains(' '));
    if all_single || sizes.len() == 1 {
        return true;
    }
    if lonely {
        return false;
    }
    mobile || matches!(tail[0], 3..=5 | 10) || matches!(sizes[0], 4 | 6)
}

/// Ten digits: a mobile from 9 on, or a city number whose code is set apart.
fn is_grouped_like_ten(window: &Window, around: &Surroundings) -> bool {
    let sizes = window.sizes();
    let lonely = sizes.contains(&1);
    if lonely || window.has_inside('/') || (window.has_spaced_dash() && !around.is_named) {
        return false;
    }
    let usual = matches!(sizes[..], [10] | [3, ..] | [4, 6] | [4, 3, 3] | [4, 2, 2, 2] | [5, 5] | [2, 2, 2, 2, 2]);
    match window.digits.get(..1) {
        Some("9") => usual || window.has_code_in_brackets(),
        Some("3" | "4" | "8") => {
            let set_apart =
                window.has_code_in_brackets() || (sizes.len() > 2 && window.has_inside('-')) || around.is_named;
            set_apart && usual
        }
        _ => false,
    }
}

/// Whether the digits are a whole Russian mobile: no order or request has such a number by accident.
fn is_long_mobile(digits: &str) -> bool {
    digits.len() == 11 && (digits.starts_with("79") || digits.starts_with("89"))
}

fn international(digits: &str, region: PhoneRegion) -> Option<Phone> {
    (8..=15).contains(&digits.len()).then(|| Phone::parse(&format!("+{digits}"), region).ok()).flatten()
}

fn seven(national: &str) -> Option<Phone> {
    Phone::parse(&format!("+7{national}"), PhoneRegion::RU).ok()
}

/// Whether national numbers of the region follow +7.
fn counts_from_seven(region: PhoneRegion) -> bool {
    region == PhoneRegion::RU || region.code() == "KZ"
}
