//! Errors of the private cluster, one clear line each.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// A private cluster that cannot be made, started or joined. The text tells the operator what to do.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ClusterError {
    /// The server programs are nowhere.
    #[error(
        "PostgreSQL's server programs were not found; install them (apt-get install postgresql, \
         brew install postgresql@17), or set CRM_PG_BIN or DATABASE_URL"
    )]
    NoPrograms,
    /// The given folder does not hold them.
    #[error("CRM_PG_BIN: {0} holds no initdb and postgres; an example: /usr/lib/postgresql/15/bin")]
    NotPrograms(PathBuf),
    /// The cluster was made by another major version than any that is installed.
    #[error(
        "{}the data in {folder} was made by PostgreSQL {data}, and the programs found are of {found}: \
         install version {data} or set CRM_PG_BIN to its folder; to go over to another version, make a `crmbot backup` with \
         {data}, move the data away, and `crmbot restore` with the new one",
        if *given { "CRM_PG_BIN: " } else { "" }
    )]
    OtherVersion {
        folder: PathBuf,
        /// Its `PG_VERSION`.
        data: String,
        /// The versions that are installed.
        found: String,
        /// Whether `CRM_PG_BIN` named the only one.
        given: bool,
    },
    /// The data folder holds something else.
    #[error("{0} is not a PostgreSQL data folder; move it away, or set CRM_DATA_DIR")]
    NotACluster(PathBuf),
    /// The data belongs to root, which Postgres refuses to run as.
    #[error("{0} belongs to root, as whom Postgres does not run; give it away: chown -R postgres {0}")]
    RootsData(PathBuf),
    /// The folder for the socket is there and belongs to another account.
    #[error("{0} must be a folder of our own that nobody else can enter; remove it, or set CRM_DATA_DIR")]
    ForeignSocketFolder(PathBuf),
    /// `initdb` failed.
    #[error("initdb failed: {said}")]
    Initdb {
        /// The end of what it said.
        said: String,
    },
    /// The server ended without being told to.
    #[error("the private Postgres ended ({status}): {said}")]
    Ended {
        status: String,
        /// The end of its log.
        said: String,
    },
    /// Postgres's account can enter no folder that we could give it.
    #[error(
        "PostgreSQL does not run as root, and its account cannot enter {0}; set CRM_DATA_DIR to a folder that it can"
    )]
    OutOfReach(PathBuf),
    /// A process of another user holds the lock, so that no server can be started.
    #[error(
        "{file}: locked by {holder}, which is neither ours nor root's; end that process, and let no other user open the file"
    )]
    ForeignLock {
        file: PathBuf,
        /// The process and its user.
        holder: String,
    },
    /// The server is there but does not let us in.
    #[error("the private Postgres was not ready within {} s: {said}", within.as_secs())]
    NotReady {
        /// How long we waited.
        within: Duration,
        said: String,
    },
    /// The system refused something.
    #[error("{path}: cannot {what}: {cause}")]
    Io {
        /// What we tried, as a verb.
        what: &'static str,
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// The server answered with an error.
    #[error("the private Postgres failed: {0}")]
    Database(String),
}

impl ClusterError {
    /// The program's exit code: 2 for a wrong setting, 3 when Postgres is out of reach.
    pub fn exit_code(&self) -> u8 {
        if matches!(self, Self::NotPrograms(_) | Self::OtherVersion { given: true, .. }) { 2 } else { 3 }
    }

    /// For `map_err`: what was tried on which path.
    pub(super) fn io(what: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |cause| Self::Io { what, path, cause: cause.to_string() }
    }
}

impl From<sqlx::Error> for ClusterError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.to_string())
    }
}
