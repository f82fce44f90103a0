//! Clients by state: counts and lists (X17).

use super::ClientLine;
use crate::crm::page::further;
use crate::crm::{Crm, Page, Result, clients};
use crate::domain::{ClientState, Permission, Tally};
use crate::error::SystemError;

/// How many clients there are in each state; together all clients (X17).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateCounts {
    /// Waiting for an answer.
    pub potential: Tally,
    /// With a live contract.
    pub active: Tally,
    pub inactive: Tally,
}

impl StateCounts {
    /// The count of one state.
    #[must_use]
    pub const fn of(&self, state: ClientState) -> Tally {
        match state {
            ClientState::Potential => self.potential,
            ClientState::Active => self.active,
            ClientState::Inactive => self.inactive,
        }
    }

    #[must_use]
    pub const fn total(&self) -> Tally {
        self.potential.plus(self.active).plus(self.inactive)
    }
}

/// How many clients are in each state today, counted to a bound: figures without names, as in statistics.
///
/// # Errors
/// `Denied` without the right to see clients or statistics.
pub async fn state_counts(crm: &mut Crm<'_>) -> Result<StateCounts> {
    if !crm.may(Permission::StatsView) {
        crm.require(Permission::ClientView).await?;
    }
    // Each state has an index of its own that counts it.
    let row = sqlx::query!(
        r#"select (select count(*) from (
                      select from client
                       where last_live_day >= $1 and voided_at is null and merged_into is null limit $2) a) as "active!",
                  (select count(*) from (
                      select from client
                       where open_touch_id is not null and (last_live_day is null or last_live_day < $1)
                         and voided_at is null and merged_into is null limit $2) p) as "potential!",
                  (select count(*) from (
                      select from client
                       where open_touch_id is null and (last_live_day is null or last_live_day < $1)
                         and voided_at is null and merged_into is null limit $2) i) as "inactive!""#,
        crm.today(),
        Tally::MOST
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    let [potential, active, inactive] = [row.potential, row.active, row.inactive].map(Tally::bounded);
    Ok(StateCounts { potential, active, inactive })
}

/// The same of all clients, however many there are: it reads them all.
pub(in crate::crm) async fn count_states(crm: &mut Crm<'_>) -> Result<StateCounts, SystemError> {
    let row = sqlx::query!(
        r#"select count(*) filter (where last_live_day >= $1) as "active!",
                      count(*) filter (where last_live_day is null or last_live_day < $1) as "rest!",
                      count(*) filter (where (last_live_day is null or last_live_day < $1)
                                         and open_touch_id is not null) as "potential!"
                 from client where voided_at is null and merged_into is null"#,
        crm.today()
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    let [potential, active, inactive] = [row.potential, row.active, row.rest - row.potential].map(Tally::Exactly);
    Ok(StateCounts { potential, active, inactive })
}

// A statement per state: each names the condition of an index of its own. One row more than the page tells whether others
// follow.
macro_rules! newest {
    ($crm:expr, $before:expr, $limit:expr, $state:literal) => {
        sqlx::query_scalar!(
            "select id from client
              where "
                + $state
                + " and voided_at is null and merged_into is null and id < $2
              order by id desc limit $3::bigint + 1",
            $crm.today(),
            $before,
            $limit
        )
        .fetch_all(&mut *$crm.connection)
        .await?
    };
}

/// The clients of a state, the newest first, `limit` of them, after the one with the id `after`.
///
/// # Errors
/// `Denied` without the right to see clients.
pub async fn in_state(
    crm: &mut Crm<'_>,
    state: ClientState,
    after: Option<i64>,
    limit: i64,
) -> Result<Page<ClientLine>> {
    crm.require(Permission::ClientView).await?;
    let total = state_counts(crm).await?.of(state);
    let before = after.unwrap_or(i64::MAX);
    let mut ids = match state {
        ClientState::Potential => {
            newest!(crm, before, limit, "open_touch_id is not null and (last_live_day is null or last_live_day < $1)")
        }
        ClientState::Active => newest!(crm, before, limit, "last_live_day >= $1"),
        ClientState::Inactive => {
            newest!(crm, before, limit, "open_touch_id is null and (last_live_day is null or last_live_day < $1)")
        }
    };
    let further = further(&mut ids, limit);
    Ok(Page { rows: clients::lines(crm, &ids).await?, total, further, last: ids.last().copied() })
}
