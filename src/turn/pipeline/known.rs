//! What a process knows of the chats it has answered: a turn thinks with that, and no lock.
//!
//! This is no cache that has to be kept right. The statement that closes a turn takes effect only where the rows of session and
//! user are still the versions that are known here; otherwise the turn is done again with the chat locked.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hashlink::LruCache;
use serde::Deserialize as _;
use serde_json::Value;

use super::session::Session;
use crate::crm::{Actor, Company, Staff, Visitor};
use crate::flows::dialogue::Dialogue;

/// A chat as this process has left it.
pub(in crate::turn) struct Known {
    /// The version of its session's row.
    pub session_row: String,
    pub version: i64,
    /// As it is stored: what is never stored is not known either.
    pub dialogue: Value,
    pub menu: Option<String>,
    /// With the version of the user's row.
    pub actor: Actor,
}

impl Known {
    /// None for strangers' chats, which are not worth a place.
    pub fn of(session: Session, session_row: String, dialogue: Value, actor: Actor) -> Option<Self> {
        let known = actor.staff().is_some() && session.dialogue.newer_release().is_none();
        let Session { version, menu, .. } = session;
        known.then_some(Self { session_row, version, dialogue, menu, actor })
    }

    /// The session and the user of another update of this chat; none when that is another person's.
    pub fn session(self, visitor: &Visitor, company: &Company) -> Option<(Session, Actor, Basis)> {
        let staff: &Staff = self.actor.staff()?;
        if self.actor.visitor.telegram_id != visitor.telegram_id {
            return None;
        }
        let basis = Basis {
            session_row: self.session_row,
            version: self.version,
            user: staff.id.0,
            user_row: staff.row_version.clone(),
            epoch: staff.authz_epoch,
            protects: self.actor.protects_cards,
        };
        let session = Session {
            chat_id: visitor.chat_id,
            version: self.version,
            dialogue: Dialogue::deserialize(&self.dialogue).unwrap_or_default(),
            user: Some(staff.id),
            menu: self.menu,
        };
        Some((session, self.actor.sending(visitor.clone(), company), basis))
    }
}

/// What a turn relies on that has thought without a lock.
#[derive(Debug, Clone)]
pub(in crate::turn) struct Basis {
    pub session_row: String,
    pub version: i64,
    pub user: i64,
    pub user_row: String,
    /// The epoch of their rights.
    pub epoch: i32,
    /// The company's switch for messages with clients' data.
    pub protects: bool,
}

/// A turn that thinks.
pub(in crate::turn) struct Thinks<'a> {
    memory: &'a Memory,
    chat_id: i64,
}

impl Drop for Thinks<'_> {
    fn drop(&mut self) {
        self.memory.thinking().remove(&self.chat_id);
    }
}

/// What is known of chats: of those that were used last.
pub(in crate::turn) struct Memory {
    /// None where nothing is to be remembered.
    chats: Option<Mutex<LruCache<i64, Known>>>,
    /// Chats whose turns think, without a lock that others could wait for.
    thinking: Mutex<HashSet<i64>>,
    effective: AtomicU64,
    outdated: AtomicU64,
}

impl Memory {
    /// Room for so many chats.
    pub fn new(chats: usize) -> Self {
        let chats = (chats > 0).then(|| Mutex::new(LruCache::new(chats)));
        Self { chats, thinking: Mutex::default(), effective: AtomicU64::new(0), outdated: AtomicU64::new(0) }
    }

    /// What is known of a chat, for its next turn alone: whatever becomes of that, it is not known afterwards.
    pub fn take(&self, chat_id: i64) -> Option<Known> {
        self.chats()?.remove(&chat_id)
    }

    /// A turn of this chat thinks until this is dropped.
    pub fn thinks(&self, chat_id: i64) -> Thinks<'_> {
        self.thinking().insert(chat_id);
        Thinks { memory: self, chat_id }
    }

    /// Whether a turn of this chat thinks: its screen is about to be drawn.
    pub fn is_thinking(&self, chat_id: i64) -> bool {
        self.thinking().contains(&chat_id)
    }

    fn thinking(&self) -> MutexGuard<'_, HashSet<i64>> {
        self.thinking.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn keep(&self, chat_id: i64, known: Option<Known>) {
        if let (Some(mut chats), Some(known)) = (self.chats(), known) {
            chats.insert(chat_id, known);
        }
    }

    /// A turn took effect with what was known.
    pub fn was_right(&self) {
        self.effective.fetch_add(1, Ordering::Relaxed);
    }

    /// A turn has to be done again, since what was known had changed.
    pub fn was_outdated(&self) {
        self.outdated.fetch_add(1, Ordering::Relaxed);
    }

    /// How many turns took effect with what was known, and how many had to be done again.
    pub fn counts(&self) -> (u64, u64) {
        (self.effective.load(Ordering::Relaxed), self.outdated.load(Ordering::Relaxed))
    }

    fn chats(&self) -> Option<MutexGuard<'_, LruCache<i64, Known>>> {
        self.chats.as_ref().map(|chats| chats.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
