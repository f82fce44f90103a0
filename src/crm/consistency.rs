//! The consistency check: what a client's row keeps must be what his touches and contracts say (X16, X17).

use chrono::NaiveDate;
use serde_json::json;

use super::audit::Event;
use super::clients::StateCounts;
use super::{Crm, Deed, Fault};
use crate::domain::Permission;

/// What a client's row keeps for his state, or what it ought to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// The last day with a live contract.
    pub last_live_day: Option<NaiveDate>,
    /// The touch that waits for an answer.
    pub open_touch: Option<i64>,
}

/// A client whose row differs from the derivation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drift {
    /// The client.
    pub client: i64,
    /// What his row keeps.
    pub kept: Kept,
    /// What it ought to keep.
    pub derived: Kept,
}

/// What the check has found.
#[derive(Debug, Clone)]
pub struct Consistency {
    /// The rows that differ, by client.
    pub drifts: Vec<Drift>,
    /// How many clients there are in each state.
    pub counts: StateCounts,
    /// How many clients there are, counted without asking for their state.
    pub clients: i64,
}

impl Consistency {
    /// Whether everything is as it must be.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.drifts.is_empty() && self.counts.total() == self.clients
    }
}

impl Crm<'_> {
    /// Compares every client's kept columns with the derivation, and the states with the number of clients.
    ///
    /// # Errors
    /// `Denied` without the right.
    pub async fn check_consistency(&mut self) -> Deed<Consistency> {
        self.need(Permission::SystemCheck).await?;
        let drifts = self.drifts(None).await?;
        let counts = self.count_states().await?;
        let clients = sqlx::query_scalar!(
            r#"select count(*) as "count!" from client where voided_at is null and merged_into is null"#
        )
        .fetch_one(&mut *self.connection)
        .await?;
        Ok(Consistency { drifts, counts, clients })
    }

    /// Brings every row that differs in line, each with an audit event; what was repaired.
    ///
    /// # Errors
    /// `Denied` without the right.
    pub async fn repair_consistency(&mut self) -> Deed<Vec<Drift>> {
        self.need(Permission::SystemCheck).await?;
        let mut repaired = Vec::new();
        for drift in self.drifts(None).await? {
            // A turn may have changed him since: what counts is what is found under the lock.
            sqlx::query_scalar!("select id from client where id = $1 for update", drift.client)
                .fetch_one(&mut *self.connection)
                .await?;
            let Some(drift) = self.drifts(Some(drift.client)).await?.pop() else { continue };
            self.refresh_client(drift.client).await?;
            self.audit(Event {
                action: "repair",
                entity: "client",
                entity_id: Some(drift.client),
                before: Some(drift.kept.to_json()),
                after: Some(drift.derived.to_json()),
                reason: None,
            })
            .await?;
            repaired.push(drift);
        }
        Ok(repaired)
    }

    async fn drifts(&mut self, only: Option<i64>) -> Result<Vec<Drift>, Fault> {
        let rows = sqlx::query!(
            r#"select c.id, c.last_live_day, c.open_touch_id,
                      d.last_live_day as "derived_day?", d.open_touch_id as "derived_touch?"
                 from client c join client_derivation d on d.client_id = c.id
                where ($1::bigint is null or c.id = $1)
                  and (c.last_live_day, c.open_touch_id) is distinct from (d.last_live_day, d.open_touch_id)
                order by c.id"#,
            only
        )
        .fetch_all(&mut *self.connection)
        .await?;
        let drifts = rows.into_iter().map(|row| Drift {
            client: row.id,
            kept: Kept { last_live_day: row.last_live_day, open_touch: row.open_touch_id },
            derived: Kept { last_live_day: row.derived_day, open_touch: row.derived_touch },
        });
        Ok(drifts.collect())
    }
}

impl Kept {
    fn to_json(self) -> serde_json::Value {
        json!({ "last_live_day": self.last_live_day, "open_touch": self.open_touch })
    }
}
