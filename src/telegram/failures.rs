//! Calls of the Bot API that failed, counted by method and kind, and messages that were refused (G13, R17).

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The counts; clones share them.
#[derive(Clone, Default)]
pub struct Failures(Arc<Counts>);

#[derive(Default)]
struct Counts {
    calls: Mutex<BTreeMap<(String, &'static str), u64>>,
    refused: AtomicU64,
}

impl Failures {
    /// Method, kind of error and how many there were, in order.
    #[must_use]
    pub fn counts(&self) -> Vec<(String, &'static str, u64)> {
        let counts = self.0.calls.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().map(|((method, kind), count)| (method.clone(), *kind, *count)).collect()
    }

    /// How many messages Telegram has refused.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.0.refused.load(Ordering::Relaxed)
    }

    pub(super) fn count(&self, method: String, kind: &'static str) {
        *self.0.calls.lock().unwrap_or_else(PoisonError::into_inner).entry((method, kind)).or_default() += 1;
    }

    pub(super) fn count_refused(&self) {
        self.0.refused.fetch_add(1, Ordering::Relaxed);
    }
}
