//! Postgres as the program meets it: where it is, as whom we work there, its schema; the private one is `pg_private`.
//!
//! Business SQL does not live here but in `crm`.

pub mod database_kind;
pub mod dump;
mod error;
pub mod lease;
pub mod migrate;
pub mod pool;
mod pooler;
pub mod roles;
mod target;
mod timeout;
mod tools;

pub use error::DbError;
pub use pool::Pool;
pub use target::Target;
pub use timeout::with_timeout;
