//! One event with what it changed, field by field.

use serde_json::{Map, Value};

use super::{AuditLine, Shown, values};
use crate::crm::{Crm, Refusal, Result, audit_log};
use crate::domain::Permission;
use crate::error::SystemError;

/// An event with its changes.
#[derive(Debug)]
pub struct AuditCard {
    /// Actor, time, action and record.
    pub line: AuditLine,
    /// What changed; empty when the reader's rights do not show such records.
    pub changes: Vec<Change>,
    pub reason: Option<String>,
}

/// A field's value before and after.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    /// The field, as stored.
    pub field: String,
    /// Before; none when it was not known or empty.
    pub before: Option<Shown>,
    /// After; none when it is gone.
    pub after: Option<Shown>,
}

/// One event; without the right to all actions it has to be the actor's own.
///
/// # Errors
/// [`Refusal::Denied`] without either right, [`Refusal::Gone`] for a forged id and for another user's event.
pub async fn event(crm: &mut Crm<'_>, id: i64) -> Result<AuditCard> {
    let own = audit_log::reader(crm).await?;
    let card = card(crm, id).await?.ok_or(Refusal::Gone)?;
    if own.is_some_and(|own| own != card.line.actor.0) {
        return Err(Refusal::Gone.into());
    }
    Ok(card)
}

/// An event as far as the reader may see such records; none for a forged id.
pub(super) async fn card(crm: &mut Crm<'_>, id: i64) -> Result<Option<AuditCard>, SystemError> {
    let Some(line) = audit_log::lines(crm, &[id]).await?.pop() else { return Ok(None) };
    let row = sqlx::query!("select before, after, reason from audit_event where id = $1", id)
        .fetch_one(&mut *crm.connection)
        .await?;
    let sees = audit_log::sees(crm, &line.entity);
    let changes = if sees { changes(crm, row.before, row.after).await? } else { Vec::new() };
    Ok(Some(AuditCard { line, changes, reason: row.reason.filter(|_| sees) }))
}

async fn changes(crm: &mut Crm<'_>, before: Option<Value>, after: Option<Value>) -> Result<Vec<Change>, SystemError> {
    let (before, after) = (fields(before), fields(after));
    // What a use case says it made is what it changed; one that only ends something says what there was.
    let named = if after.is_empty() { &before } else { &after };
    let mut changes = Vec::with_capacity(named.len());
    let hidden = |field: &str| match field {
        // The line names the client of a record that has ended.
        "client" => after.is_empty(),
        "budget" => !crm.may(Permission::AdBudget),
        "price" => !crm.may(Permission::ServicePrice),
        _ => false,
    };
    let named: Vec<&String> = named.keys().filter(|field| !hidden(field)).collect();
    for field in named {
        let old = values::shown(crm, field, before.get(field)).await?;
        let new = values::shown(crm, field, after.get(field)).await?;
        if old != new {
            changes.push(Change { field: field.clone(), before: old, after: new });
        }
    }
    Ok(changes)
}

/// The fields of a stored side; a bare value stands for the right that was missing.
fn fields(side: Option<Value>) -> Map<String, Value> {
    match side {
        Some(Value::Object(fields)) => fields,
        Some(Value::Null) | None => Map::new(),
        Some(bare) => Map::from_iter([("permission".to_owned(), bare)]),
    }
}
