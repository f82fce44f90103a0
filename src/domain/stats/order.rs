//! The order of ads in statistics (S12).

use std::cmp::{Ordering, Reverse};

use super::AdFigures;

/// Orders two ads: the better ratio first, a dash last, ties by title as people read it.
#[must_use]
pub fn by_ratio(one: (&AdFigures, &str), other: (&AdFigures, &str)) -> Ordering {
    // `None` is the least of all, so it comes last in the reversed order.
    let key = |(figures, title): (&AdFigures, &str)| (Reverse(figures.ratio()), reading(title), title.to_owned());
    key(one).cmp(&key(other))
}

/// A title without case, and with the letter yo where readers look for it: at ye.
fn reading(title: &str) -> String {
    title.to_lowercase().replace('\u{451}', "\u{435}")
}
