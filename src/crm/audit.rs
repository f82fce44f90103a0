//! The audit log: who, when, what, before and after, in the transaction of the change (E2, G12).

use serde_json::Value;

use super::{Crm, StaffId};
use crate::domain::Permission;
use crate::error::SystemError;

/// One thing that was done to one record.
#[derive(Debug)]
pub(super) struct Event<'a> {
    pub action: &'a str,
    pub entity: &'a str,
    pub entity_id: Option<i64>,
    pub before: Option<Value>,
    pub after: Option<Value>,
    pub reason: Option<&'a str>,
}

impl Crm<'_> {
    pub(super) async fn audit(&mut self, event: Event<'_>) -> Result<(), SystemError> {
        let actor = self.actor.staff().map_or(StaffId::SYSTEM, |staff| staff.id);
        self.audit_as(actor, event).await
    }

    /// For use cases by which somebody becomes somebody: a stranger who enters signs as the one he is from then on.
    pub(super) async fn audit_as(&mut self, actor: StaffId, event: Event<'_>) -> Result<(), SystemError> {
        sqlx::query!(
            "insert into audit_event (at, actor_id, action, entity, entity_id, before, after, reason)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            self.now,
            actor.0,
            event.action,
            event.entity,
            event.entity_id,
            event.before,
            event.after,
            event.reason
        )
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    pub(super) async fn audit_denial(&mut self, permission: Permission) -> Result<(), SystemError> {
        if self.actor.staff().is_none() {
            // Strangers cause no business rows (G1).
            return Ok(());
        }
        self.audit(Event {
            action: "denied",
            entity: "permission",
            entity_id: None,
            before: None,
            after: Some(Value::from(permission.code())),
            reason: None,
        })
        .await
    }
}
