//! Updates that wait for the bot, with Telegram's rules for confirming and throttling them.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::model::Queued;

/// How many confirmed updates are kept for delivering again.
const ARCHIVE: usize = 2_000;

/// Kinds that Telegram sends only when asked for by name.
const ON_REQUEST: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

/// The queue of one bot.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiting: VecDeque<Queued>,
    confirmed: VecDeque<Queued>,
    /// Updates to hand out once more, whatever the offset.
    again: Vec<Queued>,
    allowed: Option<Vec<String>>,
    /// How many of the coming updates are delivered twice.
    pub duplicate: usize,
    held: bool,
    /// The next batch comes in a random order.
    pub shuffle: bool,
    last_poll: Option<(i64, Instant)>,
    last_conflict: Option<Instant>,
    /// When a webhook was set last; Telegram allows one a second.
    pub last_webhook: Option<Instant>,
    /// Grows with everything that gives waiting pollers or the webhook something to do.
    pub changes: u64,
    /// Grows with every poll that begins to wait; an older one ends with a conflict.
    pub poll: u64,
}

/// Within one lane a webhook gets updates one after the other: messages of a chat with their edits, presses of a person,
/// and so on.
pub(crate) type Lane = (&'static str, i64);

impl Queued {
    /// The lane it belongs to.
    pub fn lane_key(&self) -> Lane {
        let kind = match self.kind.as_str() {
            "message" | "edited_message" | "channel_post" | "edited_channel_post" => "message",
            "callback_query" => "callback_query",
            "my_chat_member" => "my_chat_member",
            "message_reaction" => "message_reaction",
            _ => "other",
        };
        (kind, self.lane)
    }
}

/// What goes to the webhook next.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub update: Queued,
    /// It is a repetition that a test ordered.
    pub again: bool,
}

/// What `getUpdates` may take this time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Take {
    pub offset: i64,
    pub limit: usize,
    pub timeout: Duration,
}

impl Queue {
    /// Is this kind wanted by the bot?
    pub fn wants(&self, kind: &str) -> bool {
        match &self.allowed {
            Some(kinds) => kinds.iter().any(|k| k == kind),
            None => !ON_REQUEST.contains(&kind),
        }
    }

    /// The bot's choice of kinds.
    pub fn allowed(&self) -> Option<&Vec<String>> {
        self.allowed.as_ref()
    }

    /// Sets that choice; none is Telegram's default.
    pub fn allow(&mut self, kinds: Option<Vec<String>>) {
        self.allowed = kinds;
    }

    /// Adds the newest update.
    pub fn push(&mut self, update: Queued) {
        self.changes += 1;
        self.waiting.push_back(update);
    }

    pub fn len(&self) -> usize {
        self.waiting.len() + self.again.len()
    }

    /// Everything that is kept, the confirmed ones first, and the first id that is not confirmed.
    pub fn kept(&self) -> (impl Iterator<Item = &Queued>, i64) {
        let first = self.waiting.front().map_or(i64::MAX, |u| u.id);
        (self.confirmed.iter().chain(&self.waiting), first)
    }

    /// Whether an update is not confirmed yet.
    pub fn waits(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The throttle: the same offset again within 3 s waits, within 0.5 s gets one update.
    pub fn throttle(&mut self, mut take: Take) -> Take {
        let now = Instant::now();
        if let Some((offset, at)) = self.last_poll
            && offset == take.offset
        {
            let since = now.duration_since(at);
            if take.timeout < Duration::from_secs(3) && since < Duration::from_secs(3) {
                take.timeout = Duration::from_secs(3);
            }
            if since < Duration::from_millis(500) {
                take.limit = 1;
            }
        }
        self.last_poll = Some((take.offset, now));
        take
    }

    /// Was there a conflict within the last 3 s? The next ones are answered late.
    pub fn conflict(&mut self) -> bool {
        let often = self.last_conflict.is_some_and(|at| at.elapsed() < Duration::from_secs(3));
        if !often {
            self.last_conflict = Some(Instant::now());
        }
        often
    }

    /// The id below which this offset confirms everything.
    pub fn confirms(&self, offset: i64, next: i64) -> i64 {
        if offset >= 0 {
            // An offset far ahead is taken for a mistake and confirms nothing.
            return if offset > next + 10 { 0 } else { offset };
        }
        let keep = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
        let skip = self.waiting.len().saturating_sub(keep);
        self.waiting.get(skip).map_or(0, |u| u.id)
    }

    /// Is there anything that this confirmation would forget?
    pub fn has_below(&self, id: i64) -> bool {
        self.waiting.front().is_some_and(|u| u.id < id)
    }

    /// Forgets everything below an id.
    pub fn confirm(&mut self, below: i64) {
        while let Some(update) = self.waiting.pop_front_if(|u| u.id < below) {
            self.archive(update);
        }
    }

    /// One update was taken by the webhook.
    pub fn settle(&mut self, id: i64) {
        if let Some(at) = self.waiting.iter().position(|u| u.id == id)
            && let Some(update) = self.waiting.remove(at)
        {
            self.archive(update);
        }
    }

    fn archive(&mut self, update: Queued) {
        self.confirmed.push_back(update);
        let surplus = self.confirmed.len().saturating_sub(ARCHIVE);
        self.confirmed.drain(..surplus);
    }

    /// The next update for the webhook: the oldest of the first lane that is free. What is delivered once more comes
    /// first, and is then no longer in the queue.
    pub fn next_free(&mut self, free: impl Fn(Lane) -> bool, now: i64) -> Option<Delivery> {
        self.waiting.retain(|u| u.expires > now);
        if self.held {
            return None;
        }
        if let Some(at) = self.again.iter().position(|u| free(u.lane_key())) {
            return Some(Delivery { update: self.again.remove(at), again: true });
        }
        let mut passed = std::collections::HashSet::new();
        let update = self.waiting.iter().find(|u| passed.insert(u.lane_key()) && free(u.lane_key()))?.clone();
        if self.duplicate > 0 {
            self.duplicate -= 1;
            self.again.push(update.clone());
        }
        Some(Delivery { update, again: false })
    }

    /// A second delivery that failed comes again.
    pub fn put_back(&mut self, update: Queued) {
        self.changes += 1;
        self.again.push(update);
    }

    /// Forgets everything that waits.
    pub fn drop_pending(&mut self) {
        self.again.clear();
        self.waiting.clear();
    }

    /// The updates of one answer.
    pub fn take(&mut self, limit: usize, now: i64) -> Vec<Queued> {
        self.waiting.retain(|u| u.expires > now);
        if self.held {
            return Vec::new();
        }
        let fresh: Vec<Queued> = self.waiting.iter().take(limit).cloned().collect();
        // Never instead of an earlier one that waits: a poller that confirms what it got would confirm that too.
        let room = limit - fresh.len();
        let mut out: Vec<Queued> = self.again.drain(..self.again.len().min(room)).collect();
        let twice = fresh.len().min(self.duplicate);
        self.duplicate -= twice;
        self.again.extend(fresh.iter().take(twice).cloned());
        out.extend(fresh);
        if std::mem::take(&mut self.shuffle) && out.len() > 1 {
            shuffle(&mut out);
        }
        out
    }

    /// Delivers a known update once more; false when it is not known.
    pub fn redeliver(&mut self, id: i64, times: usize) -> bool {
        let Some(update) = self.confirmed.iter().chain(&self.waiting).find(|u| u.id == id).cloned() else {
            return false;
        };
        self.again.extend(std::iter::repeat_n(update, times));
        self.changes += 1;
        true
    }

    /// Nothing is delivered while held.
    pub fn hold(&mut self, held: bool) {
        self.held = held;
        self.changes += 1;
    }

    /// Ends the poll that waits, so that it notices what is new in the world.
    pub fn oust(&mut self) {
        self.poll += 1;
        self.changes += 1;
    }

    /// Makes waiting updates of a kind older; gives how many of them are forgotten for it.
    pub fn age(&mut self, kind: &str, seconds: i64, now: i64) -> usize {
        let before = self.waiting.len();
        for update in self.waiting.iter_mut().filter(|u| u.kind == kind) {
            update.expires -= seconds;
        }
        self.waiting.retain(|u| u.expires > now);
        before - self.waiting.len()
    }

    /// Back to empty, the choice of kinds included; pollers go on.
    pub fn clear(&mut self) {
        let (poll, changes, allowed) = (self.poll, self.changes, self.allowed.take());
        *self = Self { poll, changes, allowed, ..Self::default() };
    }
}

/// An order that is never the sent one: rotated by a place that varies, then swapped in pairs.
fn shuffle(updates: &mut [Queued]) {
    let salt = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |d| d.subsec_nanos());
    let by = 1 + usize::try_from(salt).unwrap_or(0) % (updates.len() - 1);
    updates.rotate_left(by);
    for pair in updates.chunks_exact_mut(2).skip(1) {
        pair.swap(0, 1);
    }
}
