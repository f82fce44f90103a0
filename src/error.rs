//! System errors: the database, a bug or an unreachable service; transient or permanent.

use std::fmt;

/// Why a turn could not be finished. Its text holds no data of people and no SQL values (G9).
#[derive(Debug, Clone)]
pub struct SystemError {
    kind: SystemErrorKind,
    what: String,
    /// The connection, or the server behind it, is not to be used any more.
    stale: bool,
}

/// What to do about a system error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemErrorKind {
    /// Passes by itself: the turn is tried again (R11).
    Transient,
    /// Does not: the update is parked and the person gets a code (R10).
    Permanent,
}

impl SystemError {
    /// A system error of our own making, such as a row that must exist and does not.
    pub fn permanent(what: impl Into<String>) -> Self {
        Self { kind: SystemErrorKind::Permanent, what: what.into(), stale: false }
    }

    /// A system error that passes, such as a service that does not answer.
    pub fn transient(what: impl Into<String>) -> Self {
        Self { kind: SystemErrorKind::Transient, what: what.into(), stale: false }
    }

    /// Whether connections of that time lead to a server that is gone, ending or no primary any more.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.stale
    }

    /// What to do about it.
    #[must_use]
    pub fn kind(&self) -> SystemErrorKind {
        self.kind
    }
}

impl fmt::Display for SystemError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.what)
    }
}

impl std::error::Error for SystemError {}

impl From<sqlx::Error> for SystemError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default();
                // R11: connection trouble, serialisation, deadlock, resources, lock not available, operator intervention, and
                // a server that is the primary no more and takes no writes. Within the limits of R16 also what is over after
                // some minutes: a statement that took too long, a disk that fails or is full, a crash of the server, a
                // prepared statement that the server has forgotten or whose table has changed.
                let passes = [
                    "08", "40001", "40P01", "53", "55P03", "57P", "25P03", "25006", "57014", "58", "XX000", "26000",
                    "0A000",
                ];
                let kind = if passes.iter().any(|prefix| code.starts_with(prefix)) {
                    SystemErrorKind::Transient
                } else {
                    SystemErrorKind::Permanent
                };
                // The server's detail would quote the row: the code and the constraint's name are enough.
                let what = match database.constraint() {
                    Some(name) => format!("database error {code} on {name}"),
                    None => format!("database error {code}: {}", without_values(database.message())),
                };
                let stale = ["08", "57P", "25006"].iter().any(|prefix| code.starts_with(prefix));
                Self { kind, what, stale }
            }
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed
            | sqlx::Error::Protocol(_) => {
                let stale = matches!(error, sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed);
                Self { stale, ..Self::transient(format!("database out of reach: {error}")) }
            }
            sqlx::Error::RowNotFound => Self::permanent("a row that must exist was not found"),
            other => Self::permanent(format!("database: {other}")),
        }
    }
}

/// Server messages quote identifiers in double quotes and values in others: numbers and long quotes are dropped.
fn without_values(message: &str) -> String {
    message.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).take(160).collect()
}
