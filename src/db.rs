//! Postgres as the program meets it: where it is, as whom we work there, its schema; the private one is `pg_private`.
//!
//! Business SQL does not live here but in `crm`.

pub mod birth;
pub mod dump;
mod error;
pub mod migrate;
mod patience;
pub mod pool;
pub mod roles;
mod target;
mod tools;

pub use error::DbError;
pub use patience::answered;
pub use target::Target;
