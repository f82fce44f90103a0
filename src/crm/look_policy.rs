//! The company's rules about looks at clients: how many are usual, and whether cards may be forwarded (J6).

use serde_json::json;

use super::audit::{AuditAction, Event};
use super::{Crm, Refusal, Result};
use crate::domain::Permission;

/// What the company has set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LookPolicy {
    /// More clients than these whom one user has looked at within an hour are told to administrators.
    pub clients_per_hour: i32,
    /// Whether messages with clients' data can be neither forwarded nor copied.
    pub protect_cards: bool,
}

/// The numbers that a company can set.
pub const CLIENTS_PER_HOUR: std::ops::RangeInclusive<i32> = 1..=10_000;

/// The company's rules.
///
/// # Errors
/// `Denied` without the right to manage people.
pub async fn read(crm: &mut Crm<'_>) -> Result<LookPolicy> {
    crm.require(Permission::StaffManage).await?;
    let policy = sqlx::query_as!(LookPolicy, "select clients_per_hour, protect_cards from look_policy");
    Ok(policy.fetch_one(&mut *crm.connection).await?)
}

/// Sets whether cards can be forwarded and copied. Messages that were sent before stay as they are.
///
/// # Errors
/// `Denied` without the right to manage people.
pub async fn protect_cards(crm: &mut Crm<'_>, on: bool) -> Result<()> {
    set(crm, |policy| LookPolicy { protect_cards: on, ..policy }).await
}

/// Sets how many clients within an hour are usual.
///
/// # Errors
/// `Denied` without the right to manage people; `Gone` for a number that none can set.
pub async fn set_clients_per_hour(crm: &mut Crm<'_>, clients_per_hour: i32) -> Result<()> {
    set(crm, |policy| LookPolicy { clients_per_hour, ..policy }).await
}

async fn set(crm: &mut Crm<'_>, change: impl Fn(LookPolicy) -> LookPolicy + Send) -> Result<()> {
    crm.use_case(Permission::StaffManage, async |crm, _| {
        let query = sqlx::query_as!(LookPolicy, "select clients_per_hour, protect_cards from look_policy for update");
        let before = query.fetch_one(&mut *crm.connection).await?;
        let after = change(before);
        if !CLIENTS_PER_HOUR.contains(&after.clients_per_hour) {
            return Err(Refusal::Gone.into());
        }
        if after == before {
            return Ok(());
        }
        sqlx::query!(
            "update look_policy set clients_per_hour = $1, protect_cards = $2",
            after.clients_per_hour,
            after.protect_cards
        )
        .execute(&mut *crm.connection)
        .await?;
        let shown = |policy: LookPolicy| match after.protect_cards == before.protect_cards {
            true => json!({ "clients_per_hour": policy.clients_per_hour }),
            false => json!({ "protect_cards": policy.protect_cards }),
        };
        crm.audit(Event {
            action: AuditAction::CompanyLooks,
            entity_id: None,
            before: Some(shown(before)),
            after: Some(shown(after)),
            reason: None,
        })
        .await?;
        // What is drawn in this very turn follows already.
        crm.actor.protects_cards = after.protect_cards;
        Ok(())
    })
    .await
}
