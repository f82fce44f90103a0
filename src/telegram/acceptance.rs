//! Whether Telegram accepts the token: a refusal after a good start is waited out (R18).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long an accepted token may be refused: servers of the Bot API refuse good tokens for a while.
const PATIENCE: Duration = Duration::from_secs(3600);

/// What Telegram has said of the token; clones share it.
#[derive(Clone, Default)]
pub(super) struct Acceptance(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    accepted: bool,
    refused_since: Option<Instant>,
}

impl Acceptance {
    /// A call was answered with a result.
    pub fn accepted(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.accepted = true;
        if state.refused_since.take().is_some() {
            tracing::info!("Telegram accepts the token again");
        }
    }

    /// A call was refused for its token; whether that is to be waited out.
    pub fn refused(&self, now: Instant) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.accepted {
            return false;
        }
        let since = *state.refused_since.get_or_insert_with(|| {
            tracing::error!("Telegram does not accept the token any more: the program waits up to an hour for it");
            now
        });
        now.saturating_duration_since(since) < PATIENCE
    }

    /// Whether the token was ever accepted by a call of this process.
    pub fn was_accepted(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).accepted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r18_a_refused_token_is_wrong_at_the_start_and_waited_out_for_an_hour_after_it_was_accepted() {
        let (acceptance, start) = (Acceptance::default(), Instant::now());
        assert!(!acceptance.refused(start));
        acceptance.accepted();
        assert!(acceptance.refused(start) && acceptance.refused(start + PATIENCE / 2));
        assert!(!acceptance.refused(start + PATIENCE));
        acceptance.accepted();
        assert!(acceptance.refused(start + PATIENCE));
    }
}
