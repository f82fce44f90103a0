//! Settling: rows of sent messages are deleted and screens kept, as many in a statement as have come meanwhile.
//!
//! There is no timer: a message alone is settled at once, and while one statement runs the next list grows.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::stripped::{self, Stripped};
use super::{Courier, InFlight};
use crate::telegram::Api;
use crate::turn::{Before, Outbox, Settled, Shown};

/// How many messages are settled at once at the most.
const AT_ONCE: usize = 256;

/// How long a statement that failed is waited with.
const PAUSE: Duration = Duration::from_millis(500);

/// What the lanes tell.
pub(super) enum ToSettle {
    Sent(Settled),
    /// Tell when everything before this is settled.
    Tell(oneshot::Sender<()>),
}

/// The task that settles. It does not hold the courier, whose end it would wait for.
pub(super) struct Settling {
    api: Api,
    outbox: Outbox,
    in_flight: InFlight,
    stripped: Arc<Stripped>,
}

impl Settling {
    pub fn of(courier: &Courier) -> Self {
        Self {
            api: courier.api.clone(),
            outbox: courier.outbox.clone(),
            in_flight: courier.in_flight.clone(),
            stripped: courier.stripped.clone(),
        }
    }

    /// Runs until the courier is gone.
    pub async fn run(self, mut sent: mpsc::UnboundedReceiver<ToSettle>) {
        let mut next = Vec::new();
        while sent.recv_many(&mut next, AT_ONCE).await > 0 {
            let (mut settled, mut waiting) = (Vec::new(), Vec::new());
            for one in next.drain(..) {
                match one {
                    ToSettle::Sent(message) => settled.push(message),
                    ToSettle::Tell(tell) => waiting.push(tell),
                }
            }
            if !settled.is_empty() {
                self.settle(settled).await;
            }
            for tell in waiting {
                // The message that waited may have been given up.
                let _ = tell.send(());
            }
        }
    }

    async fn settle(&self, settled: Vec<Settled>) {
        let counted = loop {
            match self.outbox.settle(&settled, self.outbox.now()).await {
                Ok(counted) => break counted,
                Err(fault) => tracing::warn!(%fault, "sent messages could not be forgotten yet"),
            }
            tokio::time::sleep(PAUSE).await;
        };
        for Settled { id, shown } in settled {
            self.in_flight.release(id);
            if let Some(shown) = shown.filter(|_| !counted.contains(&id)) {
                self.put_away_surplus(&shown).await;
            }
        }
    }

    /// The row was gone: another process has shown the screen, or this one has, and the database's confirmation was
    /// lost. One of the messages is the living screen, the others lose their buttons.
    async fn put_away_surplus(&self, shown: &Shown) {
        let living = match self.outbox.living(shown.chat_id).await {
            Ok(living) => living.map(|living| living.message_id),
            Err(fault) => return tracing::warn!(%fault, "a screen that was shown twice kept its buttons"),
        };
        let own = Some(shown.living.message_id).filter(|_| !shown.living.bare);
        for message in
            [own, shown.before.map(Before::message)].into_iter().flatten().filter(|message| living != Some(*message))
        {
            if let Err(error) = stripped::strip(&self.api, &self.stripped, shown.chat_id, message).await {
                tracing::debug!(%error, "an old screen kept its buttons");
            }
        }
    }
}
