//! Amendments: edits that supersede earlier notices, kept for unsent ones. Another process may be about to send one, or
//! it waits for the end of its recipient's quiet hours. The courier looks here before and after sending, so that none
//! stays open.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::db::lease;
use crate::error::SystemError;
use crate::flows::about::About;
use crate::turn::{Markup, Outbox, Outgoing, Row};

/// Keeps the amendments among the turn's messages.
pub(in crate::turn) async fn keep(
    connection: &mut PgConnection,
    rows: &[Row],
    now: DateTime<Utc>,
) -> Result<(), SystemError> {
    for row in rows {
        let Outgoing::Amend { earlier, markup } = &row.outgoing else { continue };
        let markup = serde_json::to_value(markup).map_err(|_| SystemError::permanent("a message cannot be written"))?;
        sqlx::query!(
            "insert into amendment (chat_id, kind, client_id, outbox_id, markup, made_at) values ($1, $2, $3, $4, $5, $6)
             on conflict (chat_id, kind, client_id) do update
                 set outbox_id = excluded.outbox_id, markup = excluded.markup, made_at = excluded.made_at",
            row.chat_id,
            earlier.kind.code(),
            earlier.client,
            row.id,
            markup,
            now
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

impl Outbox {
    /// What stands in place of a message of this kind that was written as the outbox's row `id`; none while it holds.
    pub(in crate::turn) async fn amendment(
        &self,
        chat_id: i64,
        about: About,
        id: i64,
    ) -> Result<Option<Markup>, SystemError> {
        let query = sqlx::query_scalar!(
            "select markup from amendment where chat_id = $1 and kind = $2 and client_id = $3 and outbox_id > $4",
            chat_id,
            about.kind.code(),
            about.client,
            id
        );
        let markup = lease::with(&self.pool, async |connection| query.fetch_optional(connection).await).await?;
        Ok(markup.and_then(|markup| serde_json::from_value(markup).ok()))
    }
}
