//! The log of Bot API calls, for tests and for the curious.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::Value;

const KEPT: usize = 5_000;

/// One call as it was answered.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Call {
    pub seq: u64,
    /// Milliseconds since 1970.
    pub at_ms: u64,
    pub method: String,
    pub params: Value,
    pub ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The fault that was played instead of or around the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<&'static str>,
}

#[derive(Debug, Default)]
pub(crate) struct Calls {
    last: u64,
    ring: VecDeque<Call>,
}

impl Calls {
    /// Adds a call under the next number.
    pub fn push(&mut self, mut call: Call) {
        self.last += 1;
        call.seq = self.last;
        self.ring.push_back(call);
        if self.ring.len() > KEPT {
            self.ring.pop_front();
        }
    }

    /// The calls after a number.
    pub fn after(&self, seq: u64) -> impl Iterator<Item = &Call> {
        self.ring.iter().skip_while(move |c| c.seq <= seq)
    }

    /// Forgets all calls; numbers go on.
    pub fn clear(&mut self) {
        self.ring.clear();
    }
}
