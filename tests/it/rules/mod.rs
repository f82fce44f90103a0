//! The business rules by id, on a real Postgres.

mod access;
mod ads;
mod audit;
mod backups;
mod clients;
mod consents;
mod contract_files;
mod contracts;
mod corrections;
mod fuzz;
mod group_rights;
mod hostile;
mod login;
mod matrix;
mod parked;
mod search;
mod seed;
mod services;
mod staff;
mod states;
mod stats;
mod touches;
mod turn;
mod undo;
mod upkeep;
mod work;
