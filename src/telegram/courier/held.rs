//! The messages that this process holds in memory, and when it is enough (R14).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// More bulk than this is not held: what is beyond it waits in the table.
const BULK: usize = 5_000;

/// With more replies than this unsent nothing more is taken in: Telegram is slower than we are.
const REPLIES: usize = 1_000;

/// What is held; clones see the same.
#[derive(Clone, Default)]
pub struct Held(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    /// By id.
    messages: HashMap<i64, Message>,
    replies: usize,
}

struct Message {
    chat: i64,
    bulk: bool,
}

impl Held {
    /// Whether so many replies wait that nothing more is to be taken in.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.inner().replies >= REPLIES
    }

    /// Whether there is room for more bulk.
    pub(super) fn has_room(&self) -> bool {
        self.inner().has_room()
    }

    /// Holds a message; false when it is held already, or is bulk for which there is no room.
    pub(super) fn take(&self, id: i64, chat: i64, bulk: bool) -> bool {
        let mut inner = self.inner();
        if (bulk && !inner.has_room()) || inner.messages.contains_key(&id) {
            return false;
        }
        inner.replies += usize::from(!bulk);
        inner.messages.insert(id, Message { chat, bulk });
        true
    }

    /// Holds it no more.
    pub(super) fn release(&self, id: i64) {
        let mut inner = self.inner();
        if inner.messages.remove(&id).is_some_and(|message| !message.bulk) {
            inner.replies -= 1;
        }
    }

    /// All of them.
    pub(super) fn ids(&self) -> Vec<i64> {
        self.inner().messages.keys().copied().collect()
    }

    /// Those of one chat.
    pub(super) fn ids_of(&self, chat: i64) -> Vec<i64> {
        self.inner().messages.iter().filter(|(_, message)| message.chat == chat).map(|(id, _)| *id).collect()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn has_room(&self) -> bool {
        self.messages.len() - self.replies < BULK
    }
}

#[cfg(test)]
mod tests {
    use super::{BULK, Held, REPLIES};

    #[test]
    fn r14_bulk_beyond_its_room_is_not_held_and_unsent_replies_hold_up_the_intake() {
        let held = Held::default();
        let mut ids = 0..;
        for id in ids.by_ref().take(BULK) {
            assert!(held.take(id, 7, true));
        }
        assert!(!held.take(-1, 7, true) && !held.has_room());
        assert!(!held.is_full(), "bulk keeps nobody waiting");
        for id in ids.by_ref().take(REPLIES) {
            assert!(!held.is_full() && held.take(id, 8, false) && !held.take(id, 8, false));
        }
        assert!(held.is_full());
        assert_eq!((held.ids().len(), held.ids_of(8).len()), (BULK + REPLIES, REPLIES));
        for id in held.ids() {
            held.release(id);
            held.release(id);
        }
        assert!(held.has_room() && !held.is_full() && held.ids().is_empty());
    }
}
