//! Telegram's limits on sending, as a setting: bursts are refused for the chat that is flooded, or for all.

use std::collections::HashMap;
use std::time::Instant;

/// A bucket that fills with time.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

/// How much a bucket holds and how fast it fills, in messages and messages a second.
#[derive(Clone, Copy, Debug)]
struct Rate {
    most: f64,
    per_second: f64,
}

/// All chats together: thirty a second.
const ALL: Rate = Rate { most: 30.0, per_second: 30.0 };
/// One private chat: one a second, with a short burst.
const PRIVATE: Rate = Rate { most: 5.0, per_second: 1.0 };
/// One group: twenty a minute.
const GROUP: Rate = Rate { most: 20.0, per_second: 20.0 / 60.0 };

/// Who sent how much lately.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    all: Option<Bucket>,
    chats: HashMap<i64, Bucket>,
}

impl Limiter {
    /// Counts a message to a chat; gives the seconds to wait when it is one too many.
    pub fn take(&mut self, chat: i64, now: Instant) -> Result<(), u64> {
        self.chats.retain(|_, b| now.duration_since(b.at).as_secs() < 120);
        let rate = if chat < 0 { GROUP } else { PRIVATE };
        let mut one = filled(self.chats.get(&chat).copied(), rate, now);
        let mut all = filled(self.all, ALL, now);
        let wait = wait(one, rate).max(wait(all, ALL));
        if wait == 0 {
            one.tokens -= 1.0;
            all.tokens -= 1.0;
        }
        self.chats.insert(chat, one);
        self.all = Some(all);
        if wait == 0 { Ok(()) } else { Err(wait) }
    }
}

fn filled(bucket: Option<Bucket>, rate: Rate, now: Instant) -> Bucket {
    let tokens = bucket.map_or(rate.most, |b| b.tokens + now.duration_since(b.at).as_secs_f64() * rate.per_second);
    Bucket { tokens: tokens.min(rate.most), at: now }
}

/// Whole seconds until there is a token, rounded up.
fn wait(bucket: Bucket, rate: Rate) -> u64 {
    let missing = 1.0 - bucket.tokens;
    if missing <= 0.0 {
        return 0;
    }
    std::time::Duration::from_secs_f64(missing / rate.per_second).as_secs() + 1
}
