//! Words typed with the wrong keyboard layout: `bdfy` is «иван», «ощрт» is "john".

use std::borrow::Cow;

use super::chars::{is_cyrillic, word_key};
use super::letters::keyboard;
use super::lexicon::Lexicon;

/// Shorter words are forms of something in both layouts by accident.
const SHORTEST: usize = 4;

/// The message as it was meant, when a known word shows that the layout was wrong; otherwise as it is.
///
/// The whole of a message is read in the other layout only when it has no word of a language as it stands.
pub(super) fn corrected(text: &str) -> Cow<'_, str> {
    let chunks: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
    let readings: Vec<Reading> = chunks.iter().map(|chunk| Reading::of(chunk.trim_end())).collect();
    if !readings.iter().any(|reading| matches!(reading, Reading::Meant(_))) {
        return Cow::Borrowed(text);
    }
    let sound = readings.iter().any(|reading| matches!(reading, Reading::Sound));
    let mut out = String::with_capacity(text.len() * 2);
    for (chunk, reading) in chunks.iter().zip(&readings) {
        let body = chunk.trim_end();
        match reading {
            Reading::Meant(word) => out.push_str(word),
            Reading::Unknown if !sound => out.push_str(&swap_word(body)),
            _ => out.push_str(body),
        }
        out.push_str(&chunk[body.len()..]);
    }
    Cow::Owned(out)
}

/// What a chunk between spaces turns out to be.
enum Reading {
    /// A known word in the other layout; the corrected chunk.
    Meant(String),
    /// A word of its own language, so the layout was right.
    Sound,
    /// Letters that are a known word in neither.
    Unknown,
    Other,
}

impl Reading {
    fn of(chunk: &str) -> Self {
        let latin = chunk.chars().any(|sign| sign.is_ascii_alphabetic());
        let cyrillic = chunk.chars().any(is_cyrillic);
        let link = chunk.contains(['@', '/', '_']) || chunk.chars().any(char::is_numeric);
        if latin == cyrillic || link {
            return Self::Other;
        }
        let lexicon = Lexicon::get();
        let bare = word_key(chunk.trim_matches(|sign: char| !sign.is_alphabetic()));
        if lexicon.is_known(&bare) || chunk.chars().filter(|sign| sign.is_alphabetic()).count() > 40 {
            return Self::Sound;
        }
        // A comma may be a comma or the letter «б»: both are tried.
        for cut in [chunk, chunk.trim_end_matches([',', '.', ';', ':', '!', '?', ')'])] {
            let swapped = keyboard::other_layout(cut);
            let key = word_key(&swapped);
            let long = key.chars().count() >= SHORTEST && key.chars().all(|sign| sign.is_alphabetic() || sign == '-');
            if long && lexicon.is_name_or_place(&key) {
                return Self::Meant(swapped + &chunk[cut.len()..]);
            }
        }
        // Cyrillic words are too many to list: an unknown one is read as it stands.
        if cyrillic { Self::Sound } else { Self::Unknown }
    }
}

/// A chunk in the other layout; a full stop or comma at its end stays one.
fn swap_word(chunk: &str) -> String {
    let body = chunk.trim_end_matches([',', '.', ';', ':', '!', '?', ')']);
    keyboard::other_layout(body) + &chunk[body.len()..]
}
