//! Errors of the database, one clear line each, never with a password in it.

use super::Target;

/// Why the database cannot be used. The text is for the administrator: it names the variable or the command to give.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The URL cannot be read; its text is left out, since it may hold a password.
    #[error("{variable} is not a Postgres URL; an example: postgres://crm:password@localhost:5432/crm")]
    BadUrl {
        /// The variable that holds it.
        variable: &'static str,
    },
    /// Nothing answers, or it does not answer in time.
    #[error("{variable}: Postgres at {place} is out of reach: {reason}")]
    Unreachable {
        /// The variable that names the server.
        variable: &'static str,
        /// Host and port, or the socket's folder.
        place: String,
        /// What the system said.
        reason: String,
    },
    /// The server asks for a password and refuses ours.
    #[error("{variable}: Postgres at {place} refuses the password of \"{user}\"")]
    WrongPassword {
        /// The variable that holds it.
        variable: &'static str,
        /// Host and port, or the socket's folder.
        place: String,
        /// The login we tried.
        user: String,
    },
    /// The server is there, the database is not.
    #[error("{variable}: Postgres at {place} has no database \"{database}\"; create it: createdb \"{database}\"")]
    NoDatabase {
        /// The variable that names it.
        variable: &'static str,
        /// Host and port, or the socket's folder.
        place: String,
        /// The name we asked for.
        database: String,
    },
    /// The server does not let this login in, whatever the password.
    #[error("{variable}: Postgres at {place} does not let \"{user}\" in: {reason}")]
    NotAllowed {
        /// The variable that names the login.
        variable: &'static str,
        /// Host and port, or the socket's folder.
        place: String,
        /// The login we tried.
        user: String,
        /// What the server said.
        reason: String,
    },
    /// The owner may not create the working role, or give it to the working login.
    #[error(
        "\"{user}\" may not set up the role crmbot_app; as the server's administrator: \
         create role crmbot_app nologin; grant crmbot_app to \"{worker}\";"
    )]
    RoleOutOfReach {
        user: String,
        /// The login that works as the role.
        worker: String,
    },
    /// The working login cannot take on the working role, most likely because the migrations have not been applied.
    #[error("{variable}: \"{user}\" cannot take on the role crmbot_app; run `crmbot migrate` as the owner first")]
    NotInRole {
        /// The variable that names the login.
        variable: &'static str,
        user: String,
    },
    /// The server or the database cannot carry the schema.
    #[error("{variable}: {reason}")]
    Unfit {
        /// The variable that names the database.
        variable: &'static str,
        /// What is missing and how to get it.
        reason: String,
    },
    /// The schema was made by a newer program or by other migrations than ours.
    #[error("{variable}: the database's schema is not this program's: {reason}")]
    ForeignSchema {
        /// The variable that names the database.
        variable: &'static str,
        reason: String,
    },
    /// Another transaction holds a table that a migration has to change.
    #[error(
        "{variable}: another transaction holds a table that a migration must change; end that transaction and try again"
    )]
    Busy {
        /// The variable that names the database.
        variable: &'static str,
    },
    /// Another process holds the lock of migrations.
    #[error(
        "{variable}: another process has been migrating this database for {} s; if it hangs, end it and try again",
        waited.as_secs()
    )]
    Migrating {
        /// The variable that names the database.
        variable: &'static str,
        /// How long this process has waited.
        waited: std::time::Duration,
    },
    /// Something between us and the server gives each transaction another connection.
    #[error(
        "{variable}: {place} is a pooler of transactions, behind which the working role and its limits are lost; \
         name the server itself, or set the pooler to pool sessions"
    )]
    Pooled {
        /// The variable that names the server.
        variable: &'static str,
        /// Host and port, or the socket's folder.
        place: String,
    },
    /// A demo database was given a real bot, or the other way round.
    #[error("this database was born {actual}, and this run is {wanted}: give it a database of its own")]
    WrongKind {
        /// What the database is.
        actual: super::database_kind::DatabaseKind,
        /// What was asked for.
        wanted: super::database_kind::DatabaseKind,
    },
    /// Anything else the server says.
    #[error("the database failed: {0}")]
    Other(#[from] sqlx::Error),
}

impl DbError {
    /// The program's exit code: 3 when a needed service is out of reach, else 2, since it is configured wrongly.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Unreachable { .. } | Self::Busy { .. } | Self::Migrating { .. } | Self::Other(_) => 3,
            _ => 2,
        }
    }

    /// Turns a failure to connect to `target` into words.
    pub(super) fn of_connecting(target: &Target, error: sqlx::Error) -> Self {
        let (variable, place, user) = (target.variable(), target.place(), target.user().to_owned());
        let sqlx::Error::Database(refusal) = &error else {
            return match error {
                sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut => {
                    Self::Unreachable { variable, place, reason: error.to_string() }
                }
                other => Self::Other(other),
            };
        };
        let reason = refusal.message().to_owned();
        match refusal.code().as_deref() {
            Some("28P01") => Self::WrongPassword { variable, place, user },
            Some("28000" | "42501") => Self::NotAllowed { variable, place, user, reason },
            Some("3D000") => Self::NoDatabase { variable, place, database: target.database().to_owned() },
            // Starting, stopping, full or a standby: the server is there but not for us, not now.
            Some(code) if code.starts_with("57P") || code.starts_with("53") || code == "25006" => {
                Self::Unreachable { variable, place, reason }
            }
            _ => Self::Other(error),
        }
    }
}

/// The SQLSTATE of an error that came from the server.
pub(super) fn sqlstate(error: &sqlx::Error) -> Option<String> {
    error.as_database_error()?.code().map(|code| code.into_owned())
}
