//! What the database itself guarantees, whatever the program does.

mod constraints;
mod derivation;
mod fixture;
mod migrations;
mod personal;
mod rights;
mod upgrades;
mod working_role;
