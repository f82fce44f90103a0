//! Errors of backup and restore, one clear line each.

use std::io;
use std::path::PathBuf;

use crate::db::DbError;

/// Why there is no backup, or nothing was restored. Restoring is one transaction: what was there is then there still.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// The database is out of reach, or not ours to read.
    #[error(transparent)]
    Database(#[from] DbError),
    /// No tools that fit the server.
    #[error(
        "pg_dump and pg_restore of PostgreSQL {0} or newer were not found; \
         install them (apt-get install postgresql-client), or set CRM_PG_BIN to their folder"
    )]
    NoTools(u32),
    /// The file cannot be read or written.
    #[error("{file}: {error}")]
    File {
        file: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A tool has failed.
    #[error("{tool} failed: {said}")]
    Failed {
        tool: &'static str,
        /// The end of its output.
        said: String,
    },
    /// The file is no backup of ours.
    #[error("{0} is not a backup made by `crmbot backup`")]
    Foreign(PathBuf),
    /// No checksum lies beside the file.
    #[error(
        "{0} has no checksum beside it ({0}.sha256), so that crmbot cannot tell that it made the file; copy that too, or give \
         `--unverified` if you know where the file is from: what it holds is run as the owner of the database"
    )]
    Unsigned(PathBuf),
    /// The file is not as it was when its checksum was written.
    #[error(
        "{0} is damaged or was changed after the backup: its checksum differs; `--unverified` restores it all the same"
    )]
    Changed(PathBuf),
    /// The file is signed with another token, or not at all.
    #[error(
        "{0} was not signed with this bot's token; if the token has changed since, or another bot made the file and you know \
         where it is from, give `--unverified`: what it holds is run as the owner of the database"
    )]
    OtherSignature(PathBuf),
    /// What the file holds would be run as a superuser.
    #[error(
        "\"{user}\" is a superuser, under whom crmbot restores only what it has signed with this bot's token; restore as an owner \
         that is none (DATABASE_OWNER_URL)"
    )]
    Superuser { user: String },
    /// The backup is of a later version.
    #[error("the backup was made by a newer crmbot (schema {backup}, this one knows {known}): update first")]
    Newer {
        /// The backup's last migration.
        backup: i64,
        known: i64,
    },
    /// The migrations have not been applied to this database.
    #[error("the database has no tables of crmbot: there is nothing to back up")]
    Nothing,
    /// There is something already.
    #[error("the database is not empty; `crmbot restore --replace FILE` replaces everything in it")]
    NotEmpty,
    /// Other connections are open.
    #[error("another program is connected to the database; stop the bot first")]
    InUse,
}

impl DumpError {
    /// The program's exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Database(error) => error.exit_code(),
            Self::Failed { .. } | Self::NoTools(_) => 3,
            _ => 2,
        }
    }
}
