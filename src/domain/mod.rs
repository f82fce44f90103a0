//! Values that are valid by construction and the company's rules as plain functions.
//!
//! Nothing here waits, reads a clock or touches the outside: "today" and "now" are arguments.

pub mod client;
pub mod contract;
pub mod language;
pub mod money;
pub mod permission;
pub mod phone;

pub use client::ClientState;
pub use contract::{ContractDates, ContractStatus, ContractTerms, end_after_months, last_live_day};
pub use language::Language;
pub use money::{Currency, Money, MoneyError, PositiveMoney};
pub use permission::{Group, Permission, PermissionSet};
pub use phone::{Phone, PhoneError, PhoneProblem, PhoneRegion};
