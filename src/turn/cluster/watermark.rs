//! Update watermark: everything sent before this time has been received (R9).
//!
//! Telegram drops a tap after 150 s. Whether taps were lost depends on the watermark alone, whatever the cause: the
//! program was down, Postgres, the network in either direction, or a backlog took longer than that. The intake reports
//! its progress here, each heartbeat writes it to the database, and the database finds the gap.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

/// The progress since the last heartbeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::turn) struct Progress {
    /// None of it had taken effect before this moment.
    pub since: DateTime<Utc>,
    /// Everything of before this moment is here.
    pub up_to: DateTime<Utc>,
    /// Nothing more waited there then.
    pub all: bool,
}

/// The watermark of this process; clones share it.
#[derive(Clone, Default)]
pub struct Watermark(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    /// Not in the database yet.
    progress: Option<Progress>,
    /// The watermark of all processes, from the database.
    known: Option<DateTime<Utc>>,
    /// When this process last received an update.
    received_at: Option<DateTime<Utc>>,
}

impl Watermark {
    /// Everything that waited at Telegram at this moment has come since.
    pub fn caught_up(&self, asked: DateTime<Utc>) {
        self.inner().merge(Progress { since: asked, up_to: asked, all: true });
    }

    /// Something that was done at the moment `of` has come since `asked`, and more may wait behind it.
    pub fn advanced(&self, of: DateTime<Utc>, asked: DateTime<Utc>) {
        self.inner().merge(Progress { since: asked, up_to: of, all: false });
    }

    /// An update was taken from Telegram at this moment, whenever it was made.
    pub fn received(&self, now: DateTime<Utc>) {
        self.inner().received_at = Some(now);
    }

    /// When Telegram is last known to have reached a process: what failed before that is over.
    #[must_use]
    pub fn last_known(&self) -> Option<DateTime<Utc>> {
        let inner = self.inner();
        inner.known.max(inner.received_at)
    }

    /// The progress since the last time.
    pub(in crate::turn) fn take(&self) -> Option<Progress> {
        self.inner().progress.take()
    }

    /// Puts back progress that could not be written.
    pub(in crate::turn) fn put_back(&self, progress: Progress) {
        self.inner().merge(progress);
    }

    /// Takes over the watermark of all processes.
    pub(in crate::turn) fn learn(&self, known: Option<DateTime<Utc>>) {
        self.inner().known = known;
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn merge(&mut self, new: Progress) {
        self.progress = Some(match self.progress {
            // That nothing waited at one moment is no less true for what has come since.
            Some(before) => Progress {
                since: before.since.min(new.since),
                up_to: before.up_to.max(new.up_to),
                all: before.all || new.all,
            },
            None => new,
        });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::{TimeDelta, Utc};

    use super::{Progress, Watermark};

    #[test]
    fn r9_progress_between_two_heartbeats_is_merged_and_kept_when_a_heartbeat_fails() {
        let (watermark, now) = (Watermark::default(), Utc::now());
        let (earlier, later) = (now - TimeDelta::seconds(200), now + TimeDelta::seconds(1));
        assert_eq!(watermark.take(), None);
        watermark.advanced(earlier, now);
        assert_eq!(watermark.take(), Some(Progress { since: now, up_to: earlier, all: false }));
        watermark.caught_up(now);
        watermark.advanced(earlier, later);
        let progress = watermark.take().unwrap();
        assert_eq!((progress, watermark.take()), (Progress { since: now, up_to: now, all: true }, None));
        watermark.put_back(progress);
        watermark.advanced(later, later);
        assert_eq!(watermark.take(), Some(Progress { since: now, up_to: later, all: true }));
    }

    #[test]
    fn r9_what_failed_before_an_update_was_given_to_any_process_is_over() {
        let (watermark, now) = (Watermark::default(), Utc::now());
        assert_eq!(watermark.last_known(), None);
        watermark.received(now);
        assert_eq!(watermark.last_known(), Some(now));
        watermark.learn(Some(now + TimeDelta::seconds(1)));
        assert_eq!(watermark.last_known(), Some(now + TimeDelta::seconds(1)));
    }
}
