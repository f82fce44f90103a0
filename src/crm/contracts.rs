//! Contracts: from a touch of their own client, confirmed by a manager (K1–K18, X1–X11).

mod change;
mod correct;
mod create;
mod file;
mod list;
mod read;

pub use change::{ContractEdit, edit, prolong};
pub(super) use change::{lock, put_terms};
pub(super) use correct::put_touch;
pub use correct::{bring_back, relink, terminate, void};
pub(super) use create::hold_usable_touch;
pub use create::{ContractDraft, TouchChoice, client, create, touches};
pub use file::attach_document;
pub(super) use file::{attach_again, set_document};
pub use list::{ContractFilter, ContractKey, ContractRow, list};
pub use read::{ContractCard, card};

use serde_json::Value;

use super::audit::{AuditAction, Event};
use super::{Crm, Field, Refusal};
use crate::domain::contract::{ContractTerms, TermsError, TermsField, Warnings, check};
use crate::error::SystemError;

/// Checks the terms; the refusal names the field (K5).
pub(super) fn check_terms(terms: &ContractTerms, today: chrono::NaiveDate) -> Result<Warnings, Refusal> {
    check(terms, today).map_err(|TermsError { field, .. }| {
        Refusal::Terms(match field {
            TermsField::Amount => Field::Amount,
            TermsField::SignedOn => Field::SignedOn,
            TermsField::EndsOn => Field::EndsOn,
        })
    })
}

async fn audit(
    crm: &mut Crm<'_>,
    action: AuditAction,
    id: i64,
    before: Option<Value>,
    after: Option<Value>,
    reason: Option<&str>,
) -> Result<(), SystemError> {
    crm.audit(Event { action, entity_id: Some(id), before, after, reason }).await
}
