//! The stand-in over raw HTTP: what METHODS.md says, the control API, faults, restarts, and real clients.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod bodies;
mod callbacks;
mod clients;
mod commands;
mod control;
mod copies;
mod editing;
mod faults;
mod files;
mod groups;
mod keyboards;
mod limits;
mod markup;
mod profile;
mod restarts;
mod sending;
mod support;
mod table;
mod updates;
mod webhooks;
