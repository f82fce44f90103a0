//! Russian declension of first names and patronymics.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gender {
    Male,
    Female,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Nominative,
    Genitive,
    Dative,
    Accusative,
    Instrumental,
    Prepositional,
}

impl Case {
    pub(crate) const ALL: [Self; 6] =
        [Self::Nominative, Self::Genitive, Self::Dative, Self::Accusative, Self::Instrumental, Self::Prepositional];
}

/// One reading of a word: which name in which case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Form {
    pub key: String,
    pub nominative: String,
    pub gender: Gender,
    pub case: Case,
}

/// Endings in the order of [`Case::ALL`].
type Endings = [&'static str; 6];

/// All forms of a first name.
pub(super) fn of_first(name: &str, gender: Gender) -> Vec<Form> {
    let (stem, endings) = first_paradigm(name, gender);
    decline(name, &stem, endings, gender)
}

fn first_paradigm(name: &str, gender: Gender) -> (String, Endings) {
    let short = |letters: usize| {
        let cut = name.char_indices().rev().nth(letters.saturating_sub(1)).map_or(0, |(at, _)| at);
        if letters == 0 { name.to_owned() } else { name[..cut].to_owned() }
    };
    let last = name.chars().last().unwrap_or_default();
    let before = name.chars().rev().nth(1).unwrap_or_default();
    let hissing = matches!(before, 'ж' | 'ш' | 'ч' | 'щ' | 'ц');
    match (last, gender) {
        ('а', _) if matches!(before, 'г' | 'к' | 'х') => (short(1), ["а", "и", "е", "у", "ой", "е"]),
        ('а', _) if hissing => (short(1), ["а", "и", "е", "у", "ей", "е"]),
        ('а', _) => (short(1), ["а", "ы", "е", "у", "ой", "е"]),
        ('я', _) if before == 'и' => (short(1), ["я", "и", "и", "ю", "ей", "и"]),
        ('я', _) => (short(1), ["я", "и", "е", "ю", "ей", "е"]),
        ('ь', Gender::Female) => (short(1), ["ь", "и", "и", "ь", "ью", "и"]),
        _ if gender == Gender::Female => (name.to_owned(), [""; 6]),
        _ if name == "павел" => ("пав".to_owned(), ["ел", "ла", "лу", "ла", "лом", "ле"]),
        _ if name == "лев" => ("л".to_owned(), ["ев", "ьва", "ьву", "ьва", "ьвом", "ьве"]),
        _ if name.ends_with("ек") && name.chars().count() > 4 => {
            (short(2), ["ек", "ька", "ьку", "ька", "ьком", "ьке"])
        }
        _ if name.ends_with("ок") => (short(2), ["ок", "ка", "ку", "ка", "ком", "ке"]),
        ('й', _) if before == 'и' => (short(1), ["й", "я", "ю", "я", "ем", "и"]),
        ('й', _) => (short(1), ["й", "я", "ю", "я", "ем", "е"]),
        ('ь', _) => (short(1), ["ь", "я", "ю", "я", "ем", "е"]),
        ('о' | 'е' | 'и' | 'у' | 'ю' | 'э' | 'ы', _) => (name.to_owned(), [""; 6]),
        ('ж' | 'ш' | 'ч' | 'щ' | 'ц', _) => (name.to_owned(), ["", "а", "у", "а", "ем", "е"]),
        _ => (name.to_owned(), ["", "а", "у", "а", "ом", "е"]),
    }
}

/// All forms of the patronymics made from a man's name, the spoken ones (Иваныч) among them.
pub(super) fn of_middle(name: &str) -> Vec<Form> {
    const SON: Endings = ["", "а", "у", "а", "ем", "е"];
    const DAUGHTER: Endings = ["а", "ы", "е", "у", "ой", "е"];
    let mut forms = Vec::new();
    for son in sons(name) {
        forms.extend(decline(&son, &son, SON, Gender::Male));
    }
    for daughter in daughters(name) {
        let stem = daughter.strip_suffix('а').unwrap_or(&daughter);
        forms.extend(decline(&daughter, stem, DAUGHTER, Gender::Female));
    }
    forms
}

fn sons(name: &str) -> Vec<String> {
    let mut all: Vec<String> = bases(name).into_iter().map(|base| format!("{base}ич")).collect();
    all.extend(bases(name).into_iter().filter_map(|base| base.strip_suffix("ов").map(|stem| format!("{stem}ыч"))));
    if let Some(stem) = name.strip_suffix('й') {
        all.push(format!("{stem}ич"));
    }
    match name {
        "илья" | "лука" | "фома" | "кузьма" | "никита" => {
            all.push(format!("{}ич", &name[..name.len() - 'а'.len_utf8()]))
        }
        "павел" => all.extend(["палыч".to_owned()]),
        "александр" => all.extend(["саныч".to_owned(), "алексаныч".to_owned()]),
        "михаил" => all.extend(["михалыч".to_owned()]),
        _ => {}
    }
    all
}

fn daughters(name: &str) -> Vec<String> {
    let mut all: Vec<String> = bases(name).into_iter().map(|base| format!("{base}на")).collect();
    match name {
        "илья" | "лука" | "фома" | "кузьма" => {
            all.push(format!("{}инична", &name[..name.len() - 'а'.len_utf8()]))
        }
        "никита" => all.push("никитична".to_owned()),
        "александр" => all.push("алексанна".to_owned()),
        "павел" => all.push("пална".to_owned()),
        "николай" => all.push("николавна".to_owned()),
        "сергей" => all.push("сергевна".to_owned()),
        "михаил" => all.push("михална".to_owned()),
        "иван" => all.push("иванна".to_owned()),
        _ => {}
    }
    all
}

/// Possessive stems: иванов-, сергеев-, васильев-, игорев-.
fn bases(name: &str) -> Vec<String> {
    let cut = |ending: &str| name.strip_suffix(ending).map(str::to_owned);
    let with = |stem: Option<String>, tail: &str| stem.map(|stem| stem + tail);
    let last = name.chars().last().unwrap_or_default();
    let known = match name {
        "павел" => vec!["павлов".to_owned()],
        "лев" => vec!["львов".to_owned()],
        "петр" => vec!["петров".to_owned()],
        "яков" => vec!["яковлев".to_owned()],
        "михаил" => vec!["михайлов".to_owned(), "михаилов".to_owned()],
        "даниил" => vec!["данилов".to_owned(), "даниилов".to_owned()],
        _ => Vec::new(),
    };
    if !known.is_empty() {
        return known;
    }
    match last {
        'й' if name.ends_with("ий") => {
            [with(cut("ий"), "ьев"), with(cut("ий"), "иев")].into_iter().flatten().collect()
        }
        'й' => with(cut("й"), "ев").into_iter().collect(),
        'ь' => [with(cut("ь"), "ев"), with(cut("ь"), "ьев")].into_iter().flatten().collect(),
        'а' | 'я' => [with(Some(name.to_owned()), "ев"), with(cut("а"), "ов")].into_iter().flatten().collect(),
        'и' | 'о' | 'е' | 'у' | 'э' | 'ы' | 'ю' => vec![format!("{name}ев"), format!("{name}ов")],
        'ж' | 'ш' | 'ч' | 'щ' | 'ц' => vec![format!("{name}ев")],
        _ => vec![format!("{name}ов")],
    }
}

fn decline(nominative: &str, stem: &str, endings: Endings, gender: Gender) -> Vec<Form> {
    Case::ALL
        .iter()
        .zip(endings)
        .map(|(&case, ending)| Form { key: format!("{stem}{ending}"), nominative: nominative.to_owned(), gender, case })
        .collect()
}
