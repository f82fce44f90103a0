//! Clients: leads and customers are one entity, found by the phone (C1–C13).

mod card;
mod edit;
mod lead;
mod list;
mod looks;
mod lookup;
mod lost;
mod merge;
mod phone;
mod queue;
mod search;
mod timeline;
mod waiting;

pub use card::{ClientCard, ContractLine, FollowUpLine, NoteLine, TouchLine, card, current, reveal_phone};
pub use edit::{ClientEdit, edit};
pub use lead::{Lead, LeadDraft, LeadOutcome, register};
pub(super) use list::count_states;
pub use list::{StateCounts, in_state, state_counts};
pub use lookup::{Known, LastTouch, Verdict, look_up};
pub use lost::{bring_back, mark_lost};
pub(super) use merge::Moved;
pub use merge::{MergePlan, merge, merge_plan};
pub(super) use phone::put_phone;
pub use phone::{PhoneEdit, correct_own_phone, correct_phone};
pub use queue::{QueueKey, QueueOf, queue, take};
pub use search::{SearchKey, find};
pub(super) use search::{holding, lines};
pub use timeline::{Happened, Timeline, TimelineKey, TimelineLine, timeline};
pub(super) use waiting::tell_of_free_again;
pub use waiting::tell_of_waiting;

use super::{Crm, Refusal, Result, StaffId};
use crate::domain::{ClientState, FirstName, LastName, MiddleName, PersonName, Phone};

/// A client as shown in lists, verdicts and notices, with the phone masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientLine {
    pub id: i64,
    /// The name; the masked phone of a lead that is only a number.
    pub who: String,
    pub masked: String,
    pub state: ClientState,
    /// Whether the client is marked lost.
    pub lost: bool,
}

/// A client whose row is locked until the end of the turn: what is derived from touches and contracts stays true.
pub(super) struct Locked {
    pub id: i64,
    pub who: String,
    pub state: ClientState,
    pub responsible: Option<StaffId>,
    pub voided: bool,
    pub version: i32,
}

/// The name as it is stored; a part that no rule of today would take is left out rather than failing a screen.
pub(super) fn name_of(last: Option<String>, first: Option<String>, middle: Option<String>) -> PersonName {
    PersonName {
        last: last.and_then(|text| LastName::parse(&text).ok()),
        first: first.and_then(|text| FirstName::parse(&text).ok()),
        middle: middle.and_then(|text| MiddleName::parse(&text).ok()),
    }
}

/// The phone as it is stored, masked.
pub(super) fn masked(stored: &str) -> String {
    Phone::from_stored(stored).map(|phone| phone.masked()).unwrap_or_default()
}

/// Locks the surviving record of a client. While this waits for a merge, that merge may take the record away: what was
/// locked is looked at again until it is one that survives (C10).
///
/// # Errors
/// [`Refusal::Gone`] for a forged id.
pub(super) async fn lock(crm: &mut Crm<'_>, id: i64) -> Result<Locked> {
    let today = crm.today();
    let mut wanted = id;
    let row = loop {
        // Merged records are followed without a lock: a merge locks survivors first and updates those merged into them later.
        let row = sqlx::query!(
            "with recursive found as (
                     select id, merged_into from client where id = $1
                     union all
                     select c.id, c.merged_into from found join client c on c.id = found.merged_into)
                 select id, phone, last_name, first_name, middle_name, responsible_id, voided_at, merged_into,
                        last_live_day, open_touch_id, version
                   from client where id in (select id from found where merged_into is null) for update",
            wanted
        )
        .fetch_optional(crm.writing().await?)
        .await?
        .ok_or(Refusal::Gone)?;
        match row.merged_into {
            Some(survivor) => wanted = survivor,
            None => break row,
        }
    };
    Ok(Locked {
        id: row.id,
        who: name_of(row.last_name, row.first_name, row.middle_name).display().unwrap_or_else(|| masked(&row.phone)),
        state: ClientState::on(today, row.last_live_day, row.open_touch_id.is_some()),
        responsible: row.responsible_id.map(StaffId),
        voided: row.voided_at.is_some(),
        version: row.version,
    })
}

/// Locks a client who is in the lists.
///
/// # Errors
/// [`Refusal::Gone`] for a forged id and for an undone lead.
pub(super) async fn lock_live(crm: &mut Crm<'_>, id: i64) -> Result<Locked> {
    match lock(crm, id).await? {
        client if client.voided => Err(Refusal::Gone.into()),
        client => Ok(client),
    }
}
