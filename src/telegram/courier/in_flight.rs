//! Messages in flight: what this process holds in memory, and its limits (backpressure, R14).

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// More bulk than this is not held: what is beyond it waits in the table.
const BULK: usize = 5_000;

/// With more unsent replies than this no update is taken in: Telegram is slower than the bot.
const REPLIES: usize = 1_000;

/// So many of one chat's replies count towards that: a chat that Telegram slows down, or one user who floods the bot,
/// holds up no other chat (R7).
const OF_ONE: usize = 20;

/// With so many unsent replies of one chat, its further updates wait in the durable inbox.
const MOST_OF_ONE: usize = 50;

/// The messages in flight; clones share them.
#[derive(Clone, Default)]
pub struct InFlight(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    messages: HashMap<i64, Message>,
    replies: HashMap<i64, Replies>,
    bulk: usize,
    counted: usize,
}

struct Message {
    chat: i64,
    bulk: bool,
}

/// The replies of one chat.
#[derive(Default)]
struct Replies {
    held: Vec<Reply>,
    /// How many of them are not with Telegram.
    unsent: usize,
}

struct Reply {
    id: i64,
    /// It is with Telegram, and only the table does not know it yet.
    settled: bool,
}

impl InFlight {
    /// Whether so many replies wait that nothing more is to be taken in.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.inner().counted >= REPLIES
    }

    /// Whether so many replies of a chat wait that its updates are to wait, too: Telegram does not take its messages, and
    /// each turn would add to them (R14).
    #[must_use]
    pub fn is_crowded(&self, chat: i64) -> bool {
        self.inner().replies.get(&chat).is_some_and(|replies| replies.unsent >= MOST_OF_ONE)
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
        inner.messages.insert(id, Message { chat, bulk });
        if bulk {
            inner.bulk += 1;
            return true;
        }
        let replies = inner.replies.entry(chat).or_default();
        replies.held.push(Reply { id, settled: false });
        replies.unsent += 1;
        let counts = replies.held.len() <= OF_ONE;
        inner.counted += usize::from(counts);
        true
    }

    /// Holds it no more.
    pub(super) fn release(&self, id: i64) {
        let mut inner = self.inner();
        match inner.messages.remove(&id) {
            Some(Message { bulk: true, .. }) => inner.bulk -= 1,
            Some(Message { chat, .. }) => inner.let_go(chat, id),
            None => {}
        }
    }

    pub(super) fn ids(&self) -> Vec<i64> {
        self.inner().messages.keys().copied().collect()
    }

    /// It is with Telegram, or never will be.
    pub(super) fn settle(&self, id: i64) {
        let mut inner = self.inner();
        let Some(chat) = inner.messages.get(&id).map(|message| message.chat) else { return };
        let Some(replies) = inner.replies.get_mut(&chat) else { return };
        let Some(reply) = replies.held.iter_mut().find(|reply| reply.id == id && !reply.settled) else { return };
        reply.settled = true;
        replies.unsent -= 1;
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn has_room(&self) -> bool {
        self.bulk < BULK
    }

    fn let_go(&mut self, chat: i64, id: i64) {
        let Entry::Occupied(mut replies) = self.replies.entry(chat) else { return };
        let of_chat = replies.get_mut();
        let Some(place) = of_chat.held.iter().position(|reply| reply.id == id) else { return };
        self.counted -= usize::from(of_chat.held.len() <= OF_ONE);
        of_chat.unsent -= usize::from(!of_chat.held.remove(place).settled);
        if of_chat.held.is_empty() {
            replies.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{BULK, InFlight, MOST_OF_ONE, OF_ONE, REPLIES};

    #[test]
    fn r14_bulk_beyond_its_room_is_not_held_and_unsent_replies_hold_up_the_intake() {
        let in_flight = InFlight::default();
        let mut ids = 0..;
        for id in ids.by_ref().take(BULK) {
            assert!(in_flight.take(id, 7, true));
        }
        assert!(!in_flight.take(-1, 7, true) && !in_flight.has_room());
        assert!(!in_flight.is_full(), "bulk keeps nobody waiting");
        for (n, id) in (0..).zip(ids.by_ref().take(REPLIES)) {
            let chat = 8 + n % 100;
            assert!(!in_flight.is_full() && in_flight.take(id, chat, false) && !in_flight.take(id, chat, false));
        }
        assert!(in_flight.is_full());
        assert_eq!(in_flight.ids().len(), BULK + REPLIES);
        for id in in_flight.ids() {
            in_flight.release(id);
            in_flight.release(id);
        }
        assert!(in_flight.has_room() && !in_flight.is_full() && in_flight.ids().is_empty());
    }

    #[test]
    fn r14_a_chat_is_crowded_by_what_is_not_with_telegram_and_by_no_other_chat() {
        let in_flight = InFlight::default();
        let most = i64::try_from(MOST_OF_ONE).unwrap();
        assert!((0..most).all(|id| !in_flight.is_crowded(7) && in_flight.take(id, 7, false)));
        assert!((most..2 * most).all(|id| in_flight.take(id, 8, true)));
        assert!(in_flight.is_crowded(7) && !in_flight.is_crowded(8) && !in_flight.is_crowded(9), "bulk does not count");
        in_flight.settle(3);
        in_flight.settle(3);
        assert!(!in_flight.is_crowded(7), "one is with Telegram");
        assert!(in_flight.take(-1, 7, false) && in_flight.is_crowded(7));
        in_flight.release(3);
        assert!(in_flight.is_crowded(7), "what is with Telegram did not count");
        in_flight.release(4);
        assert!(!in_flight.is_crowded(7));
    }

    #[test]
    fn r7_one_chat_that_telegram_holds_up_stops_the_intake_of_nobody() {
        let in_flight = InFlight::default();
        assert!((0..5_000).all(|id| in_flight.take(id, 7, false)));
        assert!(!in_flight.is_full());
        let others = i64::try_from(REPLIES - OF_ONE).unwrap();
        assert!((5_000..5_000 + others).all(|id| !in_flight.is_full() && in_flight.take(id, id, false)));
        assert!(in_flight.is_full());
        in_flight.release(0);
        assert!(in_flight.is_full(), "that chat has more than enough left");
        in_flight.release(5_000);
        assert!(!in_flight.is_full());
        in_flight.ids().into_iter().for_each(|id| in_flight.release(id));
        assert!(in_flight.inner().replies.is_empty() && in_flight.inner().counted == 0);
    }
}
