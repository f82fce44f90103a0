//! Faults that a test orders: what kind, for which method and chat, how often.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FaultKind {
    /// Too many requests, with `retry_after`.
    #[serde(rename = "429")]
    TooMany,
    /// Bad request with `description`: not executed.
    #[serde(rename = "400")]
    Refused,
    /// The token is refused, as servers of the Bot API do for a while: not executed.
    #[serde(rename = "401")]
    Unauthorized,
    /// The same in the other way they say it.
    #[serde(rename = "404")]
    NotFound,
    /// Never executed, never answered: the connection is reset after `delay_ms` (a minute unless told).
    #[serde(rename = "hang")]
    Hang,
    /// Internal server error, as JSON.
    #[serde(rename = "500")]
    Internal,
    /// Bad gateway, as a web page.
    #[serde(rename = "502")]
    Gateway,
    /// Executed, never answered: the connection ends after `delay_ms` (a minute unless told).
    #[serde(rename = "timeout")]
    Timeout,
    /// The connection is reset, nothing was executed.
    #[serde(rename = "reset_before")]
    ResetBefore,
    /// Executed, then the connection is reset instead of an answer.
    #[serde(rename = "reset_after")]
    ResetAfter,
    /// Executed, answered after `delay_ms`.
    #[serde(rename = "slow")]
    Slow,
}

impl FaultKind {
    /// Its name in the control API.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooMany => "429",
            Self::Refused => "400",
            Self::Unauthorized => "401",
            Self::NotFound => "404",
            Self::Hang => "hang",
            Self::Internal => "500",
            Self::Gateway => "502",
            Self::Timeout => "timeout",
            Self::ResetBefore => "reset_before",
            Self::ResetAfter => "reset_after",
            Self::Slow => "slow",
        }
    }
}

/// An order for faults; it is used up after `count` calls.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Fault {
    /// A method's name in any case, or `*`.
    #[serde(default = "any")]
    pub method: String,
    #[serde(default = "once")]
    pub count: u64,
    pub kind: FaultKind,
    /// Seconds, for 429.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    /// Telegram's words, for 400.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Only calls with this `chat_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat_id: Option<i64>,
}

fn any() -> String {
    "*".to_owned()
}

fn once() -> u64 {
    1
}

/// The orders that wait; the oldest that fits is played.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// The orders that are still to come.
    pub fn list(&self) -> &[Fault] {
        &self.0
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault to play for this call, counted down.
    pub fn take(&mut self, method: &str, chat: &str) -> Option<Fault> {
        let fits = |f: &Fault| {
            (f.method == "*" || f.method.eq_ignore_ascii_case(method))
                && f.chat_id.is_none_or(|id| chat == id.to_string())
        };
        let at = self.0.iter().position(|f| f.count > 0 && fits(f))?;
        let fault = self.0[at].clone();
        self.0[at].count -= 1;
        if self.0[at].count == 0 {
            self.0.remove(at);
        }
        Some(fault)
    }
}
