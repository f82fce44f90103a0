//! A private Postgres for a process without `DATABASE_URL`: made on first use, shared by processes, stopped with the last.
//!
//! One process runs the server and holds the lock file; the others join it, and the first of them to get the lock when
//! that process is gone runs the server from then on. It listens on a socket in a folder of its own, not on the network.

mod account;
mod error;
mod initdb;
mod lock;
mod paths;
mod postmaster;
pub mod programs;
mod provision;
mod supervisor;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tokio::time::{sleep, timeout};

pub use error::ClusterError;
use paths::Paths;
use supervisor::{Phase, Supervisor};

/// The database that the program uses in its private cluster.
pub const DATABASE: &str = "crm";
/// The login that made the cluster and may do everything there: only to set it up, never for the program's own SQL.
const SUPERUSER: &str = "crmbot";
/// The login that owns the database and nothing else: migrations, backups, restores and legal requests run under it.
const OWNER: &str = "crmbot_owner";
/// The login that the bot works under; it may do nothing there but take on the application's role (G12).
const WORKER: &str = "crmbot_worker";
/// The application's role, which the owner gives to the worker.
const APP_ROLE: &str = "crmbot_app";
/// It names the socket file, no network port is opened.
const PORT: u16 = 5432;
/// A first start takes a second; recovery after a crash may take long.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// Fast shutdown gets this long, then the server is stopped at once, which loses nothing but time at the next start.
const STOP_WITHIN: Duration = Duration::from_secs(4);

/// A running private cluster. Dropping it tells the server to stop; [`Cluster::stop`] also waits until it has.
#[derive(Debug)]
pub struct Cluster {
    paths: Paths,
    supervisor: Arc<Supervisor>,
}

impl Cluster {
    /// Makes the cluster below `dir` if there is none, starts it if no process runs it, and makes the database [`DATABASE`].
    /// `pg_bin` is the folder of the server programs, else they are looked for.
    ///
    /// # Errors
    /// [`ClusterError`], one clear line each.
    pub async fn start_or_join(dir: &Path, pg_bin: Option<&Path>) -> Result<Self, ClusterError> {
        let (dir, pg_bin) = (dir.to_owned(), pg_bin.map(Path::to_owned));
        let (paths, supervisor) = tokio::task::spawn_blocking(move || launch(&dir, pg_bin))
            .await
            .map_err(|fault| ClusterError::Database(fault.to_string()))??;
        let cluster = Self { paths, supervisor };
        cluster.ready().await?;
        Ok(cluster)
    }

    /// How to connect to its database as the owner of that.
    pub fn owner_url(&self) -> PgConnectOptions {
        self.url(DATABASE).username(OWNER)
    }

    /// How the bot connects to its database, once that is migrated.
    pub fn worker_url(&self) -> PgConnectOptions {
        self.url(DATABASE).username(WORKER)
    }

    fn url(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(self.paths.socket_folder())
            .port(PORT)
            .ssl_mode(PgSslMode::Disable)
            .username(SUPERUSER)
            .database(database)
    }

    /// The folder it lives in; not the wished one when the server's account cannot enter that.
    pub fn folder(&self) -> &Path {
        self.paths.folder()
    }

    /// Whether this process runs the server, rather than having joined another's.
    pub fn is_ours(&self) -> bool {
        matches!(self.supervisor.phase(), Phase::Running)
    }

    /// Stops the server if it is ours, and waits until it is down. Joined ones are left running.
    pub async fn stop(self) {
        self.supervisor.close();
        let asked = Instant::now();
        let mut fast = true;
        while self.supervisor.phase().holds_server() && asked.elapsed() < STOP_WITHIN * 2 {
            if fast && asked.elapsed() > STOP_WITHIN {
                self.supervisor.stop_immediately();
                fast = false;
            }
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until the server answers and has our database.
    async fn ready(&self) -> Result<(), ClusterError> {
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            if let Phase::Failed(error) = self.supervisor.phase() {
                return Err(error);
            }
            match self.url("postgres").connect().await {
                Ok(connection) => {
                    self.supervisor.was_ready();
                    let done = timeout(READY_WITHIN, provision::run(connection, self.url(DATABASE))).await;
                    return done.unwrap_or_else(|_| Err(self.not_ready("another process keeps its tables locked")));
                }
                Err(error) if Instant::now() > deadline => {
                    return Err(self.not_ready(&error.to_string()));
                }
                Err(_) => sleep(Duration::from_millis(15)).await,
            }
        }
    }

    /// What was said, and which process ought to run the server when it is not this one.
    fn not_ready(&self, said: &str) -> ClusterError {
        let holder = (!self.is_ours()).then(|| lock::holder(&self.paths)).flatten();
        let said = holder.map_or_else(|| said.to_owned(), |holder| format!("{said}; the lock is held by {holder}"));
        ClusterError::NotReady { within: READY_WITHIN, said }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.supervisor.close();
    }
}

fn launch(dir: &Path, pg_bin: Option<PathBuf>) -> Result<(Paths, Arc<Supervisor>), ClusterError> {
    let paths = Paths::prepare(dir)?;
    let supervisor = Supervisor::launch(paths.clone(), pg_bin)?;
    Ok((paths, supervisor))
}
