//! The rules of a contract that need no database: its terms, its status on a day, its last live day.

mod status;
mod terms;
#[cfg(test)]
mod tests;

pub use status::{ContractDates, ContractStatus};
pub use terms::{ContractTerms, TermsError, TermsField, TermsProblem, Warnings, check, end_after_months};
