//! What all requests share: the world behind its lock, and who waits for its changes.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, watch};

use crate::files::Files;
use crate::world::World;

/// The bot's secret. It has no `Debug`, so that it gets into no log.
#[derive(Clone)]
pub(crate) struct Token(String);

impl Token {
    /// A token `123456:letters`; nothing when it has another form.
    pub fn parse(token: &str) -> Option<(Self, i64)> {
        let (id, secret) = token.split_once(':')?;
        let id = id.parse::<i64>().ok().filter(|id| *id > 0)?;
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        (!secret.is_empty() && token.len() <= 80 && secret.chars().all(plain)).then(|| (Self(token.to_owned()), id))
    }

    /// Is this the bot's token?
    pub fn is(&self, candidate: &str) -> bool {
        self.0 == candidate
    }
}

/// Shared by every request.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Inner>);

/// What is behind [`Shared`].
pub(crate) struct Inner {
    world: Mutex<World>,
    pub files: Files,
    pub token: Token,
    pub address: SocketAddr,
    /// Rung when updates may be waiting.
    pub updates: Notify,
    /// The number of the newest event.
    pub events: watch::Sender<u64>,
    /// True once the stand-in stops.
    pub stopping: watch::Sender<bool>,
}

impl std::ops::Deref for Shared {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Shared {
    /// Puts the lock around a world.
    pub fn new(world: World, files: Files, token: Token, address: SocketAddr) -> Self {
        let events = watch::Sender::new(world.feed.last());
        let stopping = watch::Sender::new(false);
        let updates = Notify::new();
        Self(Arc::new(Inner { world: Mutex::new(world), files, token, address, updates, events, stopping }))
    }

    /// Looks at the world.
    pub fn read<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&self.world.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the world; the changes are written when this returns, and every waiter for them is woken.
    /// An error means that the journal could not be written.
    pub fn change<T>(&self, act: impl FnOnce(&mut World) -> T) -> std::io::Result<T> {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        let (before, waiting) = (world.feed.last(), world.queue.changes);
        let out = act(&mut world);
        let committed = world.commit();
        let (after, now_waiting) = (world.feed.last(), world.queue.changes);
        drop(world);
        if before != after {
            self.events.send_replace(after);
        }
        if waiting != now_waiting {
            self.updates.notify_waiters();
        }
        committed.map(|()| out)
    }

    /// Ends when the stand-in stops.
    pub async fn stopped(&self) {
        let mut stopping = self.stopping.subscribe();
        // The sender lives as long as we do.
        let _ = stopping.wait_for(|stop| *stop).await;
    }
}
