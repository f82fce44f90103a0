//! Values that are valid by construction and the company's rules as plain functions.
//!
//! Nothing here waits, reads a clock or touches the outside: "today" and "now" are arguments.

pub mod phone;

pub use phone::{Phone, PhoneError, PhoneProblem, PhoneRegion};
