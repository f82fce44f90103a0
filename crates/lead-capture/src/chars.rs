//! Single characters and how they are compared: look-alikes, exotic digits, dashes and quotes, invisible marks.

/// Whether a reader cannot see the character: zero-width and direction marks, variation selectors and the keycap, which
/// copied contacts and emoji bring along.
#[must_use]
pub fn is_invisible(sign: char) -> bool {
    matches!(sign, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(sign, '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{20e3}')
}

/// The ASCII digits of a text, in order, without anything between them.
#[must_use]
pub fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The ASCII digit a decimal digit of any usual script stands for.
pub(super) fn digit(sign: char) -> Option<char> {
    if sign.is_ascii_digit() {
        return Some(sign);
    }
    let code = u32::from(sign);
    let zero = match code {
        0xff10..=0xff19 => 0xff10,
        0x660..=0x669 => 0x660,
        0x6f0..=0x6f9 => 0x6f0,
        0x966..=0x96f => 0x966,
        0x1d7ce..=0x1d7ff => return char::from_digit((code - 0x1d7ce) % 10, 10),
        _ => return None,
    };
    char::from_digit(code - zero, 10)
}

/// One sign for all dashes, quotes, apostrophes and full-width signs.
pub(super) fn plain_sign(sign: char) -> char {
    match sign {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' | '\u{2043}' => '-',
        '«' | '»' | '\u{201c}'..='\u{201f}' => '"',
        '\u{2018}'..='\u{201b}' | '`' | '´' | 'ʼ' => '\'',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(sign) - 0xfee0).unwrap_or(sign),
        _ => sign,
    }
}

/// A word as it is compared: lower case, `е` for `ё`, composed `й`, one apostrophe, one script.
pub(super) fn word_key(typed: &str) -> String {
    let mut key = String::with_capacity(typed.len());
    for sign in typed.chars().flat_map(char::to_lowercase) {
        match sign {
            'ё' => key.push('е'),
            // macOS writes й and ё as a letter with a combining mark.
            '\u{306}' if key.ends_with('и') => {
                key.pop();
                key.push('й');
            }
            '\u{300}'..='\u{36f}' => {}
            _ if is_invisible(sign) => {}
            _ => match without_mark(sign) {
                Some(plain) => key.push_str(plain),
                None => key.push(plain_sign(sign)),
            },
        }
    }
    if key.chars().any(is_cyrillic) && key.chars().any(|sign| sign.is_ascii_alphabetic()) {
        key = key.chars().map(cyrillic_twin).collect();
    }
    key
}

/// The plain Latin letters of one with a mark, so that Müller is found by Muller.
fn without_mark(sign: char) -> Option<&'static str> {
    Some(match sign {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'è'..='ë' | 'ē' | 'ę' | 'ě' => "e",
        'ì'..='ï' | 'ī' | 'ı' => "i",
        'ğ' => "g",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => "o",
        'ř' => "r",
        'ś' | 'š' | 'ş' => "s",
        'ß' => "ss",
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

/// Whether the letter is Cyrillic.
pub(super) fn is_cyrillic(sign: char) -> bool {
    matches!(sign, '\u{400}'..='\u{52f}')
}

/// The Cyrillic letter that looks like this Latin one: people mix them up inside one word.
fn cyrillic_twin(sign: char) -> char {
    match sign {
        'a' => 'а',
        'b' => 'в',
        'c' => 'с',
        'e' => 'е',
        'h' => 'н',
        'k' => 'к',
        'm' => 'м',
        'o' => 'о',
        'p' => 'р',
        't' => 'т',
        'x' => 'х',
        'y' => 'у',
        _ => sign,
    }
}

/// The word with a capital first letter in each of its parts; a mixed spelling (McDonald) stays as typed.
pub(super) fn name_case(typed: &str) -> String {
    let capitals = typed.chars().filter(|sign| sign.is_uppercase()).count();
    let starts = typed.chars().next().is_some_and(char::is_uppercase);
    let letters = typed.chars().filter(|sign| sign.is_alphabetic()).count();
    if starts && capitals < letters && capitals > 0 && !typed.contains('-') {
        return typed.to_owned();
    }
    let mut out = String::with_capacity(typed.len());
    let mut upper = true;
    for sign in typed.chars().filter(|&sign| !is_invisible(sign)) {
        if upper {
            out.extend(sign.to_uppercase());
        } else {
            out.extend(sign.to_lowercase());
        }
        upper = matches!(plain_sign(sign), '-' | '\'');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_copied_texts_bring_along_is_invisible_and_fillers_are_not() {
        assert!("\u{ad}\u{200b}\u{202a}\u{2069}\u{feff}\u{fe0f}\u{20e3}".chars().all(is_invisible));
        assert!("a8я \u{3164}\u{2800}".chars().all(|sign| !is_invisible(sign)));
    }

    #[test]
    fn digits_lose_what_stands_between_them() {
        assert_eq!(digits_of("+7 (942) 000-67-89, доб. 5"), "794200067895");
    }
}
