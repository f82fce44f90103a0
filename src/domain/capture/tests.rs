//! Quick capture against labelled messages, single rules, and properties that hold for any text.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod corpus;
mod properties;
mod rules;
