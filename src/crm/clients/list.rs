//! Clients by state: counts and lists (X17).

use super::ClientLine;
use crate::crm::{Crm, Page, Result, clients};
use crate::domain::{ClientState, Permission};
use crate::error::SystemError;

/// How many clients there are in each state; together all clients (X17).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateCounts {
    /// Waiting for an answer.
    pub potential: i64,
    /// With a live contract.
    pub active: i64,
    pub inactive: i64,
}

impl StateCounts {
    /// The count of one state.
    #[must_use]
    pub const fn of(&self, state: ClientState) -> i64 {
        match state {
            ClientState::Potential => self.potential,
            ClientState::Active => self.active,
            ClientState::Inactive => self.inactive,
        }
    }

    #[must_use]
    pub const fn total(&self) -> i64 {
        self.potential + self.active + self.inactive
    }
}

/// How many clients are in each state today: figures without names, as in statistics.
///
/// # Errors
/// `Denied` without the right to see clients or statistics.
pub async fn state_counts(crm: &mut Crm<'_>) -> Result<StateCounts> {
    if !crm.may(Permission::StatsView) {
        crm.require(Permission::ClientView).await?;
    }
    Ok(count_states(crm).await?)
}

/// The same, for use cases that have demanded another right.
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
    Ok(StateCounts { active: row.active, potential: row.potential, inactive: row.rest - row.potential })
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
    let ids = sqlx::query_scalar!(
        "select id from client
              where voided_at is null and merged_into is null and ($2::bigint is null or id < $2)
                and $3 = case when last_live_day >= $1 then 'ACTIVE'
                              when open_touch_id is not null then 'POTENTIAL'
                              else 'INACTIVE' end
              order by id desc limit $4",
        crm.today(),
        after,
        state.code(),
        limit
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok(Page { rows: clients::lines(crm, &ids).await?, total, last: ids.last().copied() })
}
