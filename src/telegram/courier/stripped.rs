//! The last message of each chat whose buttons were removed. A second call would be refused as "not modified".

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use crate::telegram::{Api, CallError, render};

/// Chats that are remembered; beyond that all are forgotten, which costs a call each at most.
const CHATS: usize = 4_096;

/// Message by chat, of this process.
#[derive(Default)]
pub(super) struct Stripped(Mutex<HashMap<i64, i64>>);

impl Stripped {
    /// Whether this message was the last one of its chat.
    pub fn has(&self, chat: i64, message: i64) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&chat) == Some(&message)
    }

    /// Remembers that the message has no buttons any more.
    pub fn keep(&self, chat: i64, message: i64) {
        let mut chats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if chats.len() >= CHATS && !chats.contains_key(&chat) {
            chats.clear();
        }
        chats.insert(chat, message);
    }
}

/// Takes the buttons off a message, unless that was done before.
pub(super) async fn strip(api: &Api, stripped: &Stripped, chat: i64, message: i64) -> Result<Value, CallError> {
    if stripped.has(chat, message) {
        return Ok(Value::Null);
    }
    let done = api.call(&render::strip(chat, message)).await;
    if matches!(&done, Ok(_) | Err(CallError::Refused(_))) {
        stripped.keep(chat, message);
    }
    done
}

#[cfg(test)]
mod tests {
    use super::{CHATS, Stripped};

    #[test]
    fn r14_the_last_stripped_message_of_a_chat_is_remembered_within_bounds() {
        let stripped = Stripped::default();
        stripped.keep(7, 1);
        assert!(stripped.has(7, 1) && !stripped.has(7, 2) && !stripped.has(8, 1));
        stripped.keep(7, 2);
        assert!(stripped.has(7, 2) && !stripped.has(7, 1));
        for chat in (1_000..).take(CHATS) {
            stripped.keep(chat, 1);
        }
        assert!(stripped.0.lock().is_ok_and(|chats| chats.len() <= CHATS));
    }
}
