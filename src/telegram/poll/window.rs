//! The polling window: updates between the oldest unconfirmed one and the newest that was taken.

use std::collections::{BTreeMap, BTreeSet};

use crate::telegram::intake::Pending;

/// The updates that Telegram still has to keep, and those above them that it delivers again.
#[derive(Default)]
pub(super) struct Window {
    /// Taken and not settled; none where it has to come again.
    pending: BTreeMap<i64, Option<Pending>>,
    /// Settled ones above the oldest pending one: they are not taken again.
    settled: BTreeSet<i64>,
    next: Option<i64>,
}

impl Window {
    /// The lowest update that must not be confirmed yet.
    pub fn offset(&self) -> Option<i64> {
        self.pending.keys().next().copied().or(self.next)
    }

    /// Whether an update of an answer is new. After a week of silence ids restart anywhere: only what is in the window is
    /// known by its id.
    pub fn is_new(&self, id: i64) -> bool {
        !self.settled.contains(&id) && self.pending.get(&id).is_none_or(Option::is_none)
    }

    /// An update is in a queue, or settled at once.
    pub fn take(&mut self, id: i64, pending: Option<Pending>) {
        match pending {
            Some(pending) => drop(self.pending.insert(id, Some(pending))),
            None => self.settle(id),
        }
        self.next = Some(id + 1);
    }

    /// An update may be confirmed as soon as all below it may.
    pub fn settle(&mut self, id: i64) {
        self.pending.remove(&id);
        self.settled.insert(id);
        match self.pending.keys().next() {
            Some(oldest) => self.settled = self.settled.split_off(oldest),
            None => self.settled.clear(),
        }
    }

    /// An update has to come again.
    pub fn give_back(&mut self, id: i64) {
        if let Some(pending) = self.pending.get_mut(&id) {
            *pending = None;
        }
    }

    /// What is in a queue of this process.
    pub fn queued(&self) -> impl Iterator<Item = &Pending> {
        self.pending.values().flatten()
    }

    /// All that is in a queue is stored, and may be confirmed.
    pub fn settle_queued(&mut self) {
        let queued = self.pending.iter().filter(|(_, pending)| pending.is_some());
        let ids: Vec<i64> = queued.map(|(id, _)| *id).collect();
        ids.into_iter().for_each(|id| self.settle(id));
    }

    pub fn len(&self) -> usize {
        self.pending.len()
    }

    pub fn is_idle(&self) -> bool {
        self.pending.is_empty()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::Window;

    fn window(pending: &[i64], settled: &[i64]) -> Window {
        Window {
            pending: pending.iter().map(|&id| (id, None)).collect(),
            settled: settled.iter().copied().collect(),
            next: pending.iter().chain(settled).max().map(|id| id + 1),
        }
    }

    #[test]
    fn r16_the_offset_follows_and_settled_updates_above_it_are_not_taken_again() {
        let mut window = window(&[5, 6, 7], &[]);
        window.settle(6);
        // R1: the offset stays at what is not settled; R16: what is settled above it is not taken a second time.
        assert_eq!((window.offset(), window.is_new(6), window.is_new(8)), (Some(5), false, true));
        window.settle(5);
        assert_eq!(window.offset(), Some(7));
        assert!(window.settled.is_empty(), "below the offset nothing has to be known");
        window.settle(7);
        assert!(window.is_idle() && window.settled.is_empty());
        assert_eq!(window.offset(), Some(8));
    }

    #[test]
    fn r1_what_has_to_come_again_holds_the_offset_and_is_taken_when_it_comes() {
        let mut window = window(&[5], &[]);
        window.give_back(5);
        assert_eq!((window.offset(), window.is_new(5)), (Some(5), true));
    }
}
