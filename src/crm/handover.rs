//! Handovers: one client to a colleague who accepts or declines, or the whole workload of a departing user.
//!
//! Until a colleague accepts, the client stays with the present owner. One handover at a time waits per client: a second
//! one is refused, and the first can be withdrawn.

mod answer;
mod assignees;
mod departing;
mod offer;
mod withdraw;

pub(super) use answer::pass_follow_up;
pub use answer::{accept, decline, offer_to_me};
pub(super) use assignees::takes_clients;
pub use assignees::{assignee, assignees};
pub(super) use departing::{BATCH, Moved};
pub use departing::{Workload, successors, transfer_all, workload};
pub use offer::{client_to_hand_over, offer};
pub use withdraw::withdraw;
pub(super) use withdraw::{reopen, return_offers_to, withdraw_waiting};

use chrono::{DateTime, Utc};

use super::{Crm, Refusal, Result, StaffId, clients};
use crate::domain::Permission;
use crate::error::SystemError;

/// A handover that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    pub id: i64,
    pub client: i64,
    /// The owner of the client until then.
    pub from: (StaffId, String),
    pub to: (StaffId, String),
    /// What the previous owner wrote; may be empty.
    pub note: String,
    /// Since when it waits.
    pub at: DateTime<Utc>,
    /// Whether the assignee still may take clients.
    pub able: bool,
}

/// How a handover ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandoverEnd {
    /// The colleague has the client now.
    Accepted,
    /// The client stayed with the previous owner.
    Declined,
    /// The previous owner or an administrator withdrew it.
    Withdrawn,
}

/// The handover of a client that waits for an answer.
pub(super) async fn waiting(crm: &mut Crm<'_>, client: i64) -> Result<Option<Handover>, SystemError> {
    let row = sqlx::query!(
        r#"select h.id, h.client_id, h.note, h.created_at, giver.id as giver, giver.full_name as giver_name,
                      taker.id as taker, taker.full_name as taker_name
                 from client_handover h
                 join staff_user giver on giver.id = h.from_id
                 join staff_user taker on taker.id = h.to_id
                where h.client_id = $1 and h.accepted_at is null and h.declined_at is null and h.withdrawn_at is null"#,
        client
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Handover {
        id: row.id,
        client: row.client_id,
        from: (StaffId(row.giver), row.giver_name),
        to: (StaffId(row.taker), row.taker_name),
        note: row.note,
        at: row.created_at,
        able: takes_clients(crm, StaffId(row.taker)).await?,
    }))
}

/// A waiting handover whose client is locked; when it has ended, the refusal says how.
async fn lock(crm: &mut Crm<'_>, id: i64) -> Result<Handover> {
    crm.require(Permission::ClientView).await?;
    let client = sqlx::query_scalar!("select client_id from client_handover where id = $1", id)
        .fetch_optional(&mut *crm.connection)
        .await?
        .ok_or(Refusal::Gone)?;
    let client = clients::lock_live(crm, client).await?.id;
    match waiting(crm, client).await? {
        Some(waiting) if waiting.id == id => Ok(waiting),
        _ => Err(how_it_ended(crm, id).await?.into()),
    }
}

/// The refusal of a late tap.
async fn how_it_ended(crm: &mut Crm<'_>, id: i64) -> Result<Refusal, SystemError> {
    let row = sqlx::query!(
        r#"select h.accepted_at, h.declined_at, h.withdrawn_at, taker.full_name as taker, by.full_name as "by?"
                 from client_handover h
                 join staff_user taker on taker.id = h.to_id
                 left join staff_user by on by.id = h.withdrawn_by
                where h.id = $1"#,
        id
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    let ends = [
        (HandoverEnd::Accepted, row.accepted_at, Some(row.taker.clone())),
        (HandoverEnd::Declined, row.declined_at, Some(row.taker)),
        (HandoverEnd::Withdrawn, row.withdrawn_at, row.by),
    ];
    let ended = ends.into_iter().find_map(|(how, at, by)| Some(Refusal::HandoverEnded { how, by: by?, at: at? }));
    Ok(ended.unwrap_or(Refusal::Gone))
}
