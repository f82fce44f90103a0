//! Fields of forms: "Имя: …", "Phone - …", a label on a line of its own.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::lexicon::section;
use super::tokens::{Field as Owner, Kind, TokenStream};

/// What a field of a form holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Name,
    /// The person to talk to; may also be a company.
    Person,
    First,
    Last,
    Middle,
    Phone,
    Email,
    Source,
    Comment,
    /// Any other field: known only to end the field before it.
    Other,
}

impl Label {
    const ALL: [(Self, &'static str); 10] = [
        (Self::Name, "name"),
        (Self::Person, "person"),
        (Self::First, "first"),
        (Self::Last, "last"),
        (Self::Middle, "middle"),
        (Self::Phone, "phone"),
        (Self::Email, "email"),
        (Self::Source, "source"),
        (Self::Comment, "comment"),
        (Self::Other, "other"),
    ];
}

/// The spellings of labels by their first word.
static SPELLINGS: LazyLock<HashMap<&str, Vec<(Label, &str)>>> = LazyLock::new(|| {
    let mut all: HashMap<&str, Vec<(Label, &str)>> = HashMap::new();
    for (label, name) in Label::ALL {
        for form in section(include_str!("../data/labels.txt"), name).flat_map(|line| line.split('|')).map(str::trim) {
            all.entry(form.split(' ').next().unwrap_or(form)).or_default().push((label, form));
        }
    }
    all
});

/// Labels that name their value even without a colon.
const SELF_EVIDENT: &[&str] = &["имя", "фио", "name", "источник", "source", "фамилия", "отчество", "контактное лицо"];

/// One field: the tokens of its label with the colon, and those of its value.
#[derive(Debug, Clone)]
struct Field {
    label: Label,
    from: usize,
    value: (usize, usize),
}

/// All fields of the message.
#[derive(Debug)]
pub(super) struct Labels {
    fields: Vec<Field>,
}

impl Labels {
    pub(super) fn read(tokens: &TokenStream) -> Self {
        let mut heads: Vec<(Label, usize, usize)> = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            match head_at(tokens, at) {
                Some((label, value)) => {
                    heads.push((label, at, value));
                    at = value;
                }
                None => at += 1,
            }
        }
        let fields = heads.iter().enumerate().map(|(index, &(label, from, value))| {
            let line_end = tokens.line(value).1;
            let next = heads.get(index + 1).map_or(tokens.len(), |&(_, from, _)| from);
            Field { label, from, value: (value, line_end.min(next).max(value)) }
        });
        Self { fields: fields.collect() }
    }

    /// The values of all fields with this label.
    pub(super) fn values(&self, label: Label) -> impl Iterator<Item = (usize, usize)> {
        self.fields.iter().filter(move |field| field.label == label).map(|field| field.value)
    }

    /// Consumes the labels whose value has been consumed, at least in part: alone they would say nothing.
    pub(super) fn consume_used(&self, tokens: &mut TokenStream, label: Label) {
        for field in self.fields.iter().filter(|field| field.label == label) {
            if (field.value.0..field.value.1).any(|at| tokens.is_consumed(at)) {
                tokens.consume(field.from, field.value.0, Owner::Label);
            }
        }
    }

    /// Consumes the labels of comments: the note is the comment.
    pub(super) fn consume_comments(&self, tokens: &mut TokenStream) {
        for field in self.fields.iter().filter(|field| field.label == Label::Comment) {
            tokens.consume(field.from, field.value.0, Owner::Label);
        }
    }
}

/// The label that begins at this token and the token where its value begins.
fn head_at(tokens: &TokenStream, at: usize) -> Option<(Label, usize)> {
    if tokens.kind(at) != Some(Kind::Word)
        || tokens.is_consumed(at)
        || (at > 0 && tokens.kind(at - 1) == Some(Kind::Word))
    {
        return None;
    }
    let starts_part = tokens
        .before(at)
        .is_none_or(|before| tokens.kind(before) == Some(Kind::Break) || tokens.is_any_sign(before, ",;|*.•"));
    let mut best: Option<(Label, usize)> = None;
    for &(label, form) in SPELLINGS.get(tokens.key(at)).into_iter().flatten() {
        let Some(end) = spelled(tokens, at, form) else { continue };
        let bare = SELF_EVIDENT.contains(&form) || (starts_part && !matches!(label, Label::Person | Label::Other));
        let Some(value) = value_after(tokens, end, starts_part, bare) else { continue };
        if best.is_none_or(|(_, known)| value > known) {
            best = Some((label, value));
        }
    }
    best
}

/// The token after the label's words.
fn spelled(tokens: &TokenStream, begin: usize, form: &str) -> Option<usize> {
    let mut at = begin;
    for (index, word) in form.split(' ').enumerate() {
        while index > 0 && (tokens.kind(at) == Some(Kind::Space) || tokens.is_any_sign(at, "-_./")) {
            at += 1;
        }
        if tokens.key(at) != word || tokens.is_consumed(at) {
            return None;
        }
        at += 1;
    }
    Some(at)
}

/// Where the value begins: after a colon, a dash with spaces, a tab or on the next line.
fn value_after(tokens: &TokenStream, end: usize, starts_part: bool, bare: bool) -> Option<usize> {
    let mut at = end;
    while tokens.kind(at) == Some(Kind::Space) || tokens.is_any_sign(at, "*.)?_\"") {
        at += 1;
    }
    if tokens.is_any_sign(at, ":=") {
        at += 1;
        while tokens.kind(at) == Some(Kind::Space) || tokens.is_any_sign(at, "*:=_\"") {
            at += 1;
        }
        // "Имя:" with its value on the next line.
        if tokens.kind(at) == Some(Kind::Break) && bare && head_at_next(tokens, at).is_none() {
            return Some(skip_breaks(tokens, at));
        }
        return Some(at);
    }
    let spaced = tokens.kind(end) == Some(Kind::Space);
    if starts_part && spaced && tokens.is_sign(at, '-') && tokens.kind(at + 1) == Some(Kind::Space) {
        return Some(at + 2);
    }
    let tab = spaced && tokens.typed(end, end + 1).contains('\t');
    let lone = bare && starts_part && tokens.kind(at) == Some(Kind::Break);
    if lone {
        return Some(skip_breaks(tokens, at));
    }
    (tab || (bare && spaced && at == end + 1 && tokens.kind(at) == Some(Kind::Word))).then_some(at)
}

fn head_at_next(tokens: &TokenStream, at: usize) -> Option<Label> {
    let next = skip_breaks(tokens, at);
    let line = tokens.line(next);
    let mut index = next;
    while index < line.1 && !tokens.is_any_sign(index, ":=") {
        index += 1;
    }
    (index < line.1).then_some(Label::Other)
}

fn skip_breaks(tokens: &TokenStream, mut at: usize) -> usize {
    while matches!(tokens.kind(at), Some(Kind::Break | Kind::Space)) {
        at += 1;
    }
    at
}

/// Whether the word may go as a part of a label.
#[cfg(test)]
pub(super) fn is_in_label(word: &str) -> bool {
    SPELLINGS.values().flatten().any(|(_, form)| form.split(' ').any(|part| part == word))
}
