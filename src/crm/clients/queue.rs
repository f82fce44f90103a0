//! The queue of clients who wait for a manager, and who takes them: the first wins.

use serde_json::json;

use super::ClientLine;
use crate::crm::audit::Event;
use crate::crm::{Crm, Deed, Refusal};
use crate::domain::Permission;

/// Whose clients are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum QueueOf {
    /// Those whom nobody has taken.
    Nobody,
    /// One's own.
    Mine,
}

/// One page of the queue, the oldest untouched client first.
#[derive(Debug, Clone)]
pub struct Queue {
    /// The page's rows.
    pub rows: Vec<ClientLine>,
    /// How many there are on all pages.
    pub total: i64,
    /// The key of the last row.
    pub last: Option<i64>,
}

impl Crm<'_> {
    /// The potential clients of a queue, `limit` of them after the key `after`.
    ///
    /// # Errors
    /// `Denied` without the right to take clients.
    pub async fn queue(&mut self, of: QueueOf, after: Option<i64>, limit: i64) -> Deed<Queue> {
        let me = self.need(Permission::ClientTake).await?;
        let wanted = match of {
            QueueOf::Nobody => None,
            QueueOf::Mine => Some(me.0),
        };
        let today = self.today();
        let total = sqlx::query_scalar!(
            r#"select count(*) as "count!" from client
                where open_touch_id is not null and (last_live_day is null or last_live_day < $1)
                  and voided_at is null and merged_into is null and responsible_id is not distinct from $2"#,
            today,
            wanted
        )
        .fetch_one(&mut *self.connection)
        .await?;
        // Touches are numbered as they come: the open one's number is the order of waiting, and indexed.
        let rows = sqlx::query!(
            r#"select id, open_touch_id as "key!" from client
                where open_touch_id > $4 and (last_live_day is null or last_live_day < $1)
                  and voided_at is null and merged_into is null and responsible_id is not distinct from $2
                order by open_touch_id limit $3"#,
            today,
            wanted,
            limit,
            after.unwrap_or_default()
        )
        .fetch_all(&mut *self.connection)
        .await?;
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        Ok(Queue { rows: self.client_lines(&ids).await?, total, last: rows.last().map(|row| row.key) })
    }

    /// Takes a client whom nobody has: the first wins, the others learn who it was.
    ///
    /// # Errors
    /// `Denied`; `Gone`; `AlreadyDone` by whoever was quicker.
    pub async fn take_client(&mut self, client: i64) -> Deed<i64> {
        let me = self.need(Permission::ClientTake).await?;
        let client = self.lock_live_client(client).await?;
        if client.responsible.is_some() {
            let taken = sqlx::query!(
                r#"select manager.full_name, client.taken_at as "at!"
                     from client join staff_user manager on manager.id = client.responsible_id where client.id = $1"#,
                client.id
            )
            .fetch_one(&mut *self.connection)
            .await?;
            return Err(Refusal::AlreadyDone { by: taken.full_name, at: taken.at }.into());
        }
        sqlx::query!("update client set responsible_id = $2, taken_at = $3 where id = $1", client.id, me.0, self.now)
            .execute(&mut *self.connection)
            .await?;
        self.audit(Event {
            action: "take",
            entity: "client",
            entity_id: Some(client.id),
            before: None,
            after: Some(json!({ "responsible": me.0 })),
            reason: None,
        })
        .await?;
        Ok(client.id)
    }
}
