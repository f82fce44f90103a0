//! The same word in other letters: the other keyboard layout, the other alphabet.

const LATIN_KEYS: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
const CYRILLIC_KEYS: &str = "йцукенгшщзхъфывапролджэячсмитьбюё";

/// Letters of the Russian alphabet and their Latin spelling.
const SPELLING: &[(char, &str)] = &[
    ('а', "a"),
    ('б', "b"),
    ('в', "v"),
    ('г', "g"),
    ('д', "d"),
    ('е', "e"),
    ('ж', "zh"),
    ('з', "z"),
    ('и', "i"),
    ('й', "y"),
    ('к', "k"),
    ('л', "l"),
    ('м', "m"),
    ('н', "n"),
    ('о', "o"),
    ('п', "p"),
    ('р', "r"),
    ('с', "s"),
    ('т', "t"),
    ('у', "u"),
    ('ф', "f"),
    ('х', "kh"),
    ('ц', "ts"),
    ('ч', "ch"),
    ('ш', "sh"),
    ('щ', "shch"),
    ('ъ', ""),
    ('ы', "y"),
    ('ь', ""),
    ('э', "e"),
    ('ю', "yu"),
    ('я', "ya"),
];

/// What Latin spellings of Russian sounds mean, the longest first.
const SOUNDS: &[(&str, &str)] = &[
    ("shch", "щ"),
    ("sch", "щ"),
    ("zh", "ж"),
    ("kh", "х"),
    ("ts", "ц"),
    ("ch", "ч"),
    ("sh", "ш"),
    ("yu", "ю"),
    ("iu", "ю"),
    ("ju", "ю"),
    ("ya", "я"),
    ("ia", "я"),
    ("ja", "я"),
    ("yo", "е"),
    ("jo", "е"),
    ("ye", "е"),
    ("ck", "к"),
    ("ph", "ф"),
    ("a", "а"),
    ("b", "б"),
    ("c", "к"),
    ("d", "д"),
    ("e", "е"),
    ("f", "ф"),
    ("g", "г"),
    ("h", "х"),
    ("i", "и"),
    ("j", "й"),
    ("k", "к"),
    ("l", "л"),
    ("m", "м"),
    ("n", "н"),
    ("o", "о"),
    ("p", "п"),
    ("q", "к"),
    ("r", "р"),
    ("s", "с"),
    ("t", "т"),
    ("u", "у"),
    ("v", "в"),
    ("w", "в"),
    ("x", "кс"),
    ("z", "з"),
    ("'", "ь"),
];

/// As names are stored for searching: lower case, е for ё.
pub(super) fn plain(text: &str) -> String {
    text.to_lowercase().replace('ё', "е")
}

/// The lower-case text as the same keys write it in the other layout.
pub(super) fn other_layout(text: &str) -> String {
    let (from, to) = if is_cyrillic(text) { (CYRILLIC_KEYS, LATIN_KEYS) } else { (LATIN_KEYS, CYRILLIC_KEYS) };
    let key = |sign: char| from.chars().position(|known| known == sign).and_then(|at| to.chars().nth(at));
    text.chars().map(|sign| key(sign).unwrap_or(sign)).collect()
}

/// The lower-case text in the other alphabet.
pub(super) fn transliterated(text: &str) -> String {
    if is_cyrillic(text) {
        let spelling = |letter: char| SPELLING.iter().find(|(known, _)| *known == letter).map(|(_, latin)| *latin);
        // "John" and "Jack" are «Джон» and «Джек».
        let text = text.replace("дж", "j");
        return text.chars().map(|letter| spelling(letter).map_or_else(|| letter.to_string(), str::to_owned)).collect();
    }
    text.split(' ').map(in_cyrillic).collect::<Vec<_>>().join(" ")
}

fn in_cyrillic(word: &str) -> String {
    let mut out = String::with_capacity(word.len() * 2);
    let mut rest = word;
    while let Some(letter) = rest.chars().next() {
        let sound = SOUNDS.iter().find(|(latin, _)| rest.starts_with(latin));
        if let Some((latin, cyrillic)) = sound {
            out.push_str(cyrillic);
            rest = &rest[latin.len()..];
            continue;
        }
        let last = rest.len() == letter.len_utf8();
        match letter {
            // "Sergey" is «Сергей», "Dmitry" and "Yuriy" are «Дмитрий» and «Юрий», "Rybin" is «Рыбин».
            'y' if out.ends_with(['а', 'е', 'и', 'о', 'у', 'ю', 'я']) => out.push('й'),
            'y' if last => out.push_str("ий"),
            'y' => out.push('ы'),
            other => out.push(other),
        }
        rest = &rest[letter.len_utf8()..];
    }
    out
}

fn is_cyrillic(text: &str) -> bool {
    text.chars().any(|sign| ('а'..='я').contains(&sign))
}
