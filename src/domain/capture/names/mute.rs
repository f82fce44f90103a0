//! Streets, companies and quotations: names in them are nobody's.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::cues;
use crate::domain::capture::sheet::{Kind, Sheet};

/// Words after which a name belongs to a place or a company.
static BEFORE: LazyLock<HashSet<&str>> = LazyLock::new(|| cues::list("place-before"));
/// Shortenings of such words that need their full stop.
static DOTTED: LazyLock<HashSet<&str>> = LazyLock::new(|| cues::list("place-dotted"));
/// Words behind a name that make it a street or a company.
static AFTER: LazyLock<HashSet<&str>> = LazyLock::new(|| cues::list("place-after"));

/// The longest quotation that is a title: a longer one is somebody's words.
const LONGEST_TITLE: usize = 13;

pub(super) fn mute_places(sheet: &mut Sheet) {
    mute_quotes(sheet);
    for at in 0..sheet.len() {
        if sheet.kind(at) != Some(Kind::Word) || sheet.is_taken(at) {
            continue;
        }
        let key = sheet.key(at).to_owned();
        let dotted = sheet.is_sign(at + 1, '.');
        if (BEFORE.contains(key.as_str()) && !names_nothing(sheet, at))
            || (DOTTED.contains(key.as_str()) && dotted && !is_initials(sheet, at))
        {
            mute_after(sheet, at + 1);
        }
        if key == "слава" && sheet.key(sheet.skip_spaces(at + 1)) == "богу" {
            sheet.mute(at, at + 1);
        }
        if AFTER.contains(key.as_str()) {
            mute_before(sheet, at);
        }
    }
}

/// «Николаев П.С.», «С. П. Орлов»: of two initials neither is a place.
fn is_initials(sheet: &Sheet, at: usize) -> bool {
    let initial = |at: usize| {
        let typed = if sheet.kind(at) == Some(Kind::Word) { sheet.typed(at, at + 1) } else { "" };
        typed.chars().count() == 1 && typed.chars().all(char::is_uppercase)
    };
    initial(at) && (initial(sheet.skip_spaces(at + 2)) || sheet.word_before(at, ".").is_some_and(initial))
}

/// «район», «парк» and the like before a comma name nothing.
fn names_nothing(sheet: &Sheet, at: usize) -> bool {
    sheet.is_any_sign(at + 1, ",;:!?")
}

fn mute_quotes(sheet: &mut Sheet) {
    let mut open = None;
    for at in 0..sheet.len() {
        if sheet.kind(at) == Some(Kind::Break) {
            open = None;
        }
        // The value of a field may stand in quotes; a quotation after a colon is no title.
        let valued = open.is_none() && sheet.before(at).is_some_and(|before| sheet.is_sign(before, ':'));
        if !sheet.is_sign(at, '"') || valued {
            continue;
        }
        match open.take() {
            Some(begin) if at - begin <= LONGEST_TITLE => sheet.mute(begin, at),
            _ => open = Some(at),
        }
    }
}

/// One word, or all words up to the number of the house.
fn mute_after(sheet: &mut Sheet, from: usize) {
    let mut at = from;
    while sheet.is_any_sign(at, ".-") || sheet.kind(at) == Some(Kind::Space) || sheet.key(at) == "т" {
        at += 1;
    }
    if sheet.kind(at) != Some(Kind::Word) {
        return;
    }
    let mut end = at;
    while sheet.kind(end) == Some(Kind::Word) || sheet.is_any_sign(end, "-.") {
        end += 1;
    }
    sheet.mute(at, end);
    // «ул. Марии Рубцовой 14»: the second word belongs to the street when the house follows.
    let mut next = sheet.skip_spaces(end);
    for _ in 0..2 {
        if sheet.kind(next) != Some(Kind::Word) {
            break;
        }
        let after = sheet.skip_spaces(next + 1);
        let house = sheet.kind(after) == Some(Kind::Digits) && !sheet.is_taken(after);
        let house_word = matches!(sheet.key(after), "д" | "дом" | "кв" | "корп" | "стр");
        if house || house_word || sheet.is_sign(after, ',') {
            sheet.mute(next, next + 1);
            break;
        }
        next = after;
    }
}

/// The capitalised words before: «Ленинский проспект», "Victoria Street".
fn mute_before(sheet: &mut Sheet, at: usize) {
    let mut end = at;
    for _ in 0..2 {
        let Some(word) = sheet.word_before(end, "") else { return };
        if !sheet.typed(word, word + 1).starts_with(char::is_uppercase) {
            return;
        }
        sheet.mute(word, word + 1);
        end = word;
    }
}
