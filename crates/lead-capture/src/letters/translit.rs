//! Transliteration: Russian words in Latin letters and back, as people spell their names abroad.

use crate::chars::is_cyrillic;

/// The plain transliteration of a lower-case word; letters that are not Russian stay.
pub(crate) fn to_latin(word: &str) -> String {
    word.chars().fold(String::with_capacity(word.len()), |mut out, letter| {
        match latin_of(letter) {
            Some(latin) => out.push_str(latin),
            None => out.push(letter),
        }
        out
    })
}

/// The spellings of a lower-case Russian name in Latin letters: Yuriy, Yuri, Iurii.
pub(crate) fn spellings(word: &str) -> Vec<String> {
    let mut all = vec![to_latin(word)];
    let pairs: &[(&str, &str)] = &[
        ("iy", "y"),
        ("iy", "i"),
        ("ey", "ei"),
        ("ay", "ai"),
        ("y", "i"),
        ("iya", "ia"),
        ("ya", "ia"),
        ("yu", "iu"),
        ("kh", "h"),
        ("ks", "x"),
        ("dzh", "j"),
        ("zh", "j"),
        ("ts", "c"),
        ("v", "w"),
        ("shch", "sch"),
        ("'", ""),
        ("ck", "k"),
        ("k", "c"),
        ("f", "ph"),
    ];
    for (from, to) in pairs {
        let more: Vec<String> =
            all.iter().filter(|known| known.contains(from)).map(|known| known.replace(from, to)).collect();
        all.extend(more);
        if all.len() > 24 {
            break;
        }
    }
    if word.starts_with('е') {
        let yes: Vec<String> = all.iter().map(|known| format!("y{known}")).collect();
        all.extend(yes);
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn latin_of(letter: char) -> Option<&'static str> {
    Some(match letter {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' => "g",
        'д' => "d",
        'е' | 'ё' | 'э' => "e",
        'ж' => "zh",
        'з' => "z",
        'и' => "i",
        'й' | 'ы' => "y",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' => "u",
        'ф' => "f",
        'х' => "kh",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ъ' => "",
        'ь' => "",
        'ю' => "yu",
        'я' => "ya",
        _ => return None,
    })
}

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

/// The lower-case text in the other alphabet.
pub(crate) fn other_alphabet(text: &str) -> String {
    if text.chars().any(is_cyrillic) {
        // "John" and "Jack" are «Джон» and «Джек».
        return to_latin(&text.replace("дж", "j"));
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
