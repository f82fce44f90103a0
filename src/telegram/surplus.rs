//! The surplus: chats whose further updates wait in the durable inbox, since their queue is long enough.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The lanes with a surplus.
#[derive(Default)]
pub(super) struct Surplus(Mutex<HashMap<i64, Writes>>);

/// What is written into the inbox for a lane.
#[derive(Default)]
struct Writes {
    under_way: usize,
    /// Ended ones, whether they succeeded or not.
    ended: u64,
}

/// A surplus update that is being written, until this is dropped.
pub(super) struct Writing {
    surplus: Arc<Surplus>,
    lane: i64,
}

impl Surplus {
    /// Sends an update of a lane to the inbox if the lane has a surplus already, or `is_long` says that its queue is long
    /// enough; otherwise `queue` puts it into the queue, and no surplus can be opened in between. Gives the update back
    /// with the place for its writing, or what `queue` gave.
    pub fn enter<T, Q>(
        self: &Arc<Self>,
        lane: i64,
        is_long: impl FnOnce() -> bool,
        update: T,
        queue: impl FnOnce(T) -> Q,
    ) -> Result<Q, (Writing, T)> {
        let mut lanes = self.lanes();
        if !lanes.contains_key(&lane) && !is_long() {
            return Ok(queue(update));
        }
        lanes.entry(lane).or_default().under_way += 1;
        Err((Writing { surplus: self.clone(), lane }, update))
    }

    /// A lane has updates in the inbox, or soon has: from now on its queue takes none.
    pub fn open(&self, lane: i64) {
        self.lanes().entry(lane).or_default();
    }

    /// How many writes have ended for a lane, to be asked before the inbox is read. None when the lane has no surplus: then
    /// `close_lane` closes it, unless its queue has work again, and nothing can come in between.
    pub fn written(&self, lane: i64, close_lane: impl FnOnce() -> bool) -> Option<u64> {
        let lanes = self.lanes();
        match lanes.get(&lane) {
            Some(writes) => Some(writes.ended),
            None if close_lane() => None,
            // Its queue has work again: the inbox is asked in vain once.
            None => Some(0),
        }
    }

    /// The inbox was empty when `written` writes had ended: the surplus is over, and the lane with it, unless more has come.
    pub fn close(&self, lane: i64, written: u64, close_lane: impl FnOnce() -> bool) -> bool {
        let mut lanes = self.lanes();
        let over = lanes.get(&lane).is_none_or(|writes| writes.under_way == 0 && writes.ended == written);
        if over {
            lanes.remove(&lane);
        }
        over && close_lane()
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<i64, Writes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if let Some(writes) = self.surplus.lanes().get_mut(&self.lane) {
            writes.under_way -= 1;
            writes.ended += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn r16_a_surplus_is_over_only_when_the_inbox_was_read_after_the_last_write() {
        let surplus = Arc::new(Surplus::default());
        assert!(surplus.enter(7, || false, (), |()| ()).is_ok(), "a short queue takes it");
        let (writing, ()) = surplus.enter(7, || true, (), |()| ()).err().unwrap();
        let before = surplus.written(7, || true).unwrap();
        assert!(!surplus.close(7, before, || true), "one is being written");
        drop(writing);
        assert!(!surplus.close(7, before, || true), "it was written after the inbox was read");
        assert!(surplus.enter(7, || false, (), |()| ()).is_err(), "R4: what comes now waits behind it");
        let before = surplus.written(7, || true).unwrap();
        assert!(!surplus.close(7, before, || false), "its queue has work");
        assert!(surplus.written(7, || true).is_none());
    }
}
