//! Surnames by their endings: how sure a word is one, and its readings by gender and case.

use crate::chars::is_cyrillic;
use crate::lexicon::{Case, Form, Gender, Lexicon};

/// How sure a word is a surname.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// An everyday word or a place.
    Never,
    /// Any other word: a surname only beside a first name and with a capital.
    Unknown,
    /// It ends like one.
    Ending,
    Listed,
}

/// Endings that all but surnames rarely have, with the shortest word that may have them.
const RUSSIAN: &[(&str, usize)] = &[
    ("ов", 4),
    ("ев", 4),
    ("ин", 5),
    ("ын", 5),
    ("ова", 5),
    ("ева", 5),
    ("ина", 5),
    ("ына", 5),
    ("ский", 6),
    ("цкий", 6),
    ("ская", 6),
    ("цкая", 6),
    ("ской", 6),
    ("енко", 5),
    ("чук", 5),
    ("щук", 5),
    ("юк", 5),
    ("ук", 6),
    ("дзе", 5),
    ("швили", 7),
    ("ян", 5),
    ("янц", 5),
    ("унц", 5),
    ("ейко", 6),
    ("евич", 6),
    ("ович", 6),
    ("заде", 6),
    ("оглу", 6),
    ("баев", 5),
    ("айте", 6),
    ("овский", 6),
    ("швілі", 7),
    ("ава", 6),
    ("уллин", 6),
    ("ых", 6),
];

const LATIN: &[(&str, usize)] = &[
    ("ov", 5),
    ("ova", 5),
    ("ev", 5),
    ("eva", 5),
    ("in", 6),
    ("ina", 6),
    ("sky", 5),
    ("skiy", 6),
    ("ski", 6),
    ("ska", 6),
    ("skaya", 7),
    ("enko", 6),
    ("yan", 6),
    ("shvili", 8),
    ("adze", 6),
    ("ez", 6),
    ("sen", 6),
    ("sson", 6),
    ("berg", 6),
    ("stein", 6),
    ("wicz", 6),
    ("oglu", 6),
    ("zadeh", 7),
    ("quist", 6),
    ("qvist", 6),
];

/// How sure a word, in its parts between hyphens, is a surname in any case.
pub(super) fn strength(parts: &[&str]) -> Strength {
    let lexicon = Lexicon::get();
    let whole = parts.concat();
    let Some(last) = parts.last().filter(|_| whole.chars().count() >= 2) else { return Strength::Never };
    let readings = readings(last);
    let listed = |form: &&Form| lexicon.is_last(&masculine(&form.nominative)) || lexicon.is_last(&form.nominative);
    let listed = readings.iter().find(listed);
    if parts.iter().any(|part| lexicon.is_ordinary(part)) {
        // Зимина is a form of Зимин rather than of «зима»; Brown is a surname only with a capital.
        return match listed {
            Some(form) if ends_like_one(&form.nominative) && !lexicon.is_ordinary(&masculine(&form.nominative)) => {
                Strength::Listed
            }
            Some(_) if last.is_ascii() => Strength::Unknown,
            _ => Strength::Never,
        };
    }
    if listed.is_some() {
        return Strength::Listed;
    }
    let apostrophe = last.starts_with("o'") || last.starts_with("d'") || (last.starts_with("mc") && last.len() > 4);
    if apostrophe || readings.iter().any(|form| ends_like_one(&form.nominative)) {
        return Strength::Ending;
    }
    if is_like_everyday(last) { Strength::Never } else { Strength::Unknown }
}

fn ends_like_one(key: &str) -> bool {
    let letters = key.chars().count();
    RUSSIAN.iter().chain(LATIN).any(|&(ending, shortest)| letters >= shortest && key.ends_with(ending))
}

/// Endings of verbs and of abstract nouns: no surname has them.
fn is_like_everyday(key: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "ть",
        "ться",
        "тся",
        "йте",
        "ите",
        "ете",
        "ют",
        "ует",
        "ает",
        "яет",
        "ишь",
        "ешь",
        "ость",
        "ости",
        "ение",
        "ания",
        "ание",
        "ение",
        "ения",
        "ению",
        "анию",
        "ция",
        "ции",
        "цию",
        "ство",
        "ства",
        "ировка",
        "ировки",
        "ировку",
        "ический",
        "ическая",
        "ической",
        "ными",
        "ого",
        "ому",
        "ыми",
        "ими",
        "енный",
        "енная",
        "овый",
        "овая",
        "овое",
        "ный",
        "ная",
        "ное",
        "ные",
        "ный",
        "ую",
        "лся",
        "лась",
        "лись",
        "ала",
        "или",
        "ила",
        "ела",
        "ели",
        "али",
        "ing",
        "tion",
        "ment",
        "ness",
        "able",
        "овы",
        "евы",
        "ины",
        "ыны",
        "ские",
        "цкие",
    ];
    key.chars().any(is_cyrillic)
        && ENDINGS.iter().any(|ending| key.ends_with(ending) && key.chars().count() > ending.chars().count() + 1)
        || (key.is_ascii() && ["ing", "tion", "ment", "ness", "able"].iter().any(|ending| key.ends_with(ending)))
}

/// The list has men's surnames: Кузнецова is found by Кузнецов.
fn masculine(key: &str) -> String {
    for (female, male) in
        [("ова", "ов"), ("ева", "ев"), ("ина", "ин"), ("ына", "ын"), ("ская", "ский"), ("цкая", "цкий")]
    {
        if let Some(stem) = key.strip_suffix(female) {
            return format!("{stem}{male}");
        }
    }
    key.to_owned()
}

/// Every reading of a word as a surname; the word itself as a nominative of both genders always is one.
pub(super) fn readings(key: &str) -> Vec<Form> {
    use Case::{Accusative, Dative, Genitive, Instrumental, Nominative, Prepositional};
    use Gender::{Female, Male};
    let mut all = Vec::new();
    let mut add = |nominative: String, gender: Gender, cases: &[Case]| {
        all.extend(cases.iter().map(|&case| Form {
            key: key.to_owned(),
            nominative: nominative.clone(),
            gender,
            case,
        }));
    };
    let stem = |ending: &str| key.strip_suffix(ending);
    let possessive = |stem: &str| ["ов", "ев", "ин", "ын"].iter().any(|ending| stem.ends_with(ending));
    let adjective = |stem: &str| ["ск", "цк"].iter().any(|ending| stem.ends_with(ending));

    let one_gender = possessive(key) || ["ский", "цкий"].iter().any(|ending| key.ends_with(ending));
    let feminine = ["ова", "ева", "ина", "ына", "ская", "цкая"].iter().any(|ending| key.ends_with(ending));
    if !feminine {
        add(key.to_owned(), Male, &[Nominative]);
    }
    if !one_gender {
        add(key.to_owned(), Female, &[Nominative]);
    }
    for (ending, male, female) in [
        ("а", &[Genitive, Accusative][..], &[][..]),
        ("у", &[Dative], &[Accusative]),
        ("ым", &[Instrumental], &[]),
        ("е", &[Prepositional], &[]),
        ("ой", &[], &[Genitive, Dative, Instrumental, Prepositional]),
    ] {
        if let Some(stem) = stem(ending).filter(|stem| possessive(stem)) {
            add(stem.to_owned(), Male, male);
            add(format!("{stem}а"), Female, female);
        }
    }
    for (ending, male, female) in [
        ("ого", &[Genitive, Accusative][..], &[][..]),
        ("ому", &[Dative], &[]),
        ("им", &[Instrumental], &[]),
        ("ом", &[Prepositional], &[]),
        ("ой", &[], &[Genitive, Dative, Instrumental, Prepositional]),
        ("ую", &[], &[Accusative]),
    ] {
        if let Some(stem) = stem(ending).filter(|stem| adjective(stem)) {
            add(format!("{stem}ий"), Male, male);
            add(format!("{stem}ая"), Female, female);
        }
    }
    let last = key.chars().last().unwrap_or_default();
    let consonant = is_cyrillic(last) && !"аеиоуыэюяйьъ".contains(last);
    if consonant && !possessive(key) {
        // A woman's Ковальчук keeps its form in every case.
        add(key.to_owned(), Female, &[Genitive, Dative, Accusative, Instrumental, Prepositional]);
    }
    if "оеиую".contains(last) || key.ends_with("ых") || key.ends_with("их") {
        for gender in [Male, Female] {
            add(key.to_owned(), gender, &[Genitive, Dative, Accusative, Instrumental, Prepositional]);
        }
    }
    for (ending, cases) in [
        ("а", &[Genitive, Accusative][..]),
        ("у", &[Dative]),
        ("ом", &[Instrumental]),
        ("ем", &[Instrumental]),
        ("е", &[Prepositional]),
    ] {
        let bare = stem(ending).filter(|stem| {
            let end = stem.chars().last().unwrap_or_default();
            stem.chars().count() >= 3 && is_cyrillic(end) && !"аеиоуыэюяйьъ".contains(end) && !possessive(stem)
        });
        if let Some(stem) = bare {
            add(stem.to_owned(), Male, cases);
        }
    }
    all
}
