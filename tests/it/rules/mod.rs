//! The business rules by id, on a real Postgres.

mod access;
mod clients;
mod login;
mod search;
mod seed;
mod staff;
mod touches;
mod turn;
mod work;
