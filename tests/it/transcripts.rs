//! Whole conversations of several people as text snapshots, in both languages.

mod admin;
mod day;
mod lead;
mod marketer;
mod setup;
mod trade;
