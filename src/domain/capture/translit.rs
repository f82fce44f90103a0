//! Russian words in Latin letters, as people spell their names abroad.

/// The plain transliteration of a lower-case word; letters that are not Russian stay.
pub(super) fn to_latin(word: &str) -> String {
    word.chars().fold(String::with_capacity(word.len()), |mut out, letter| {
        match latin_of(letter) {
            Some(latin) => out.push_str(latin),
            None => out.push(letter),
        }
        out
    })
}

/// The spellings of a lower-case Russian name in Latin letters: Yuriy, Yuri, Iurii.
pub(super) fn spellings(word: &str) -> Vec<String> {
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
