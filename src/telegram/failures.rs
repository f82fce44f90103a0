//! Calls of the Bot API that failed, counted by method and kind: where Telegram hurts (G13).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The counts; clones share them.
#[derive(Clone, Default)]
pub struct Failures(Arc<Mutex<BTreeMap<(String, &'static str), u64>>>);

impl Failures {
    /// Method, kind of error and how many there were, in order.
    #[must_use]
    pub fn counts(&self) -> Vec<(String, &'static str, u64)> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().map(|((method, kind), count)| (method.clone(), *kind, *count)).collect()
    }

    pub(super) fn count(&self, method: String, kind: &'static str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry((method, kind)).or_default() += 1;
    }
}
