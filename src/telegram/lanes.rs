//! Keyed queues (lanes): order within a key, none between keys. A lane has a worker only while it has work.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Work by key, in order of arrival.
pub(super) struct Lanes<K, T> {
    queues: Mutex<HashMap<K, VecDeque<T>>>,
}

impl<K: Eq + Hash + Copy, T> Lanes<K, T> {
    pub fn new() -> Self {
        Self { queues: Mutex::new(HashMap::new()) }
    }

    /// Adds work; true when the lane was idle, and a worker has to be started for it.
    pub fn push(&self, key: K, item: T) -> bool {
        let mut queues = self.lock();
        let idle = !queues.contains_key(&key);
        queues.entry(key).or_default().push_back(item);
        idle
    }

    /// Opens a lane without work; true as in [`Self::push`].
    pub fn open(&self, key: K) -> bool {
        let mut queues = self.lock();
        let idle = !queues.contains_key(&key);
        queues.entry(key).or_default();
        idle
    }

    /// How much waits in a lane.
    pub fn len(&self, key: K) -> usize {
        self.lock().get(&key).map_or(0, VecDeque::len)
    }

    /// Inserts work by its number: what was found late goes before what came after it. True as in [`Self::push`].
    pub fn insert(&self, key: K, item: T, number: impl Fn(&T) -> i64) -> bool {
        let mut queues = self.lock();
        let idle = !queues.contains_key(&key);
        let queue = queues.entry(key).or_default();
        let place = queue.partition_point(|other| number(other) < number(&item));
        queue.insert(place, item);
        idle
    }

    /// The next work of a lane; none closes the lane, and its worker has to end.
    pub fn next(&self, key: K) -> Option<T> {
        let mut queues = self.lock();
        let next = queues.get_mut(&key).and_then(VecDeque::pop_front);
        if next.is_none() {
            queues.remove(&key);
        }
        next
    }

    /// Takes the next work of a lane, which stays open without any.
    pub fn take_next(&self, key: K) -> Option<T> {
        self.lock().get_mut(&key).and_then(VecDeque::pop_front)
    }

    /// Takes all work of a lane, which stays open.
    pub fn take_all(&self, key: K) -> VecDeque<T> {
        self.lock().get_mut(&key).map(std::mem::take).unwrap_or_default()
    }

    /// Puts work that was taken back before what has come since.
    pub fn put_back(&self, key: K, mut work: VecDeque<T>) {
        let mut queues = self.lock();
        let queue = queues.entry(key).or_default();
        work.append(queue);
        *queue = work;
    }

    /// Closes a lane that has no work; its worker has to end. False when it has some again.
    pub fn close(&self, key: K) -> bool {
        let mut queues = self.lock();
        let idle = queues.get(&key).is_none_or(VecDeque::is_empty);
        if idle {
            queues.remove(&key);
        }
        idle
    }

    /// Closes a lane whose work cannot go on, and gives what waited there; its worker has to end.
    pub fn abandon(&self, key: K) -> VecDeque<T> {
        self.lock().remove(&key).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, VecDeque<T>>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether no lane has work.
    pub fn is_idle(&self) -> bool {
        self.lock().is_empty()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::Lanes;

    #[test]
    fn r4_a_lane_keeps_order_and_asks_for_one_worker() {
        let lanes = Lanes::new();
        assert!(lanes.push(1, "a") && !lanes.push(1, "b") && lanes.push(2, "c"));
        assert_eq!((lanes.len(1), lanes.len(3)), (2, 0));
        assert_eq!((lanes.next(1), lanes.next(1), lanes.next(1)), (Some("a"), Some("b"), None));
        assert!(lanes.push(1, "d"), "a closed lane asks for a worker again");
        assert!(!lanes.close(1), "it has work");
        assert_eq!((lanes.take_next(1), lanes.take_next(1)), (Some("d"), None));
        assert!(!lanes.open(1) && lanes.close(1) && lanes.open(1), "an empty lane has its worker until it is closed");
        assert!(!lanes.is_idle());
    }

    #[test]
    fn r4_a_lane_that_cannot_go_on_gives_back_what_waited() {
        let lanes = Lanes::new();
        for work in ["a", "b", "c"] {
            lanes.push(1, work);
        }
        assert_eq!(lanes.next(1), Some("a"));
        assert_eq!(lanes.abandon(1), ["b", "c"]);
        assert!(lanes.is_idle() && lanes.abandon(1).is_empty());
    }

    #[test]
    fn r4_work_that_is_put_back_comes_before_what_has_come_since() {
        let lanes = Lanes::new();
        for work in ["a", "b"] {
            lanes.push(1, work);
        }
        let taken = lanes.take_all(1);
        assert!(!lanes.push(1, "c"), "the lane has stayed open");
        lanes.put_back(1, taken);
        assert_eq!([(); 4].map(|()| lanes.next(1)), [Some("a"), Some("b"), Some("c"), None]);
        assert!(lanes.take_all(1).is_empty());
    }

    #[test]
    fn r7_what_is_found_late_goes_before_what_came_after_it() {
        let lanes = Lanes::new();
        for (number, idle) in [(5, true), (7, false), (6, false), (4, false)] {
            assert_eq!(lanes.insert(1, number, |number| *number), idle);
        }
        assert_eq!([(); 5].map(|()| lanes.next(1)), [Some(4), Some(5), Some(6), Some(7), None]);
    }
}
