//! Stand-in of the courier for the test application: every message is sent or edited, and kept as the courier keeps it.

use chrono::Utc;
use crmbot::turn::{Living, Markup, Outbox, Outgoing, Row, Settled, Shown};

/// Keeps what a row has sent; the messages that it has made or changed, none for a notice that is over unsent.
pub async fn keep(outbox: &Outbox, row: &Row, mut fresh: impl FnMut() -> i64) -> Option<Vec<i64>> {
    let (chat, now) = (row.chat_id, Utc::now());
    Some(match &row.outgoing {
        Outgoing::Screen { markup, below, .. } => match outbox.living(chat).await.unwrap() {
            Some(living) if !below => {
                show(outbox, row, markup, living.message_id).await;
                vec![living.message_id]
            }
            _ => vec![show(outbox, row, markup, fresh()).await],
        },
        Outgoing::Redraw { markup, .. } => vec![show(outbox, row, markup, fresh()).await],
        Outgoing::Notice(markup) => {
            if outbox.resolved(row, markup).await.unwrap().is_some() {
                return None;
            }
            let message = fresh();
            outbox.keep_notice(chat, message, markup, now).await.unwrap();
            vec![message]
        }
        Outgoing::Amend { earlier, markup } => {
            let messages = outbox.sent_about(chat, *earlier).await.unwrap();
            for message in &messages {
                outbox.keep_about(chat, *message, markup.about, now).await.unwrap();
            }
            messages
        }
        _ => Vec::new(),
    })
}

async fn show(outbox: &Outbox, row: &Row, markup: &Markup, message_id: i64) -> i64 {
    let living = Living { message_id, about: markup.about, bare: markup.rows.is_empty(), protected: markup.protected };
    let shown = Some(Shown { chat_id: row.chat_id, living, before: None });
    outbox.settle(&[Settled { id: row.id, shown }], Utc::now()).await.unwrap();
    message_id
}
