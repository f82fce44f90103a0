//! Parked updates, as an administrator looks after them (R10).

use chrono::{DateTime, Utc};
use serde_json::json;

use super::audit::Event;
use super::{Crm, Deed, Refusal};
use crate::domain::{Permission, Reason};

/// An update that could not be handled; what was typed is not kept (G9).
#[derive(Debug, Clone)]
pub struct Parked {
    /// Its id.
    pub id: i64,
    /// The code that its sender was given.
    pub code: String,
    /// The kind of update.
    pub kind: String,
    /// Whose chat, where it is a colleague's.
    pub who: Option<String>,
    /// What went wrong.
    pub fault: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl Crm<'_> {
    /// Parked updates that nobody has settled, before the one of id `before`, the newest first; and how many from there on.
    ///
    /// # Errors
    /// [`Refusal::Denied`] without the right.
    pub async fn parked(&mut self, before: Option<i64>, limit: i64) -> Deed<(Vec<Parked>, i64)> {
        self.need(Permission::SystemCheck).await?;
        let rows = sqlx::query!(
            r#"select p.id, p.code, p.kind, p.fault, p.parked_at, u.full_name as "who?", count(*) over () as "rest!"
                 from parked_update p
                 left join telegram_link l on l.chat_id = p.chat_id and l.unlinked_at is null
                 left join staff_user u on u.id = l.user_id
                where p.settled_at is null and ($1::bigint is null or p.id < $1)
                order by p.id desc limit $2"#,
            before,
            limit
        )
        .fetch_all(&mut *self.connection)
        .await?;
        let rest = rows.first().map_or(0, |row| row.rest);
        let parked = rows.into_iter().map(|row| Parked {
            id: row.id,
            code: row.code,
            kind: row.kind,
            who: row.who,
            fault: row.fault,
            at: row.parked_at,
        });
        Ok((parked.collect(), rest))
    }

    /// Puts a parked update away for good.
    ///
    /// # Errors
    /// [`Refusal::Denied`] without the right, [`Refusal::Gone`] for a forged id, [`Refusal::AlreadyDone`] by whoever was
    /// quicker.
    pub async fn settle_parked(&mut self, id: i64, reason: &Reason) -> Deed<()> {
        let by = self.need(Permission::SystemCheck).await?;
        let settled = sqlx::query!(
            "update parked_update set settled_at = $2, settled_by = $3 where id = $1 and settled_at is null
             returning code, kind",
            id,
            self.now,
            by.0
        )
        .fetch_optional(&mut *self.connection)
        .await?;
        let Some(parked) = settled else {
            let done = sqlx::query!(
                r#"select p.settled_at as "at!", u.full_name from parked_update p join staff_user u on u.id = p.settled_by
                    where p.id = $1"#,
                id
            )
            .fetch_optional(&mut *self.connection)
            .await?;
            let done = done.ok_or(Refusal::Gone)?;
            return Err(Refusal::AlreadyDone { by: done.full_name, at: done.at }.into());
        };
        self.audit(Event {
            action: "settle",
            entity: "parked_update",
            entity_id: Some(id),
            before: Some(json!({ "code": parked.code, "kind": parked.kind })),
            after: None,
            reason: Some(reason.as_str()),
        })
        .await?;
        Ok(())
    }
}
