//! A month to tap a day in. A tap on a day is `Pick` of its number, a turn is `Page` in months.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::flows::{Button, ButtonAction, Screen};
use crate::text::{Html, Say};

/// One month of a date picker.
pub struct Calendar {
    first: NaiveDate,
    today: NaiveDate,
    page: i64,
}

impl Calendar {
    /// The month that is `page` months from that of `around`.
    #[must_use]
    pub fn new(around: NaiveDate, today: NaiveDate, page: i64) -> Self {
        // No user turns further than fifty years; forged pages end there too.
        let page = page.clamp(-600, 600);
        let month = around.with_day(1).unwrap_or(around);
        let distance = Months::new(u32::try_from(page.unsigned_abs()).unwrap_or_default());
        let first = match page {
            0.. => month.checked_add_months(distance),
            _ => month.checked_sub_months(distance),
        };
        Self { first: first.unwrap_or(month), today, page }
    }

    /// The day of a tap.
    #[must_use]
    pub fn day(pick: i64) -> Option<NaiveDate> {
        NaiveDate::from_num_days_from_ce_opt(i32::try_from(pick).ok()?)
    }

    /// The number of a day, as a tap carries it.
    #[must_use]
    pub fn pick(day: NaiveDate) -> i64 {
        i64::from(day.num_days_from_ce())
    }

    /// Draws the month below a screen: weeks begin on Monday, today stands in brackets.
    #[must_use]
    pub fn draw(&self, screen: Screen, say: Say) -> Screen {
        let turn = |label: &str, by: i64| Button::press(&Html::data(label), ButtonAction::Page(self.page + by));
        let title = Button::press(&say.month(self.first), ButtonAction::Page(self.page));
        let screen = screen.row([turn("‹", -1), title, turn("›", 1)]);
        let lead = self.first.weekday().num_days_from_monday();
        let blank = || Button::press(&Html::data("·"), ButtonAction::Page(self.page));
        let mut cells: Vec<Button> = (0..lead).map(|_| blank()).collect();
        let mut day = self.first;
        while day.month() == self.first.month() {
            let label = if day == self.today { format!("[{}]", day.day()) } else { day.day().to_string() };
            cells.push(Button::press(&Html::data(&label), ButtonAction::Pick(Self::pick(day))));
            let Some(next) = day.checked_add_days(Days::new(1)) else { break };
            day = next;
        }
        while !cells.len().is_multiple_of(7) {
            cells.push(blank());
        }
        screen.grid(cells, 7)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Language;
    use crate::flows::screen::Does;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_has_its_days_in_weeks_from_monday() {
        let calendar = Calendar::new(day("2026-02-15"), day("2026-02-11"), 0);
        let screen = calendar.draw(Screen::new(Html::default()), Say(Language::En));
        assert_eq!(screen.rows[0][1].label, "February 2026");
        assert!(screen.rows[1..].iter().all(|week| week.len() == 7));
        let days: Vec<_> = screen.rows[1..].iter().flatten().filter(|cell| cell.label != "·").collect();
        assert_eq!(days.len(), 28);
        // 1 February 2026 is a Sunday.
        assert_eq!(screen.rows[1][6].label, "1");
        assert!(days.iter().any(|cell| cell.label == "[11]"));
        let Does::Callback(ButtonAction::Pick(pick)) = days[0].does else { panic!("a day is a pick") };
        assert_eq!(Calendar::day(pick), Some(day("2026-02-01")));
    }

    #[test]
    fn months_turn_across_years_and_forged_numbers_do_no_harm() {
        let turned = |page| Calendar::new(day("2026-01-31"), day("2026-01-31"), page).first;
        assert_eq!(turned(-1), day("2025-12-01"));
        assert_eq!(turned(13), day("2027-02-01"));
        turned(i64::MAX);
        turned(i64::MIN);
        assert_eq!(Calendar::day(i64::MAX), None);
    }
}
