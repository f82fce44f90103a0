//! Database kind: demo or real, marked once and checked at every start.

use std::fmt;

use sqlx::postgres::{PgConnection, PgExecutor};

use super::DbError;

/// What a database was created for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    /// The local demo: invented people, known passwords.
    Demo,
    /// A company's own data.
    Real,
}

impl DatabaseKind {
    fn name(self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::Real => "real",
        }
    }

    /// The kind of a stored name.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::Demo, Self::Real].into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for DatabaseKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Marks an unmarked database, as its owner; of two programs that do it at once the first decides.
///
/// # Errors
/// [`DbError::WrongKind`] when it is marked as the other kind.
pub async fn ensure(owner: &mut PgConnection, wanted: DatabaseKind) -> Result<(), DbError> {
    sqlx::query!("insert into company (kind) values ($1) on conflict (id) do nothing", wanted.name())
        .execute(&mut *owner)
        .await?;
    match read(owner).await? {
        Some(actual) if actual != wanted => Err(DbError::WrongKind { actual, wanted }),
        _ => Ok(()),
    }
}

/// The kind of the database; none while it is not marked.
///
/// # Errors Errors of the database.
pub async fn read(executor: impl PgExecutor<'_>) -> Result<Option<DatabaseKind>, DbError> {
    let name = sqlx::query_scalar!("select kind from company").fetch_optional(executor).await?;
    Ok(name.as_deref().and_then(DatabaseKind::from_name))
}
