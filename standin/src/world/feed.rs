//! What happened, for the web page and for tests: a ring of numbered events.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::Value;

/// How many events are kept for those who come late.
const KEPT: usize = 5_000;

/// The ring. Numbers start at the time of the start in milliseconds, so that they also grow over restarts.
#[derive(Debug)]
pub(crate) struct Feed {
    last: u64,
    ring: VecDeque<(u64, Arc<str>)>,
}

impl Feed {
    /// An empty ring whose numbers begin at this time.
    pub fn new(now_ms: u64) -> Self {
        Self { last: now_ms, ring: VecDeque::new() }
    }

    /// The number of the newest event.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// Adds an event; `body` is an object without its number.
    pub fn push(&mut self, mut body: Value) {
        self.last += 1;
        body["seq"] = self.last.into();
        self.ring.push_back((self.last, body.to_string().into()));
        if self.ring.len() > KEPT {
            self.ring.pop_front();
        }
    }

    /// Everything after a number. A page that asks for a number that is no longer kept is told to read all again.
    pub fn after(&self, seq: u64) -> Vec<(u64, Arc<str>)> {
        let first = self.ring.front().map_or(self.last + 1, |(s, _)| *s);
        let mut out = Vec::new();
        if seq != 0 && seq + 1 < first {
            out.push((first - 1, format!(r#"{{"seq":{},"kind":"resync"}}"#, first - 1).into()));
        }
        let skip = self.ring.partition_point(|(s, _)| *s <= seq);
        out.extend(self.ring.iter().skip(skip).cloned());
        out
    }
}
