//! How far Telegram has been heard: up to which moment everything that people did has come in (R9).
//!
//! Telegram drops a tap after 150 s. Whether some were lost is told by that moment alone, whatever was in the way: the
//! program was down, Postgres, the network to Telegram or from it, or a backlog was longer than that. The intake says here
//! how far it is, each beat of the process takes it into the database, and there the gap is seen.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

/// What has come in since the last beat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::turn) struct SplitRefusal {
    /// None of it had taken effect before this moment.
    pub since: DateTime<Utc>,
    /// Everything of before this moment is here.
    pub up_to: DateTime<Utc>,
    /// Nothing more waited there then.
    pub all: bool,
}

/// How far this process has heard Telegram; clones are the same.
#[derive(Clone, Default)]
pub struct Hearing(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    /// Not in the database yet.
    news: Option<SplitRefusal>,
    /// What the database knows of all processes.
    known: Option<DateTime<Utc>>,
    /// When this process was last given an update.
    given: Option<DateTime<Utc>>,
}

impl Hearing {
    /// Everything that waited at Telegram at this moment has come since.
    pub fn all(&self, asked: DateTime<Utc>) {
        self.inner().hear(SplitRefusal { since: asked, up_to: asked, all: true });
    }

    /// Something that was done at the moment `of` has come since `asked`, and more may wait behind it.
    pub fn some(&self, of: DateTime<Utc>, asked: DateTime<Utc>) {
        self.inner().hear(SplitRefusal { since: asked, up_to: of, all: false });
    }

    /// An update was taken from Telegram at this moment, whenever it was made.
    pub fn given(&self, now: DateTime<Utc>) {
        self.inner().given = Some(now);
    }

    /// When Telegram is last known to have reached a process: what failed before that is over.
    #[must_use]
    pub fn last_known(&self) -> Option<DateTime<Utc>> {
        let inner = self.inner();
        inner.known.max(inner.given)
    }

    /// The news since the last time.
    pub(in crate::turn) fn take(&self) -> Option<SplitRefusal> {
        self.inner().news.take()
    }

    /// The news did not get into the database.
    pub(in crate::turn) fn put_back(&self, news: SplitRefusal) {
        self.inner().hear(news);
    }

    /// What the database knows.
    pub(in crate::turn) fn learn(&self, known: Option<DateTime<Utc>>) {
        self.inner().known = known;
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn hear(&mut self, heard: SplitRefusal) {
        self.news = Some(match self.news {
            // That nothing waited at one moment is no less true for what has come since.
            Some(before) => SplitRefusal {
                since: before.since.min(heard.since),
                up_to: before.up_to.max(heard.up_to),
                all: before.all || heard.all,
            },
            None => heard,
        });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::{TimeDelta, Utc};

    use super::{Hearing, SplitRefusal};

    #[test]
    fn r9_news_between_two_beats_are_one_and_are_not_lost_when_a_beat_fails() {
        let (hearing, now) = (Hearing::default(), Utc::now());
        let (earlier, later) = (now - TimeDelta::seconds(200), now + TimeDelta::seconds(1));
        assert_eq!(hearing.take(), None);
        hearing.some(earlier, now);
        assert_eq!(hearing.take(), Some(SplitRefusal { since: now, up_to: earlier, all: false }));
        hearing.all(now);
        hearing.some(earlier, later);
        let news = hearing.take().unwrap();
        assert_eq!((news, hearing.take()), (SplitRefusal { since: now, up_to: now, all: true }, None));
        hearing.put_back(news);
        hearing.some(later, later);
        assert_eq!(hearing.take(), Some(SplitRefusal { since: now, up_to: later, all: true }));
    }

    #[test]
    fn r9_what_failed_before_an_update_was_given_to_any_process_is_over() {
        let (hearing, now) = (Hearing::default(), Utc::now());
        assert_eq!(hearing.last_known(), None);
        hearing.given(now);
        assert_eq!(hearing.last_known(), Some(now));
        hearing.learn(Some(now + TimeDelta::seconds(1)));
        assert_eq!(hearing.last_known(), Some(now + TimeDelta::seconds(1)));
    }
}
