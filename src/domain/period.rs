//! The span of days that statistics are asked for (S10).

use chrono::{Datelike as _, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// A period of local days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Period {
    /// Since the company began: the only one with ratio and ROI.
    AllTime,
    /// Some days, both ends in; made by [`Period::between`].
    Days { from: NaiveDate, to: NaiveDate },
}

/// A period that has a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Preset {
    /// Since the company began.
    AllTime,
    /// The whole current month.
    ThisMonth,
    /// The whole month before.
    LastMonth,
    /// The whole current year.
    ThisYear,
    /// Today and the 29 days before.
    Last30Days,
}

impl Preset {
    /// Every preset, in the order of the picker.
    pub const ALL: [Self; 5] = [Self::AllTime, Self::ThisMonth, Self::LastMonth, Self::ThisYear, Self::Last30Days];
}

impl Period {
    /// The days between two, both in; which comes first does not matter.
    #[must_use]
    pub fn between(one: NaiveDate, other: NaiveDate) -> Self {
        Self::Days { from: one.min(other), to: one.max(other) }
    }

    /// The period of a preset on a day.
    #[must_use]
    pub fn of(preset: Preset, today: NaiveDate) -> Self {
        let month = |day: NaiveDate| Self::between(first_of_month(day), last_of_month(day));
        match preset {
            Preset::AllTime => Self::AllTime,
            Preset::ThisMonth => month(today),
            Preset::LastMonth => month(first_of_month(today).pred_opt().unwrap_or(today)),
            Preset::ThisYear => Self::Days {
                from: NaiveDate::from_ymd_opt(today.year(), 1, 1).unwrap_or(today),
                to: NaiveDate::from_ymd_opt(today.year(), 12, 31).unwrap_or(today),
            },
            Preset::Last30Days => {
                Self::Days { from: today.checked_sub_days(Days::new(29)).unwrap_or(today), to: today }
            }
        }
    }

    /// The first day, if there is one.
    #[must_use]
    pub const fn from(self) -> Option<NaiveDate> {
        match self {
            Self::AllTime => None,
            Self::Days { from, .. } => Some(from),
        }
    }

    /// The last day, if there is one.
    #[must_use]
    pub const fn to(self) -> Option<NaiveDate> {
        match self {
            Self::AllTime => None,
            Self::Days { to, .. } => Some(to),
        }
    }

    /// Whether a day lies in it.
    #[must_use]
    pub fn contains(self, day: NaiveDate) -> bool {
        self.from().is_none_or(|from| from <= day) && self.to().is_none_or(|to| day <= to)
    }

    /// Whether ratio and ROI mean anything: a budget has no days, so only over all time (S10).
    #[must_use]
    pub const fn has_ratio(self) -> bool {
        matches!(self, Self::AllTime)
    }
}

/// The whole months between two days, both in: the first day of the first, and the day after the last. Without any, both are
/// the day after the period.
#[must_use]
pub fn whole_months(from: NaiveDate, to: NaiveDate) -> (NaiveDate, NaiveDate) {
    let next = |day: NaiveDate| day.succ_opt().unwrap_or(day);
    let first = if from.day() == 1 { from } else { next(last_of_month(from)) };
    let after = first_of_month(next(to));
    if first < after { (first, after) } else { (next(to), next(to)) }
}

fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

fn last_of_month(day: NaiveDate) -> NaiveDate {
    let next = first_of_month(day).checked_add_months(Months::new(1));
    next.and_then(|first| first.pred_opt()).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn presets_are_whole_months_and_years_with_both_ends() {
        for (preset, today, from, to) in [
            (Preset::ThisMonth, "2026-02-12", "2026-02-01", "2026-02-28"),
            (Preset::ThisMonth, "2026-12-31", "2026-12-01", "2026-12-31"),
            (Preset::LastMonth, "2026-03-31", "2026-02-01", "2026-02-28"),
            (Preset::LastMonth, "2026-01-01", "2025-12-01", "2025-12-31"),
            (Preset::ThisYear, "2026-06-15", "2026-01-01", "2026-12-31"),
            (Preset::Last30Days, "2026-03-12", "2026-02-11", "2026-03-12"),
        ] {
            assert_eq!(Period::of(preset, day(today)), Period::between(day(from), day(to)), "{preset:?} {today}");
        }
        assert_eq!(Period::of(Preset::AllTime, day("2026-03-12")), Period::AllTime);
    }

    #[test]
    fn both_ends_are_in_and_only_all_time_has_a_ratio() {
        let june = Period::between(day("2026-06-30"), day("2026-06-01"));
        for (at, inside) in [("2026-05-31", false), ("2026-06-01", true), ("2026-06-30", true), ("2026-07-01", false)] {
            assert_eq!(june.contains(day(at)), inside, "{at}");
            assert!(Period::AllTime.contains(day(at)));
        }
        assert!(Period::AllTime.has_ratio() && !june.has_ratio());
        assert_eq!((june.from(), june.to()), (Some(day("2026-06-01")), Some(day("2026-06-30"))));
    }

    #[test]
    fn whole_months_lie_within_both_ends() {
        for (from, to, first, after) in [
            ("2026-02-01", "2026-02-28", "2026-02-01", "2026-03-01"),
            ("2026-01-02", "2026-12-30", "2026-02-01", "2026-12-01"),
            ("2026-01-02", "2026-02-27", "2026-02-28", "2026-02-28"),
            ("2026-01-31", "2026-02-01", "2026-02-02", "2026-02-02"),
            ("2026-01-31", "2026-02-28", "2026-02-01", "2026-03-01"),
            ("2026-03-05", "2026-03-05", "2026-03-06", "2026-03-06"),
            ("2026-12-01", "2026-12-31", "2026-12-01", "2027-01-01"),
        ] {
            assert_eq!(whole_months(day(from), day(to)), (day(first), day(after)), "{from} {to}");
        }
    }

    proptest! {
        #[test]
        fn presets_of_the_present_always_hold_today(offset in 0u64..40_000) {
            let today = day("1990-01-01") + Days::new(offset);
            for preset in [Preset::ThisMonth, Preset::ThisYear, Preset::Last30Days] {
                prop_assert!(Period::of(preset, today).contains(today));
            }
            prop_assert!(!Period::of(Preset::LastMonth, today).contains(today));
        }
    }
}
