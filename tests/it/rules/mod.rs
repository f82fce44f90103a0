//! The business rules by id, on a real Postgres.

mod access;
mod login;
mod seed;
mod staff;
mod clients;
mod search;
mod touches;
mod turn;
mod work;
