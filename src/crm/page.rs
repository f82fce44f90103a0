//! Pages of lists: by key, so that no row is lost or doubled between two pages, and by number for pickers.

use crate::domain::Tally;

/// A page of a list that goes on after a key.
#[derive(Debug, Clone)]
pub struct Page<T, Key = i64> {
    pub rows: Vec<T>,
    /// How many rows there are on all pages, as far as they are counted.
    pub total: Tally,
    /// Whether rows follow, where not all are counted.
    pub further: bool,
    /// The key of the last row, after which the next page begins.
    pub last: Option<Key>,
}

/// Takes the row away that was read beyond the page; whether there was one.
pub(super) fn further<T>(rows: &mut Vec<T>, limit: i64) -> bool {
    let limit = usize::try_from(limit).unwrap_or_default();
    let further = rows.len() > limit;
    rows.truncate(limit);
    further
}

/// The rows of a list from a key on, whose number is counted from there on only.
#[derive(Debug, Clone)]
pub struct Rest<T> {
    pub rows: Vec<T>,
    /// How many rows there are from this page on, as far as they are counted.
    pub rest: i64,
}

/// A page of choices of a picker.
pub struct Choices<T> {
    pub rows: Vec<T>,
    /// The page, from 1.
    pub page: i64,
    /// How many pages there are.
    pub pages: i64,
}

/// Choices on a page of a picker.
pub(super) const CHOICES: i64 = 8;

/// The page that was asked for, kept within what there is, and the number of pages.
pub(super) fn paged(wanted: i64, total: i64) -> (i64, i64) {
    let pages = ((total + CHOICES - 1) / CHOICES).max(1);
    (wanted.clamp(1, pages), pages)
}

#[cfg(test)]
mod tests {
    use super::paged;

    #[test]
    fn forged_pages_stay_within_what_there_is() {
        assert_eq!(paged(0, 0), (1, 1));
        assert_eq!(paged(2, 8), (1, 1));
        assert_eq!(paged(2, 9), (2, 2));
        assert_eq!(paged(i64::MIN, 100), (1, 13));
        assert_eq!(paged(i64::MAX, 100), (13, 13));
    }
}
