//! Chats whose replies Telegram does not take: their updates wait in the durable inbox (R14).

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::{AWAY, Intake};
use crate::turn::Outcome;

/// The pause before it is asked again whether replies have been sent.
const CROWDED: Duration = Duration::from_millis(100);

impl Intake {
    /// Waits until so few replies of a chat are unsent that a turn may add to them; false when the program ends meanwhile.
    ///
    /// What the queue holds is stored and confirmed first: kept in memory it would hold the offset or a request of the
    /// webhook, and be taken for updates that are stuck.
    pub(super) async fn has_room(&self, lane: i64) -> bool {
        if !self.unsent.is_crowded(lane) {
            return true;
        }
        let _held_back = self.metrics.hold_back();
        tracing::info!("updates of a chat wait: Telegram does not take its replies");
        // R4: what comes from now on is stored behind what the queue holds.
        self.surplus.open(lane);
        while self.unsent.is_crowded(lane) && !self.is_ending() {
            let pause = if self.put_off(lane).await { CROWDED } else { AWAY };
            tokio::time::sleep(pause).await;
        }
        !self.is_ending()
    }

    /// Moves what the queue of a chat holds into the inbox; false when the database fails.
    async fn put_off(&self, lane: i64) -> bool {
        let queue = self.lanes.take_all(lane);
        if queue.is_empty() {
            return true;
        }
        let mut updates = Vec::new();
        for queued in &queue {
            queued.item.stored.store(true, Ordering::Release);
            updates.push(&*queued.inbound);
        }
        match self.store(&updates).await {
            Ok(()) => {
                queue.into_iter().for_each(|queued| (queued.item.tell)(Outcome::Stored));
                true
            }
            Err(fault) => {
                tracing::warn!(%fault, "the updates of a chat that is held back could not be stored");
                self.lanes.put_back(lane, queue);
                false
            }
        }
    }
}
