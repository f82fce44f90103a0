//! Whole conversations of several people as text snapshots, in both languages.

mod lead;
mod setup;
mod trade;
