//! The consistency check: what a client's row keeps must be what the touches and contracts say (X16, X17), and a client
//! with a live contract is not lost (X12). The ads' kept figures are held against a recount.

mod figures;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

pub use figures::repair_figures;

use super::clients::StateCounts;
use super::{Crm, Result, StaffId, client_state, clients};
use crate::domain::{Permission, Tally};
use crate::error::SystemError;

/// What a client's row keeps for the state, or what it ought to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// The last day with a live contract.
    pub last_live_day: Option<NaiveDate>,
    /// The touch that waits for an answer.
    pub open_touch: Option<i64>,
    /// When the client was marked lost: a mark that only a client without a live contract has.
    pub lost_at: Option<DateTime<Utc>>,
}

/// A client whose row differs from the derivation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drift {
    pub client: i64,
    /// What the row keeps.
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
    /// Ads whose kept figures differ from a recount, 0 for what the company counts once; none when the company is too large to
    /// be recounted in a turn.
    pub ads: Option<Vec<i64>>,
}

impl Consistency {
    /// Whether everything is as it must be.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.drifts.is_empty()
            && self.ads.as_ref().is_none_or(Vec::is_empty)
            && self.counts.total() == Tally::Exactly(self.clients)
    }
}

/// Rows per statement: each has to end within the statement's time limit, however many rows differ.
const BATCH: usize = 5_000;

/// Compares every client's kept columns with the derivation, the states with the number of clients, and the ads' figures with
/// a recount.
///
/// # Errors
/// `Denied` without the right.
pub async fn check(crm: &mut Crm<'_>) -> Result<Consistency> {
    crm.require(Permission::SystemCheck).await?;
    let drifts = drifts(crm, None).await?;
    let counts = clients::count_states(crm).await?;
    let clients = sqlx::query_scalar!(
        r#"select count(*) as "count!" from client where voided_at is null and merged_into is null"#
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    let ads = figures::drifting(crm).await?;
    Ok(Consistency { drifts, counts, clients, ads })
}

/// Brings every row that differs in line, each with an audit event; what was repaired. A few statements for each
/// [`BATCH`] of rows.
///
/// # Errors
/// `Denied` without the right.
pub async fn repair(crm: &mut Crm<'_>) -> Result<Vec<Drift>> {
    crm.require(Permission::SystemCheck).await?;
    let suspects: Vec<i64> = drifts(crm, None).await?.iter().map(|drift| drift.client).collect();
    if suspects.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query!("select id from client where id = any($1) order by id for update", &suspects)
        .fetch_all(crm.writing().await?)
        .await?;
    // A turn may have changed some of them since: what counts is what is found under the lock.
    let mut drifts = drifts(crm, Some(&suspects)).await?;
    let clients: Vec<i64> = drifts.iter().map(|drift| drift.client).collect();
    for batch in clients.chunks(BATCH) {
        client_state::refresh_all(crm, batch).await?;
    }
    audit_repairs(crm, &mut drifts).await?;
    Ok(drifts)
}

/// Writes what each row keeps now beside what it kept before.
async fn audit_repairs(crm: &mut Crm<'_>, drifts: &mut [Drift]) -> Result<(), SystemError> {
    let clients: Vec<i64> = drifts.iter().map(|drift| drift.client).collect();
    let rows = sqlx::query!(
        "select id, last_live_day, open_touch_id, lost_at from client where id = any($1) order by id",
        &clients
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    // Both are in the order of ids.
    for (drift, row) in drifts.iter_mut().zip(rows) {
        drift.derived = Kept { last_live_day: row.last_live_day, open_touch: row.open_touch_id, lost_at: row.lost_at };
    }
    let kept: Vec<_> = drifts.iter().map(|drift| drift.kept.to_json()).collect();
    let derived: Vec<_> = drifts.iter().map(|drift| drift.derived.to_json()).collect();
    sqlx::query!(
        "insert into audit_event (at, actor_id, action, entity, entity_id, before, after)
             select $1, $2, 'repair', 'client', repaired.id, repaired.kept, repaired.derived
               from unnest($3::bigint[], $4::jsonb[], $5::jsonb[]) repaired (id, kept, derived) order by repaired.id",
        crm.now,
        crm.actor.staff().map_or(StaffId::SYSTEM, |staff| staff.id).0,
        &clients,
        &kept,
        &derived
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}

/// The clients whose rows differ, in the order of ids: of all, or of these.
async fn drifts(crm: &mut Crm<'_>, only: Option<&[i64]>) -> Result<Vec<Drift>, SystemError> {
    let today = crm.today();
    let rows = sqlx::query!(
        r#"select c.id, c.last_live_day, c.open_touch_id, c.lost_at,
                      d.last_live_day as "derived_day?", d.open_touch_id as "derived_touch?"
                 from client c join client_derivation d on d.client_id = c.id
                where ($1::bigint[] is null or c.id = any($1))
                  and ((c.last_live_day, c.open_touch_id) is distinct from (d.last_live_day, d.open_touch_id)
                       or c.waits_since is distinct from (select happened_at from touch where id = c.open_touch_id)
                       or c.lost_at is not null and d.last_live_day >= $2)
                order by c.id"#,
        only,
        today
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let drifts = rows.into_iter().map(|row| {
        let signed = row.derived_day.is_some_and(|day| day >= today);
        Drift {
            client: row.id,
            kept: Kept { last_live_day: row.last_live_day, open_touch: row.open_touch_id, lost_at: row.lost_at },
            derived: Kept {
                last_live_day: row.derived_day,
                open_touch: row.derived_touch,
                lost_at: row.lost_at.filter(|_| !signed),
            },
        }
    });
    Ok(drifts.collect())
}

impl Kept {
    fn to_json(self) -> serde_json::Value {
        json!({ "last_live_day": self.last_live_day, "open_touch": self.open_touch, "lost_at": self.lost_at })
    }
}
