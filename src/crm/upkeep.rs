//! What an administrator looks after: parked updates (R10), and kept columns that must follow from their sources (X16).

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use super::audit::Event;
use super::{ClientLine, Crm, Deed, Refusal};
use crate::domain::{Permission, Reason};

/// How many clients are repaired in one turn.
const REPAIRED: i64 = 500;

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

/// A client whose kept columns differ from what follows from his touches and contracts.
#[derive(Debug, Clone)]
pub struct Drift {
    /// Who.
    pub client: i64,
    /// Kept and derived last live day.
    pub last_live_day: (Option<NaiveDate>, Option<NaiveDate>),
    /// Kept and derived open touch.
    pub open_touch: (Option<i64>, Option<i64>),
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

    /// Clients whose kept columns are not what they must be (X16); at most `limit`.
    ///
    /// # Errors
    /// [`Refusal::Denied`] without the right.
    pub async fn drifts(&mut self, limit: i64) -> Deed<Vec<Drift>> {
        self.need(Permission::SystemCheck).await?;
        let rows = sqlx::query!(
            r#"select c.id, c.last_live_day, c.open_touch_id, d.last_live_day as "day?", d.open_touch_id as "touch?"
                 from client c join client_derivation d on d.client_id = c.id
                where (c.last_live_day, c.open_touch_id) is distinct from (d.last_live_day, d.open_touch_id)
                order by c.id limit $1"#,
            limit
        )
        .fetch_all(&mut *self.connection)
        .await?;
        let drifts = rows.into_iter().map(|row| Drift {
            client: row.id,
            last_live_day: (row.last_live_day, row.day),
            open_touch: (row.open_touch_id, row.touch),
        });
        Ok(drifts.collect())
    }

    /// The clients of these drifts, as far as they are in the lists.
    ///
    /// # Errors
    /// [`Refusal::Denied`] without the right to see clients.
    pub async fn drifted_clients(&mut self, drifts: &[Drift]) -> Deed<Vec<ClientLine>> {
        self.need(Permission::ClientView).await?;
        let ids: Vec<i64> = drifts.iter().map(|drift| drift.client).collect();
        Ok(self.client_lines(&ids).await?)
    }

    /// Brings every such client in line, and tells how many there were (X16).
    ///
    /// # Errors
    /// [`Refusal::Denied`] without the right.
    pub async fn repair(&mut self) -> Deed<usize> {
        self.need(Permission::SystemCheck).await?;
        let mut repaired = 0;
        for Drift { client, .. } in self.drifts(REPAIRED).await? {
            // Behind the lock the row may be right already: somebody else's deed has refreshed it.
            self.lock_client(client).await?;
            let Some(drift) = self.drift_of(client).await? else { continue };
            self.refresh_client(client).await?;
            repaired += 1;
            let shown =
                |day: Option<NaiveDate>, touch: Option<i64>| json!({ "last_live_day": day, "open_touch": touch });
            self.audit(Event {
                action: "repair",
                entity: "client",
                entity_id: Some(client),
                before: Some(shown(drift.last_live_day.0, drift.open_touch.0)),
                after: Some(shown(drift.last_live_day.1, drift.open_touch.1)),
                reason: None,
            })
            .await?;
        }
        Ok(repaired)
    }

    async fn drift_of(&mut self, client: i64) -> Deed<Option<Drift>> {
        let row = sqlx::query!(
            r#"select c.last_live_day, c.open_touch_id, d.last_live_day as "day?", d.open_touch_id as "touch?"
                 from client c join client_derivation d on d.client_id = c.id
                where c.id = $1
                  and (c.last_live_day, c.open_touch_id) is distinct from (d.last_live_day, d.open_touch_id)"#,
            client
        )
        .fetch_optional(&mut *self.connection)
        .await?;
        Ok(row.map(|row| Drift {
            client,
            last_live_day: (row.last_live_day, row.day),
            open_touch: (row.open_touch_id, row.touch),
        }))
    }
}
