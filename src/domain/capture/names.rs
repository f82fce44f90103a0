//! The person's name: from a form's fields, or the best of the names in the text.

mod cues;
mod edges;
mod field;
mod group;
mod mute;
mod pick;
mod resolve;
mod row;
mod surname;
mod term;

use super::labels::{Label, Labels};
use super::sheet::{Field, Sheet};
use group::Group;

/// The parts of a name, each as it is written on a card.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct FullName {
    pub last: Option<String>,
    pub first: Option<String>,
    pub middle: Option<String>,
}

/// Takes the words of one name. What a form says outweighs the rest; of several names in a text the one
/// that introduces itself or stands at the phone wins, the others stay in the note.
pub(super) fn take_name(sheet: &mut Sheet, labels: &Labels) -> FullName {
    mute::mute_places(sheet);
    let others: Vec<(usize, usize)> = labels.values(Label::Other).collect();
    others.into_iter().for_each(|(from, to)| sheet.mute(from, to));
    if let Some(name) = field::take_labelled(sheet, labels) {
        return name;
    }
    let Some(best) = pick::best(sheet) else { return FullName::default() };
    take_group(sheet, &best);
    best.name
}

fn take_group(sheet: &mut Sheet, group: &Group) {
    for &(from, to) in &group.parts {
        sheet.take(from, to, Field::Name);
    }
    cues::take_introduction(sheet, group.from);
}

/// Whether the word may go with a name it introduces.
#[cfg(test)]
pub(super) fn introduces(word: &str) -> bool {
    cues::is_empty_word(word)
}
