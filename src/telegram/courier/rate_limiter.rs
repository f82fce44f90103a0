//! Rate limiter of requests: replies at once, bulk at its pace and never with all permits (R15).

use std::time::Duration;

use tokio::sync::{Mutex, Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// Requests under way at once.
const IN_FLIGHT: usize = 32;

/// As many of them may be bulk: the others are free for replies, however slowly Telegram answers.
const BULK_IN_FLIGHT: usize = 16;

/// As many of them may be answers to taps: answers that hang must not keep the screens waiting.
const ANSWERS_IN_FLIGHT: usize = 8;

/// Bulk notices go out at 25 a second.
const BULK_GAP: Duration = Duration::from_millis(40);

/// The permits, and the time of the next bulk notice.
pub(super) struct RateLimiter {
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
            permits: Semaphore::new(IN_FLIGHT),
            bulk: Semaphore::new(BULK_IN_FLIGHT),
            answers: Semaphore::new(ANSWERS_IN_FLIGHT),
            next: Mutex::new(Instant::now()),
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
