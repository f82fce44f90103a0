//! Values that are valid by construction and the company's rules as plain functions.
//!
//! Nothing here waits, reads a clock or touches the outside: "today" and "now" are arguments.

pub mod attachment;
pub mod capture;
pub mod channel;
pub mod client;
mod coded;
pub mod consent;
pub mod contract;
pub mod day;
pub mod document;
pub mod language;
pub mod money;
pub mod name;
pub mod password;
pub mod period;
pub mod permission;
pub mod stats;
pub mod tally;
pub mod text;
pub mod time;
pub mod username;

pub use attachment::AttachmentKind;
pub use channel::Channel;
pub use client::ClientState;
pub(crate) use coded::coded_enum;
pub use consent::ConsentMeans;
pub use contract::{ContractDates, ContractStatus, ContractTerms, end_after_months};
pub use day::{DayError, DayProblem, Lean, parse_day, parse_length, parse_moment};
pub use document::{DocumentError, DocumentKind};
pub use language::Language;
pub use lead_capture::{Email, EmailError, Phone, PhoneError, PhoneProblem, PhoneRegion, Query, folded};
pub use money::{Currency, Money, MoneyError, PositiveMoney};
pub use name::{FirstName, LastName, MiddleName, NameError, NameKind, NamePart, PersonName};
pub use password::{Password, PasswordError};
pub use period::{Period, Preset, whole_months};
pub use permission::{Group, Permission, PermissionSet};
pub use tally::Tally;
pub use text::{AdTitle, Description, FullName, Note, Reason, Remark, TextError, Title};
pub use time::{QuietError, QuietHours, TimeZone, day_bounds, day_start, local_day};
pub use username::{Username, UsernameError};
