//! Words around a name that tell whose it is: the client's, a colleague's, the reader's.

use crate::domain::capture::lexicon::Case;
use crate::domain::capture::sheet::{Field, Kind, Sheet};

/// Words that introduce the client, right before the name.
const INTRODUCE: &[&str] = &[
    "зовут", "имя", "это", "я", "пишет", "звонил", "звонила", "звонит", "клиент", "клиента", "клиенту", "клиентом", "клиентка", "заказчик", "заказчика", "заказчику",
    "контакт", "хозяин", "хозяйка", "собственник", "покупатель", "фамилия", "спросить", "спрашивать", "позвать", "попросить", "перезвонить", "перезвоните", "перезвони",
    "позвонить", "позвоните", "позвони", "звонить", "звоните", "связаться", "свяжитесь", "записать", "запишите", "набрать", "наберите", "уважением", "is", "name", "i'm",
    "im", "am", "contact", "client", "customer", "call", "ring", "ask", "for", "regards", "best", "thanks", "cheers", "sincerely", "спасибо", "от", "клиентка",
    "пишу", "говорит", "беспокоит", "обращаться", "обращайтесь", "контактное", "представился", "представилась", "it's", "its",
];

/// Words that disappear together with the name they introduce: alone they would say nothing.
pub(in crate::domain::capture) const EMPTY: &[&str] = &[
    "меня", "зовут", "мое", "имя", "это", "я", "клиент", "клиента", "клиенту", "клиентом", "клиентка", "заказчик", "контакт", "фамилия", "my", "name", "is", "this", "i'm", "im",
    "am", "i", "contact", "mr", "mrs", "ms", "miss", "dr", "sir", "madam", "it's", "с", "уважением", "regards", "best", "kind", "от", "для", "г", "н", "гн", "господин", "пишет",
    "меня", "спросить", "ask", "for", "спросите",
];

/// Titles before a surname.
const TITLES: &[&str] = &["mr", "mrs", "ms", "miss", "dr", "sir", "madam", "господин", "госпожа", "гн", "гжа", "гражданин", "фамилия"];

/// Words of colleagues and third persons right before a name.
const STAFF: &[&str] = &[
    "менеджер", "менеджера", "менеджеру", "менеджером", "менеджеры", "оператор", "оператора", "оператору", "мастер", "мастера", "мастеру", "коллега", "коллеги", "консультант",
    "консультанта", "сотрудник", "сотрудника", "сотрудница", "замерщик", "замерщика", "директор", "директора", "manager", "operator", "agent", "colleague",
];

const RELATIVES: &[&str] = &[
    "муж", "мужа", "мужу", "мужем", "жена", "жены", "жене", "женой", "сын", "сына", "дочь", "дочери", "брат", "брата", "сестра", "сестры", "мама", "мамы", "папа", "папы",
    "соседка", "соседки", "сосед", "соседа", "husband", "wife", "son", "daughter", "brother", "sister", "friend", "подруга", "подруги", "друг", "друга",
];

const GREETINGS: &[&str] = &[
    "здравствуйте", "здравствуй", "привет", "добрый", "доброе", "доброго", "день", "утро", "вечер", "дня", "времени", "суток", "уважаемый", "уважаемая", "уважаемые",
    "приветствую", "hi", "hello", "hey", "dear", "morning", "afternoon", "evening",
];

/// What the words before a name make of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cue {
    Introduced,
    Title,
    Staff,
    Relative,
    Greeted,
    None,
}

/// The cue before the token a name begins at.
pub(super) fn before(sheet: &Sheet, at: usize) -> Cue {
    let Some(index) = cue_word(sheet, at) else { return Cue::None };
    let key = sheet.key(index);
    if key == "н" || key == "жа" {
        return Cue::Title;
    }
    if TITLES.contains(&key) {
        return Cue::Title;
    }
    if STAFF.contains(&key) {
        return Cue::Staff;
    }
    if RELATIVES.contains(&key) {
        return Cue::Relative;
    }
    if GREETINGS.contains(&key) {
        return Cue::Greeted;
    }
    if !INTRODUCE.contains(&key) {
        return Cue::None;
    }
    // «от менеджера Анны», "for manager Ann": the word further back decides, too.
    Cue::Introduced
}

/// The word before a name, over spaces and the signs that may stand between.
fn cue_word(sheet: &Sheet, at: usize) -> Option<usize> {
    let before = sheet.before(at)?;
    if sheet.kind(before) == Some(Kind::Break) {
        // "Best regards,\nJohn"
        let line = sheet.word_before(before, ",.!-")?;
        return ["regards", "уважением", "thanks", "спасибо", "best", "sincerely", "cheers"].contains(&sheet.key(line)).then_some(line);
    }
    let signs = if matches!(sheet.before(at), Some(index) if sheet.is_any_sign(index, ",")) { "," } else { ".-:" };
    let word = sheet.word_before(at, signs)?;
    let polite = |key: &str| GREETINGS.contains(&key) || ["regards", "уважением", "thanks", "best", "спасибо", "cheers"].contains(&key);
    (signs != "," || polite(sheet.key(word))).then_some(word)
}

/// The cases the word before demands: «для Анны», «с Ольгой».
pub(super) fn governed(sheet: &Sheet, at: usize) -> &'static [Case] {
    let Some(word) = sheet.word_before(at, "") else { return &[] };
    match sheet.key(word) {
        "от" | "для" | "у" | "из" | "без" | "до" | "муж" | "жена" | "клиента" | "заказчика" => &[Case::Genitive],
        "к" | "ко" | "перезвонить" | "перезвоните" | "перезвони" | "позвонить" | "позвоните" | "позвони" | "звонить" | "звоните" | "передать" | "клиенту" | "набрать" => {
            &[Case::Dative]
        }
        "с" | "со" | "клиентом" | "заказчиком" => &[Case::Instrumental],
        "спросить" | "спросите" | "спрашивать" | "позвать" | "позовите" | "попросить" | "записать" | "запишите" | "про" | "ждем" | "наберите" => &[Case::Accusative, Case::Genitive],
        "о" | "об" => &[Case::Prepositional],
        _ => &[],
    }
}

/// Takes the words that only introduce the name which begins at this token.
pub(super) fn take_introduction(sheet: &mut Sheet, from: usize) {
    let mut at = from;
    for _ in 0..3 {
        let signs = if at == from { ".,-:" } else { "-." };
        let Some(word) = sheet.word_before(at, signs).filter(|&word| EMPTY.contains(&sheet.key(word)) && !sheet.is_taken(word)) else {
            return;
        };
        sheet.take(word, word + 1, Field::Label);
        at = word;
    }
}
