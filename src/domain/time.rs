//! Time zones, local days and quiet hours; instants are UTC, and the clock is always an argument.

mod quiet;
#[cfg(test)]
mod tests;

pub use quiet::{QuietError, QuietHours};

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A time zone by its IANA name, of the company or a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeZone(Tz);

/// The text is no time zone's name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown time zone {typed:?}; an example: Europe/Moscow")]
pub struct UnknownTimeZone {
    /// The text as typed.
    pub typed: String,
}

impl TimeZone {
    /// Moscow, the default of the configuration.
    pub const MOSCOW: Self = Self(Tz::Europe__Moscow);

    /// Reads an IANA name in any case, `Europe/Moscow` or `asia/yekaterinburg`.
    ///
    /// # Errors
    /// [`UnknownTimeZone`] when there is no such zone.
    pub fn parse(name: &str) -> Result<Self, UnknownTimeZone> {
        let wanted = name.trim();
        let known = chrono_tz::TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(wanted));
        known.map(|&zone| Self(zone)).ok_or_else(|| UnknownTimeZone { typed: name.to_owned() })
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The instant as this zone's date and wall clock, for showing it.
    #[must_use]
    pub fn local(self, instant: DateTime<Utc>) -> DateTime<Tz> {
        instant.with_timezone(&self.0)
    }

    /// The instant of a wall clock's time. A time that the clock skips becomes the first after the gap, one that it
    /// shows twice the first of the two. `None` only at the calendar's end.
    #[must_use]
    pub fn at(self, day: NaiveDate, time: NaiveTime) -> Option<DateTime<Utc>> {
        let wanted = day.and_time(time);
        // Gaps are an hour as a rule; a whole day at most (Samoa crossed the date line).
        let mut quarters = (0..=100).filter_map(|quarter| wanted.checked_add_signed(TimeDelta::minutes(15 * quarter)));
        quarters.find_map(|local| self.0.from_local_datetime(&local).earliest()).map(|instant| instant.to_utc())
    }
}

/// The day an instant falls on in a zone: what a touch's `local_day` keeps (H5).
#[must_use]
pub fn local_day(instant: DateTime<Utc>, zone: TimeZone) -> NaiveDate {
    zone.local(instant).date_naive()
}

/// The instant a local day begins at; the day ends just before the next one's.
#[must_use]
pub fn day_start(day: NaiveDate, zone: TimeZone) -> DateTime<Utc> {
    // Beyond the calendar's end there is nothing to bound: its last instant is as good as any.
    zone.at(day, NaiveTime::MIN).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// The instants of a local day: from its start up to, not including, the second.
#[must_use]
pub fn day_bounds(day: NaiveDate, zone: TimeZone) -> (DateTime<Utc>, DateTime<Utc>) {
    let end = day.checked_add_days(Days::new(1)).map_or(DateTime::<Utc>::MAX_UTC, |next| day_start(next, zone));
    (day_start(day, zone), end)
}

impl fmt::Display for TimeZone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for TimeZone {
    type Err = UnknownTimeZone;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::parse(name)
    }
}

impl TryFrom<String> for TimeZone {
    type Error = UnknownTimeZone;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::parse(&name)
    }
}

impl From<TimeZone> for String {
    fn from(zone: TimeZone) -> Self {
        zone.name().to_owned()
    }
}
