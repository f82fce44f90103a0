//! Intake metrics: waiting updates and their latency (G13).

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// An update that waits longer than this means that turns are stuck; a large file on a bad network takes less.
const STUCK_AFTER: Duration = Duration::from_secs(75);

/// Upper bounds of the classes that turns are counted in, in milliseconds: from a tap on a menu to a file on a bad network.
pub const LATENCIES: [u64; 11] = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/// How long updates took from their arrival to their settling.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Latencies {
    /// How many took at most as long as each of [`LATENCIES`] says, and longer than the one before.
    pub counts: [u64; LATENCIES.len()],
    /// How many took longer than all of them.
    pub beyond: u64,
    /// All of them together.
    pub sum: Duration,
}

/// The metrics of the intake; a cheap handle, clones share the state.
#[derive(Clone, Default)]
pub struct IntakeMetrics(Arc<Inner>);

#[derive(Default)]
struct Inner {
    numbers: AtomicU64,
    /// When each update came that is not settled yet; the number tells apart what came at the same instant.
    waiting: Mutex<BTreeSet<(Instant, u64)>>,
    took: Mutex<Latencies>,
    held_back: AtomicUsize,
}

/// A chat whose updates are held back, until this is dropped.
pub(super) struct HeldBack(IntakeMetrics);

/// An update that waits, until this is dropped.
pub(super) struct Waiting {
    metrics: IntakeMetrics,
    entry: (Instant, u64),
}

impl IntakeMetrics {
    /// How many updates are not settled yet (R14).
    #[must_use]
    pub fn waiting(&self) -> usize {
        lock(&self.0.waiting).len()
    }

    /// How long the oldest of them has waited; zero when none does.
    #[must_use]
    pub fn lag(&self, now: Instant) -> Duration {
        let waiting = lock(&self.0.waiting);
        waiting.first().map_or(Duration::ZERO, |(since, _)| now.saturating_duration_since(*since))
    }

    /// Chats whose updates wait in the durable inbox because Telegram does not take their replies. What waits so waits on
    /// purpose, and is no stall.
    #[must_use]
    pub fn held_back(&self) -> usize {
        self.0.held_back.load(Ordering::Relaxed)
    }

    /// Counts a chat that is held back.
    pub(super) fn hold_back(&self) -> HeldBack {
        self.0.held_back.fetch_add(1, Ordering::Relaxed);
        HeldBack(self.clone())
    }

    /// How long updates took since the program began.
    #[must_use]
    pub fn latencies(&self) -> Latencies {
        lock(&self.0.took).clone()
    }

    /// Whether updates get stuck.
    #[must_use]
    pub fn stalled(&self, now: Instant) -> bool {
        self.lag(now) > STUCK_AFTER
    }

    /// Counts a received update; none when `most` wait already.
    pub(super) fn received(&self, now: Instant, most: usize) -> Option<Waiting> {
        let mut waiting = lock(&self.0.waiting);
        if waiting.len() >= most {
            return None;
        }
        let entry = (now, self.0.numbers.fetch_add(1, Ordering::Relaxed));
        waiting.insert(entry);
        Some(Waiting { metrics: self.clone(), entry })
    }
}

impl Waiting {
    /// It has taken effect.
    pub(super) fn done(self, now: Instant) {
        lock(&self.metrics.0.took).add(now.saturating_duration_since(self.entry.0));
    }
}

impl Latencies {
    fn add(&mut self, took: Duration) {
        self.sum += took;
        match LATENCIES.iter().position(|&bound| took <= Duration::from_millis(bound)) {
            Some(class) => self.counts[class] += 1,
            None => self.beyond += 1,
        }
    }
}

impl Drop for HeldBack {
    fn drop(&mut self) {
        self.0.0.held_back.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        lock(&self.metrics.0.waiting).remove(&self.entry);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g13_the_oldest_waiting_update_is_the_lag_and_a_long_one_is_a_stall() {
        let (metrics, start) = (IntakeMetrics::default(), Instant::now());
        assert_eq!((metrics.waiting(), metrics.lag(start)), (0, Duration::ZERO));
        let first = metrics.received(start, 2).unwrap();
        let second = metrics.received(start, 2).unwrap();
        assert!(metrics.received(start, 2).is_none(), "R14: no more than may wait");
        let later = start + STUCK_AFTER;
        assert_eq!((metrics.waiting(), metrics.lag(later)), (2, STUCK_AFTER));
        assert!(!metrics.stalled(later) && metrics.stalled(later + Duration::from_millis(1)));
        drop(first);
        assert_eq!(metrics.waiting(), 1);
        second.done(later);
        assert!(!metrics.stalled(later + STUCK_AFTER), "nothing waits");
    }

    #[test]
    fn g13_turns_are_counted_by_how_long_they_took() {
        let (metrics, start) = (IntakeMetrics::default(), Instant::now());
        for milliseconds in [0, 5, 6, 10_000, 10_001] {
            metrics.received(start, 1).unwrap().done(start + Duration::from_millis(milliseconds));
        }
        drop(metrics.received(start, 1));
        let took = metrics.latencies();
        assert_eq!((took.counts[0], took.counts[1], took.counts[10], took.beyond), (2, 1, 1, 1));
        assert_eq!(took.sum, Duration::from_millis(20_012));
    }
}
