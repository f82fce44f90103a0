//! Every test but the units' own, in one binary: linking is what costs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail loudly")]

mod cluster;
mod deploy;
mod docs;
mod e2e;
mod faults;
mod layers;
mod rule_ids;
mod rules;
mod schema;
mod size;
mod support;
mod transcripts;
mod web;
