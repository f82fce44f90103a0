//! Contracts: from a touch of their own client, confirmed by a manager (K1–K18, X1–X11).

mod change;
mod correct;
mod create;
mod file;
mod list;
mod read;

pub use change::ContractEdit;
pub use create::{ContractDraft, TouchChoice};
pub use list::{ContractFilter, ContractKey, ContractList, ContractRow};
pub use read::ContractCard;

use serde_json::Value;

use super::audit::Event;
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

impl Crm<'_> {
    async fn audit_contract(
        &mut self,
        action: &str,
        id: i64,
        before: Option<Value>,
        after: Option<Value>,
        reason: Option<&str>,
    ) -> Result<(), SystemError> {
        self.audit(Event { action, entity: "contract", entity_id: Some(id), before, after, reason }).await
    }
}
