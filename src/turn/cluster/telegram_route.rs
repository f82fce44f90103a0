//! This process's route to Telegram: since when its calls have had no answer, and how far Telegram's clock is ahead (R18).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

/// A process whose calls have had no answer for so long is deaf. An idle poll is answered after ten seconds.
const DEAF_AFTER: Duration = Duration::from_secs(14);

/// Telegram tells its time in whole seconds: a smaller difference is none.
const PRECISION: TimeDelta = TimeDelta::seconds(2);

/// The state of the route; clones share it.
#[derive(Clone, Default)]
pub struct TelegramRoute(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Since when polls, and all other calls, have had no answer.
    unanswered_since: [Option<Instant>; 2],
    /// Telegram's clock less this process's.
    clock_ahead: TimeDelta,
}

/// What a call is for: polls may fail while other calls are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Polls,
    Other,
}

impl TelegramRoute {
    /// A call is under way, or was not answered.
    pub fn asked(&self, way: Way, now: Instant) {
        self.state().unanswered_since[way as usize].get_or_insert(now);
    }

    /// Telegram has answered, whatever it said; or this process makes no such calls any more.
    pub fn answered(&self, way: Way) {
        self.state().unanswered_since[way as usize] = None;
    }

    /// Whether another process should do what needs Telegram.
    #[must_use]
    pub fn is_deaf(&self, now: Instant) -> bool {
        let since = self.state().unanswered_since;
        since.into_iter().flatten().any(|since| now.saturating_duration_since(since) >= DEAF_AFTER)
    }

    /// An answer that came at `now` says that it is `theirs` at Telegram.
    pub fn clock_was(&self, theirs: DateTime<Utc>, now: DateTime<Utc>) {
        let ahead = theirs - now;
        self.state().clock_ahead = if ahead.abs() < PRECISION { TimeDelta::zero() } else { ahead };
    }

    /// What this process's clock showed at a moment that Telegram names.
    #[must_use]
    pub fn local_time(&self, theirs: DateTime<Utc>) -> DateTime<Utc> {
        theirs - self.clock_ahead()
    }

    /// Telegram's clock less this process's.
    #[must_use]
    pub fn clock_ahead(&self) -> TimeDelta {
        self.state().clock_ahead
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r18_a_process_is_deaf_once_its_calls_have_had_no_answer_for_longer_than_an_idle_poll() {
        let (route, start) = (TelegramRoute::default(), Instant::now());
        assert!(!route.is_deaf(start + DEAF_AFTER));
        route.asked(Way::Polls, start);
        route.asked(Way::Polls, start + DEAF_AFTER / 2);
        route.answered(Way::Other);
        assert!(!route.is_deaf(start + Duration::from_secs(10)) && route.is_deaf(start + DEAF_AFTER));
        route.answered(Way::Polls);
        assert!(!route.is_deaf(start + DEAF_AFTER));
    }

    #[test]
    fn r18_telegrams_moments_are_read_by_this_processs_clock() {
        let (route, now) = (TelegramRoute::default(), Utc::now());
        route.clock_was(now + TimeDelta::milliseconds(1900), now);
        assert_eq!(route.local_time(now), now);
        route.clock_was(now + TimeDelta::minutes(10), now);
        assert_eq!(route.local_time(now), now - TimeDelta::minutes(10));
    }
}
