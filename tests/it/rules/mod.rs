//! The business rules by id, on a real Postgres.

mod access;
mod ads;
mod clients;
mod contracts;
mod hostile;
mod login;
mod search;
mod seed;
mod services;
mod staff;
mod states;
mod stats;
mod touches;
mod turn;
mod work;
