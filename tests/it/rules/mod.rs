//! The business rules by id, on a real Postgres.

mod turn;
