//! Undeliverable messages, handed over by the courier: see [`Undeliverable`](crate::turn::Undeliverable).

use super::{Courier, Sent};
use crate::error::SystemErrorKind;
use crate::turn::{Row, Why};

impl Courier {
    /// Has a message leave the outbox unsent; none while the database does not allow it.
    pub(super) async fn give_up(&self, row: &Row, why: Why) -> Option<Sent> {
        let refused = matches!(why, Why::Refused(_));
        match why {
            Why::Refused(_) => {}
            Why::Unreachable => tracing::info!("a chat cannot be reached: the person has blocked the bot"),
            Why::Outdated => {
                tracing::info!(message = row.id, "the rights behind a message have changed: it is not sent")
            }
        }
        match self.undeliverable.take(row, why, self.outbox.now()).await {
            Ok(rows) => {
                if refused {
                    self.api.failures().count_refused();
                }
                Some(Sent::Replaced(rows))
            }
            Err(fault) if fault.kind() == SystemErrorKind::Permanent => {
                tracing::error!(message = row.id, %fault, "a message that cannot be delivered was dropped");
                Some(Sent::Settled(None))
            }
            Err(fault) => {
                tracing::warn!(message = row.id, %fault, "a message that cannot be delivered waits for the database");
                None
            }
        }
    }
}
