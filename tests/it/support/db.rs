//! A database per test, copied from a template that is migrated once.
//!
//! The cluster is the one `CRM_TEST_CLUSTER` names (the folder of its socket), else the first test starts it.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, id};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use crmbot::db::{Pool, Target, lease, migrate, pool};
use rustix::process::{Pid, test_kill_process};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

/// The login that owns the schema: no superuser, so that migrations prove they need none.
const OWNER: &str = "crm_owner";
/// The bot's login: it owns nothing and is let into the application's role.
const WORKER: &str = "crm_worker";

/// A migrated database of this test alone, without a single row but the migrations'. It is dropped with this value.
pub struct TestDb {
    name: String,
    pool: PgPool,
    working: Pool,
    owner: PgPool,
}

impl TestDb {
    /// Copies the template: about 50 ms.
    pub async fn new() -> Self {
        Self::copy_of(template()).await
    }

    /// A copy of a database of this cluster.
    pub async fn copy_of(template: &str) -> Self {
        let db = Self::made_from(&format!("template \"{template}\""), "test").await;
        // A copy has its template's tables and rights in them, but not the rights in the database itself.
        let rights = format!(
            "grant connect on database \"{name}\" to {WORKER}; revoke connect on database \"{name}\" from public",
            name = db.name
        );
        execute(&mut admin().await, &rights).await;
        db
    }

    /// Has the server tell the plan of every statement of the bot's connections to them, as a notice. Ten thousand rows are few
    /// enough to be read whole at times; what counts is whether an index can serve.
    pub async fn explained(self) -> Self {
        // A plan without an index then looks dear enough to be compiled: half a second for each statement.
        for setting in ["enable_seqscan", "jit"] {
            execute(&mut admin().await, &format!("alter database \"{}\" set {setting} = off", self.name)).await;
        }
        self.explained_as_planned().await
    }

    /// The same with plans that the server is free to choose.
    pub async fn explained_as_planned(mut self) -> Self {
        let name = self.name.clone();
        let mut admin = admin().await;
        for setting in [
            "session_preload_libraries = auto_explain",
            "auto_explain.log_min_duration = 0",
            "auto_explain.log_level = notice",
            "auto_explain.log_format = json",
            "auto_explain.log_analyze = on",
            "auto_explain.log_buffers = on",
            "auto_explain.log_timing = off",
        ] {
            execute(&mut admin, &format!("alter database \"{name}\" set {setting}")).await;
        }
        self.pool.close().await;
        lease::close_idle(&self.working);
        self.pool = bare(&Target::parse("DATABASE_URL", &self.url()).unwrap());
        self
    }

    /// Connections as the bot's of which no plan is told; the others go on telling.
    pub async fn unexplained(&self) -> Pool {
        execute(&mut admin().await, &format!("alter database \"{}\" reset all", self.name)).await;
        let worker = Target::parse("DATABASE_URL", &self.url()).unwrap();
        pool::connect(&worker, &pool::Settings::default()).await.unwrap()
    }

    /// A database without a schema; its working connections cannot be used before a migration.
    pub async fn empty() -> Self {
        Self::made_from("template template0", "empty").await
    }

    /// Connections as the bot's: in the application's role, with its time limits.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// The bot's own pool of such connections.
    pub fn working(&self) -> &Pool {
        &self.working
    }

    /// Connections as the schema's owner: to arrange what the application may not.
    pub fn owner(&self) -> &PgPool {
        &self.owner
    }

    /// What a program gets as `DATABASE_URL`.
    pub fn url(&self) -> String {
        url(&self.name, WORKER)
    }

    /// The same by way of a proxy.
    pub fn url_through(&self, proxy: SocketAddr) -> String {
        format!("postgres://{WORKER}@{proxy}/{}", self.name)
    }

    /// The folder of the server's socket.
    pub fn socket_folder(&self) -> &'static Path {
        cluster()
    }

    /// What a program gets as `DATABASE_OWNER_URL`.
    pub fn owner_url(&self) -> String {
        url(&self.name, OWNER)
    }

    /// Has the server close all connections to this database and refuse new ones, or accept them again.
    pub async fn shut(&self, shut: bool) {
        let mut admin = admin().await;
        let name = &self.name;
        execute(&mut admin, &format!("alter database \"{name}\" allow_connections {}", !shut)).await;
        if shut {
            let out = format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
            execute(&mut admin, &out).await;
        }
    }

    async fn made_from(template: &str, purpose: &str) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("crm_{purpose}_{}_{}", id(), MADE.fetch_add(1, Ordering::Relaxed));
        let mut admin = admin().await;
        create(&mut admin, &name, template).await;
        admin.close().await.unwrap();

        let worker = Target::parse("DATABASE_URL", &url(&name, WORKER)).unwrap();
        let owner = Target::parse("DATABASE_OWNER_URL", &url(&name, OWNER)).unwrap();
        let owner = PgPoolOptions::new().max_connections(4).connect_lazy_with(owner.options().clone());
        let working = pool::connect(&worker, &pool::Settings::default()).await.unwrap();
        Self { name, pool: bare(&worker), working, owner }
    }
}

/// Connections that begin as the bot's do, to be used without a lease.
fn bare(worker: &Target) -> PgPool {
    let pool = PgPoolOptions::new().max_connections(4).after_connect(|connection, _| {
        Box::pin(async move {
            sqlx::raw_sql(AssertSqlSafe(pool::Settings::default().session())).execute(connection).await?;
            Ok(())
        })
    });
    pool.connect_lazy_with(worker.options().clone())
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let name = self.name.clone();
        // A failure here must not hide the test's own: what is left over is swept by a later run.
        let _failed = blocking(move || async move {
            execute(&mut admin().await, &format!("drop database if exists \"{name}\" with (force)")).await;
        });
    }
}

/// The folder of the cluster's socket; the cluster runs from here on.
fn cluster() -> &'static Path {
    static SOCKET: OnceLock<PathBuf> = OnceLock::new();
    SOCKET.get_or_init(|| {
        if let Some(folder) = std::env::var_os("CRM_TEST_CLUSTER") {
            return folder.into();
        }
        let lock = File::create(concat!(env!("CARGO_TARGET_TMPDIR"), "/test-cluster.lock")).unwrap();
        lock.lock().unwrap();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/script/test-cluster");
        let said = Command::new(script).args(["start", "--idle"]).output().unwrap();
        assert!(said.status.success(), "script/test-cluster: {}", String::from_utf8_lossy(&said.stderr));
        String::from_utf8(said.stdout).unwrap().trim().into()
    })
}

/// The name of the template with the present migrations; the first test makes it, and removes the databases of dead
/// tests.
fn template() -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| blocking(make_template).unwrap())
}

async fn make_template() -> String {
    let sums = migrate::MIGRATOR.iter().flat_map(|migration| migration.checksum.iter());
    let hash =
        sums.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
    let name = format!("crm_template_{hash:016x}");

    let mut admin = admin().await;
    execute(&mut admin, "select pg_advisory_lock(1)").await;
    sweep(&mut admin).await;
    if !databases(&mut admin).await.contains(&name) {
        let draft = format!("crm_draft_{}_0", id());
        create(&mut admin, &draft, "template template0").await;
        let owner = Target::parse("DATABASE_OWNER_URL", &url(&draft, OWNER)).unwrap();
        migrate::run(&owner, WORKER).await.unwrap();
        execute(&mut admin, &format!("alter database \"{draft}\" rename to \"{name}\"")).await;
    }
    admin.close().await.unwrap();
    name
}

/// Drops the databases of processes that are gone.
async fn sweep(admin: &mut PgConnection) {
    for name in databases(admin).await {
        let mut parts = name.split('_').skip(2);
        let (Some(process), Some(_)) = (parts.next(), parts.next()) else { continue };
        let pid = process.parse().ok().and_then(Pid::from_raw);
        if pid.is_some_and(|pid| test_kill_process(pid) == Err(rustix::io::Errno::SRCH)) {
            execute(admin, &format!("drop database if exists \"{name}\" with (force)")).await;
        }
    }
}

async fn databases(admin: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar("select datname::text from pg_database where datname like 'crm\\_%'")
        .fetch_all(admin)
        .await
        .unwrap()
}

async fn create(admin: &mut PgConnection, name: &str, template: &str) {
    // The default strategy of Postgres 15 on, which older ones do not know the name of.
    let strategy = if admin.server_version_num() >= Some(150_000) { "strategy wal_log" } else { "" };
    execute(admin, &format!("create database \"{name}\" owner {OWNER} {template} {strategy}")).await;
    execute(admin, &format!("revoke temporary on database \"{name}\" from public")).await;
}

async fn execute(admin: &mut PgConnection, command: &str) {
    sqlx::raw_sql(AssertSqlSafe(command)).execute(admin).await.unwrap();
}

async fn admin() -> PgConnection {
    let options = PgConnectOptions::new_without_pgpass().socket(cluster()).port(5432);
    options.username("postgres").database("postgres").connect().await.unwrap()
}

fn url(database: &str, login: &str) -> String {
    format!("postgres:///{database}?host={}&port=5432&user={login}", cluster().display())
}

/// Runs a future to its end on a thread and runtime of its own, since the test's may be going down.
fn blocking<F: Future<Output: Send>>(work: impl FnOnce() -> F + Send) -> thread::Result<F::Output> {
    thread::scope(|scope| {
        let run = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work());
        scope.spawn(run).join()
    })
}
