//! Phone cues: words that only announce a number: «мой номер», "phone:", «тел.».

use std::sync::LazyLock;

use super::lexicon::list;
use super::tokens::{Field, TokenStream};

/// Words for a phone; one of them has to be there.
static NOUNS: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("../data/numbers.txt"), "cue"));

/// Words that belong to them or to the number.
static LITTLE: LazyLock<Vec<&str>> = LazyLock::new(|| list(include_str!("../data/numbers.txt"), "cue-little"));

/// Consumes these words before every phone.
pub(super) fn consume_phone_words(tokens: &mut TokenStream) {
    for at in 0..tokens.len() {
        let begins = tokens.owner(at) == Some(Field::Phone) && (at == 0 || tokens.owner(at - 1) != Some(Field::Phone));
        if begins {
            consume_before(tokens, at);
        }
    }
}

fn consume_before(tokens: &mut TokenStream, phone: usize) {
    let mut at = phone;
    let mut from = phone;
    for _ in 0..4 {
        let signs = if at == phone { ".:-=(" } else { ".:" };
        let free = |word: &usize| tokens.owner(*word).is_none_or(|owner| owner == Field::Label);
        let Some(word) = tokens.word_before(at, signs).filter(free) else { break };
        let key = tokens.key(word);
        let noun = NOUNS.contains(&key) || tokens.is_consumed(word);
        let little = LITTLE.contains(&key);
        // A preposition goes alone only right before the number: «звоните на 8 912 …».
        let alone = at == phone && matches!(key, "по" | "на" | "at" | "on");
        if noun || alone || (little && from < phone) {
            from = word;
        } else if !little {
            break;
        }
        at = word;
    }
    tokens.consume(from, phone, Field::Label);
}

/// Whether the word may go with a phone it announces.
#[cfg(test)]
pub(super) fn says_phone(word: &str) -> bool {
    NOUNS.contains(&word) || LITTLE.contains(&word)
}
