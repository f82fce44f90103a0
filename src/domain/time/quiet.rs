//! The hours in which a person gets no notices.

use std::fmt;

use chrono::{DateTime, Days, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{TimeZone, local_day};

/// A daily span of the wall clock, from its first minute up to its last; it may run over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "(NaiveTime, NaiveTime)", into = "(NaiveTime, NaiveTime)")]
pub struct QuietHours {
    from: NaiveTime,
    to: NaiveTime,
}

/// Why a text is no span of hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum QuietError {
    /// It is not two times of day.
    #[error("not a span of hours; an example: 22:00-08:00")]
    NotASpan,
    /// Both times are the same, which could mean never or always.
    #[error("the span is empty; an example: 22:00-08:00")]
    Empty,
}

impl QuietHours {
    /// Makes a span of two different times of day.
    ///
    /// # Errors
    /// `Empty` when they are the same.
    pub fn new(from: NaiveTime, to: NaiveTime) -> Result<Self, QuietError> {
        if from == to { Err(QuietError::Empty) } else { Ok(Self { from, to }) }
    }

    /// Reads `22:00-08:00`, `22-8`, `9.30 – 10`.
    ///
    /// # Errors
    /// [`QuietError`].
    pub fn parse(typed: &str) -> Result<Self, QuietError> {
        let dashes = ['-', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2212}'];
        let (from, to) = typed.split_once(dashes).ok_or(QuietError::NotASpan)?;
        Self::new(parse_time(from)?, parse_time(to)?)
    }

    /// The first quiet minute.
    #[must_use]
    pub const fn from(self) -> NaiveTime {
        self.from
    }

    /// The first minute that is not quiet any more.
    #[must_use]
    pub const fn to(self) -> NaiveTime {
        self.to
    }

    /// Whether a time of day is quiet.
    #[must_use]
    pub fn covers(self, time: NaiveTime) -> bool {
        if self.from < self.to { self.from <= time && time < self.to } else { self.from <= time || time < self.to }
    }

    /// When a notice of this instant may go out: at once, or when the quiet hours around it end.
    #[must_use]
    pub fn delayed(self, instant: DateTime<Utc>, zone: TimeZone) -> DateTime<Utc> {
        if !self.covers(zone.local(instant).time()) {
            return instant;
        }
        let today = local_day(instant, zone);
        let ends = [Some(today), today.checked_add_days(Days::new(1))];
        let mut ends = ends.into_iter().flatten().filter_map(|day| zone.at(day, self.to));
        ends.find(|&end| end > instant).unwrap_or(instant)
    }
}

impl fmt::Display for QuietHours {
    /// `22:00–08:00`, as it can be typed again.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}–{}", self.from.format("%H:%M"), self.to.format("%H:%M"))
    }
}

/// Reads a time of day: `9`, `09:30`, `9.30`.
fn parse_time(typed: &str) -> Result<NaiveTime, QuietError> {
    let text = typed.trim();
    let (hours, minutes) = text.split_once([':', '.']).unwrap_or((text, "00"));
    let number = |part: &str, width: std::ops::RangeInclusive<usize>| {
        let digits = width.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<u32>().ok()).flatten()
    };
    let time = match number(hours, 1..=2).zip(number(minutes, 2..=2)) {
        // People end a day at 24:00.
        Some((24, 0)) => Some(NaiveTime::MIN),
        Some((hours, minutes)) => NaiveTime::from_hms_opt(hours, minutes, 0),
        None => None,
    };
    time.ok_or(QuietError::NotASpan)
}

impl TryFrom<(NaiveTime, NaiveTime)> for QuietHours {
    type Error = QuietError;

    fn try_from((from, to): (NaiveTime, NaiveTime)) -> Result<Self, QuietError> {
        Self::new(from, to)
    }
}

impl From<QuietHours> for (NaiveTime, NaiveTime) {
    fn from(hours: QuietHours) -> Self {
        (hours.from, hours.to)
    }
}
