//! The person's name: from a form's fields, or the best of the names in the text.

mod cues;
mod edges;
mod field;
mod group;
mod mask;
mod pick;
mod resolve;
mod row;
mod surname;
mod term;

use super::labels::{Label, Labels};
use super::tokens::{Field, TokenStream};
use group::Group;

/// The parts of a name, each as it is written on a card.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct FullName {
    pub last: Option<String>,
    pub first: Option<String>,
    pub middle: Option<String>,
}

/// Consumes the words of one name. What a form says outweighs the rest; of several names in a text the one
/// that introduces itself or stands at the phone wins, the others stay in the note.
pub(super) fn consume_name(tokens: &mut TokenStream, labels: &Labels) -> FullName {
    mask::mask_places(tokens);
    let others: Vec<(usize, usize)> = labels.values(Label::Other).collect();
    others.into_iter().for_each(|(from, to)| tokens.mask(from, to));
    if let Some(name) = field::consume_labelled(tokens, labels) {
        return name;
    }
    let Some(best) = pick::best(tokens) else { return FullName::default() };
    consume_group(tokens, &best);
    best.name
}

fn consume_group(tokens: &mut TokenStream, group: &Group) {
    for &(from, to) in &group.parts {
        tokens.consume(from, to, Field::Name);
    }
    cues::consume_introduction(tokens, group.from);
}

/// Whether the word may go with a name it introduces.
#[cfg(test)]
pub(super) fn introduces(word: &str) -> bool {
    cues::is_empty_word(word)
}
