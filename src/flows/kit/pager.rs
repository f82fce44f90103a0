//! Pages of a list by key: no page is lost or doubled when rows come and go, and deep pages cost no more than the first.

use serde::{Deserialize, Serialize};

use crate::crm::Page;
use crate::domain::Tally;
use crate::flows::{Button, ButtonAction};
use crate::text::{Html, Say};

/// Rows on a page of a list.
pub const ROWS: i64 = 8;

/// Where one is in a list: the key after which each opened page begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pager<K> {
    starts: Vec<K>,
}

impl<K> Default for Pager<K> {
    fn default() -> Self {
        Self { starts: Vec::new() }
    }
}

impl<K> Pager<K> {
    /// The key after which the present page begins; none for the first.
    #[must_use]
    pub fn after(&self) -> Option<&K> {
        self.starts.last()
    }

    /// The present page, from 1.
    #[must_use]
    pub fn page(&self) -> i64 {
        i64::try_from(self.starts.len()).unwrap_or(i64::MAX).saturating_add(1)
    }

    /// Turns to the page of an arrow. `last` is the key of the last row now shown.
    pub fn turn(&mut self, to: i64, last: Option<K>) {
        if to > self.page() {
            self.starts.extend(last);
        } else if to < self.page() {
            self.starts.pop();
        }
    }

    /// `‹ 2/7 ›` for a list of so many rows.
    #[must_use]
    pub fn arrows(&self, extent: impl Into<Extent>, say: Say) -> Vec<Button> {
        let Extent { total, further } = extent.into();
        match total {
            Tally::Exactly(total) => self.arrows_by(ROWS, total, say),
            Tally::MoreThan(counted) => {
                let pages = (counted / ROWS).max(self.page());
                arrows_around(self.page(), &format!("{}/{pages}+", self.page()), further)
            }
        }
    }

    /// The same for pages of `rows` rows.
    #[must_use]
    pub fn arrows_by(&self, rows: i64, total: i64, say: Say) -> Vec<Button> {
        let pages = (total + rows - 1) / rows.max(1);
        if pages > 1 || self.page() > 1 { arrows(self.page(), pages.max(self.page()), say) } else { Vec::new() }
    }
}

/// `‹ 2/7 ›`: only arrows that lead somewhere.
#[must_use]
pub fn arrows(page: i64, pages: i64, _: Say) -> Vec<Button> {
    arrows_around(page, &format!("{page}/{pages}"), page < pages)
}

fn arrows_around(page: i64, label: &str, further: bool) -> Vec<Button> {
    let turn = |label: &str, to: i64| Button::press(&Html::data(label), ButtonAction::Page(to));
    let back = (page > 1).then(|| turn("‹", page - 1));
    let forth = further.then(|| turn("›", page + 1));
    back.into_iter().chain([turn(label, page)]).chain(forth).collect()
}

/// How far a list goes.
#[derive(Clone, Copy)]
pub struct Extent {
    total: Tally,
    /// Whether rows follow the present page, where not all are counted.
    further: bool,
}

impl From<i64> for Extent {
    fn from(total: i64) -> Self {
        Self { total: Tally::Exactly(total), further: false }
    }
}

impl<T, K> From<&Page<T, K>> for Extent {
    fn from(page: &Page<T, K>) -> Self {
        Self { total: page.total, further: page.further }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Language;

    #[test]
    fn arrows_lead_forth_and_back_to_the_same_keys() {
        let mut pager = Pager::default();
        let labels = |pager: &Pager<i64>| -> Vec<String> {
            pager.arrows(20, Say(Language::En)).into_iter().map(|button| button.label).collect()
        };
        assert_eq!(labels(&pager), ["1/3", "›"]);
        pager.turn(2, Some(8));
        assert_eq!((pager.after(), pager.page()), (Some(&8), 2));
        assert_eq!(labels(&pager), ["‹", "2/3", "›"]);
        pager.turn(2, Some(16));
        assert_eq!(pager.page(), 2, "a tap on the number stays");
        pager.turn(1, Some(16));
        assert_eq!((pager.after(), pager.page()), (None, 1));
        assert!(Pager::<i64>::default().arrows(8, Say(Language::En)).is_empty());
    }

    #[test]
    fn beyond_what_is_counted_an_arrow_leads_forth_while_rows_follow() {
        let mut pager = Pager::<i64>::default();
        let labels = |pager: &Pager<i64>, further| -> Vec<String> {
            let extent = Extent { total: Tally::MoreThan(1_000), further };
            pager.arrows(extent, Say(Language::En)).into_iter().map(|button| button.label).collect()
        };
        assert_eq!(labels(&pager, true), ["1/125+", "›"]);
        for page in 1..200 {
            pager.turn(page + 1, Some(page));
        }
        assert_eq!(labels(&pager, true), ["‹", "200/200+", "›"]);
        assert_eq!(labels(&pager, false), ["‹", "200/200+"]);
    }
}
