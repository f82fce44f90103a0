//! Rate limiter of requests: replies at once, bulk at its pace, and a brake for all (R7, R15).

use std::sync::PoisonError;
use std::time::Duration;

use tokio::sync::{Mutex, Semaphore, SemaphorePermit, watch};
use tokio::time::Instant;

/// Requests under way at once.
const IN_FLIGHT: usize = 32;

/// As many of them may be bulk: the others are free for replies, however slowly Telegram answers.
const BULK_IN_FLIGHT: usize = 16;

/// As many of them may be answers to taps: answers that hang must not keep the screens waiting.
const ANSWERS_IN_FLIGHT: usize = 8;

/// Bulk notices go out at 25 a second.
const BULK_GAP: Duration = Duration::from_millis(40);

/// So many chats that are told to wait within [`TOGETHER`] mean that the whole bot is.
const CHATS: usize = 3;

const TOGETHER: Duration = Duration::from_secs(10);

/// The permits, and the time of the next bulk notice.
pub(super) struct RateLimiter {
    /// The chats that were told to wait, and when.
    slowed: std::sync::Mutex<Vec<(i64, Instant)>>,
    /// Nothing is sent before.
    brake: watch::Sender<Instant>,
    permits: Semaphore,
    bulk: Semaphore,
    answers: Semaphore,
    next: Mutex<Instant>,
}

/// A permit to send, until it is dropped.
pub(super) struct Permit<'a> {
    _own: Option<SemaphorePermit<'a>>,
    _permit: Option<SemaphorePermit<'a>>,
}

impl RateLimiter {
    pub fn new() -> Self {
        Self {
            slowed: std::sync::Mutex::default(),
            brake: watch::Sender::new(Instant::now()),
            permits: Semaphore::new(IN_FLIGHT),
            bulk: Semaphore::new(BULK_IN_FLIGHT),
            answers: Semaphore::new(ANSWERS_IN_FLIGHT),
            next: Mutex::new(Instant::now()),
        }
    }

    /// Telegram has told a chat to wait. One chat's 429 delays no other (R7); when several are told so at the same time, the
    /// whole bot is too fast, and more requests would only make it worse.
    pub fn told_to_wait(&self, chat: i64, pause: Duration) {
        let now = Instant::now();
        let mut slowed = self.slowed.lock().unwrap_or_else(PoisonError::into_inner);
        slowed.retain(|(other, at)| *other != chat && now - *at < TOGETHER);
        slowed.push((chat, now));
        if slowed.len() >= CHATS {
            self.brake.send_modify(|until| *until = (*until).max(now + pause));
        }
    }

    /// Waits while the whole bot is told to wait.
    async fn braked(&self) {
        let mut until = *self.brake.borrow();
        while until > Instant::now() {
            tokio::time::sleep_until(until).await;
            until = *self.brake.borrow();
        }
    }

    /// Waits for the turn of a bulk notice.
    pub async fn pace(&self) {
        let turn = {
            let mut next = self.next.lock().await;
            let turn = (*next).max(Instant::now());
            *next = turn + BULK_GAP;
            turn
        };
        tokio::time::sleep_until(turn).await;
    }

    /// Waits for a permit.
    pub async fn acquire(&self, bulk: bool) -> Permit<'_> {
        self.braked().await;
        // The semaphores are never closed. Bulk waits for its own semaphore first, so that little of it waits for the
        // common one.
        let bulk = if bulk { self.bulk.acquire().await.ok() } else { None };
        Permit { _own: bulk, _permit: self.permits.acquire().await.ok() }
    }

    /// Waits for a permit to answer a tap.
    pub async fn acquire_for_answer(&self) -> Permit<'_> {
        let answers = self.answers.acquire().await.ok();
        Permit { _own: answers, _permit: self.permits.acquire().await.ok() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r7_one_chats_429_delays_no_other_and_those_of_three_chats_delay_all() {
        let (limiter, pause) = (RateLimiter::new(), Duration::from_secs(5));
        let is_braked = || *limiter.brake.borrow() > Instant::now();
        limiter.told_to_wait(1, pause);
        limiter.told_to_wait(1, pause);
        limiter.told_to_wait(2, pause);
        assert!(!is_braked());
        limiter.told_to_wait(3, pause);
        assert!(is_braked());
    }
}
