//! Answers to taps: tried once, beside the lanes, so that none of them holds a screen back.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::Courier;
use crate::telegram::render;
use crate::turn::{Outgoing, Row};

/// After so long the user's client waits no more.
const WORTH: Duration = Duration::from_secs(15);

/// How long an answer under way may take when the program ends.
const FAREWELL: Duration = Duration::from_millis(500);

impl Courier {
    /// Answers the taps whose screens were taken over: the process that owned them may have ended before.
    pub(super) fn answer_again(self: Arc<Self>, rows: &[Row]) {
        for row in rows {
            if let Outgoing::Screen { answer: Some(answer), .. } = &row.outgoing {
                let outgoing = answer.clone().into();
                let row = Row { id: Row::IN_MEMORY, chat_id: row.chat_id, bulk: false, outgoing, fresh: None };
                tokio::spawn(self.clone().answer(row));
            }
        }
    }

    /// Answers a tap, or gives up.
    pub(super) async fn answer(self: Arc<Self>, row: Row) {
        let mut ending = self.ending.clone();
        let ends = async {
            let _ = ending.wait_for(|ending| *ending).await;
            tokio::time::sleep(FAREWELL).await;
        };
        tokio::select! {
            () = self.try_to_answer(&row) => {}
            () = ends => {}
        }
        // An older program's answer has a row.
        if row.id != Row::IN_MEMORY {
            self.settle(&row, None);
        }
    }

    async fn try_to_answer(&self, row: &Row) {
        let Outgoing::Answer { callback_id, text, alert } = &row.outgoing else { return };
        let began = Instant::now();
        let Ok(_permit) = timeout(WORTH, self.limiter.acquire_for_answer()).await else {
            tracing::warn!("a tap was not answered: other requests have taken too long");
            return;
        };
        let left = WORTH.saturating_sub(began.elapsed());
        if let Err(error) = self.api.call_within(&render::answer(callback_id, text, *alert), left).await {
            tracing::warn!(%error, "a tap was not answered");
        }
    }
}
