//! Stand-in of the courier for the test application: keeps what the courier keeps of sent messages, without Telegram.

use chrono::Utc;
use crmbot::turn::{Outbox, Outgoing, Row};

/// Keeps what the courier would; the messages that the row has made or changed, none for a notice that is over unsent.
pub async fn keep(outbox: &Outbox, row: &Row, mut fresh: impl FnMut() -> i64) -> Option<Vec<i64>> {
    let chat = row.chat_id;
    Some(match &row.outgoing {
        Outgoing::Screen { markup, below, .. } => {
            let living = outbox.living(chat).await.unwrap();
            if let (Some(living), false) = (living, below) {
                if living.about != markup.about {
                    outbox.keep_about(chat, living.message_id, markup.about, Utc::now()).await.unwrap();
                }
                return Some(vec![living.message_id]);
            }
            let message = fresh();
            outbox.keep_living(chat, message, markup, row.id, Utc::now()).await.unwrap();
            vec![message]
        }
        Outgoing::Redraw { markup, .. } => {
            let message = fresh();
            outbox.keep_living(chat, message, markup, row.id, Utc::now()).await.unwrap();
            vec![message]
        }
        Outgoing::Notice(markup) => {
            if let Some(asked) = markup.about.filter(|about| about.kind.asks())
                && outbox.amendment(chat, asked, row.id).await.unwrap().is_some()
            {
                return None;
            }
            let message = fresh();
            if markup.about.is_some() {
                outbox.keep_about(chat, message, markup.about, Utc::now()).await.unwrap();
            }
            vec![message]
        }
        Outgoing::Amend { earlier, markup } => {
            let messages = outbox.sent_about(chat, *earlier).await.unwrap();
            for message in &messages {
                outbox.keep_about(chat, *message, markup.about, Utc::now()).await.unwrap();
            }
            messages
        }
        _ => Vec::new(),
    })
}
