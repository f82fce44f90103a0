//! A message that is being sent, and the freshness of this process's claim to it (fencing, R7).

use std::time::Duration;

use tokio::time::Instant;

use crate::telegram::CallError;
use crate::turn::{Living, Row};

/// Claims of a stopped process are taken over after four seconds: a claim is not older than this when its message is
/// sent.
const CLAIM_FRESH_FOR: Duration = Duration::from_secs(2);

/// A message that is being sent, over all tries.
pub(super) struct Sending<'a> {
    pub row: &'a Row,
    /// When the claim was last confirmed by the database.
    pub known: Instant,
    /// The highest age of the claim. It doubles with each check that fails: a slow database must not hold messages up
    /// for ever.
    max_claim_age: Duration,
    /// The chat's living screen at that time.
    pub living: Option<Living>,
    /// The message that shows it already: what is left is to keep that.
    pub posted: Option<i64>,
}

impl<'a> Sending<'a> {
    pub fn new(row: &'a Row) -> Self {
        Self { row, known: Instant::now(), max_claim_age: CLAIM_FRESH_FOR, living: None, posted: None }
    }

    /// Checks that the claim is fresh; the process may have been stopped since it was confirmed, and then has to
    /// confirm it again. Called right before each request that shows something: a request in flight cannot be
    /// cancelled.
    pub fn check_claim(&mut self) -> Result<(), CallError> {
        if self.known.elapsed() < self.max_claim_age {
            return Ok(());
        }
        self.max_claim_age *= 2;
        Err(CallError::Wait(Duration::ZERO))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::turn::Outgoing;

    #[test]
    fn r7_what_was_known_too_long_ago_is_asked_again_and_a_slow_database_is_believed_in_the_end() {
        let row = Row { id: 1, chat_id: 7, bulk: false, outgoing: Outgoing::Leave, fresh: None };
        let mut sending = Sending::new(&row);
        sending.check_claim().unwrap();
        let ago = |seconds| Instant::now().checked_sub(Duration::from_secs(seconds)).unwrap();
        for seconds in [2, 4, 8] {
            sending.known = ago(seconds);
            assert_eq!(sending.check_claim(), Err(CallError::Wait(Duration::ZERO)));
        }
        sending.known = ago(8);
        sending.check_claim().unwrap();
    }
}
