//! Whole conversations of several people as text snapshots, in both languages.

mod setup;
mod trade;
