//! `/lead`, or any message with a phone: a client and the first touch, in one message and one tap.

mod consent;
mod form;
mod reading;
mod verdict;

pub use form::LeadForm;
pub(in crate::flows) use verdict::{name_error, phone_error};
