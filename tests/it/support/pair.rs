//! Two real Postgres servers: a primary, and a standby that streams from it.

use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio, id};

use pg_private::programs::Programs;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

/// Roles and a database as on an operator's server.
const ROLES: &str = "create role crm_owner login createrole createdb; create role crm_worker login noinherit";
const DATABASE: &str = "create database crm owner crm_owner template template0 encoding 'UTF8' locale 'C.UTF-8'";

/// The servers; both end with this value.
pub struct Pair {
    folder: PathBuf,
    programs: Programs,
    /// Postgres refuses root, which lends it another account.
    account: (u32, u32),
}

impl Pair {
    /// Starts the primary under the account to which `like` belongs, such as the folder of another server's socket.
    pub async fn start(like: &Path) -> Self {
        let owner = fs::metadata(like).unwrap();
        let folder = PathBuf::from(format!("/tmp/crm-pair-{}", id()));
        let pair = Self { folder, programs: Programs::find(None, None).unwrap(), account: (owner.uid(), owner.gid()) };
        let _ = fs::remove_dir_all(&pair.folder);
        fs::DirBuilder::new().mode(0o700).create(&pair.folder).unwrap();
        pair.own(&pair.folder);
        let data = pair.data("primary");
        let access = ["--username=postgres", "--auth-local=trust", "--auth-host=reject"];
        let form = ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--pgdata"];
        pair.run("initdb", |command| command.args(access).args(form).arg(&data));
        pair.up("primary");
        pair.on("primary", ROLES).await;
        pair.on("primary", DATABASE).await;
        pair
    }

    /// Copies the primary and starts the copy as its standby.
    pub fn add_standby(&self) {
        let (data, source) = (self.data("standby"), self.socket("primary"));
        let how = ["--write-recovery-conf", "--checkpoint=fast", "--no-sync", "--username=postgres", "--pgdata"];
        self.run("pg_basebackup", |command| command.args(how).arg(&data).arg("--host").arg(&source));
        self.up("standby");
    }

    /// Has the standby become a server of its own, with all that the primary has written.
    pub async fn promote(&self) {
        let written: String = self.ask("primary", "select pg_current_wal_lsn()::text").await;
        let replayed = format!("select (pg_last_wal_replay_lsn() >= '{written}'::pg_lsn)::text");
        while self.ask("standby", &replayed).await != "true" {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert_eq!(self.ask("standby", "select pg_promote()::text").await, "true");
    }

    /// The folder of a server's socket.
    pub fn socket(&self, server: &str) -> PathBuf {
        self.folder.join(format!("{server}.socket"))
    }

    /// The company's database on a server, as a login.
    pub fn url(&self, server: &str, login: &str) -> String {
        format!("postgres:///crm?host={}&port=5432&user={login}", self.socket(server).display())
    }

    /// Connections as the owner of the schema.
    pub fn owner(&self, server: &str) -> PgPool {
        PgPoolOptions::new().max_connections(2).connect_lazy(&self.url(server, "crm_owner")).unwrap()
    }

    /// Runs commands as the server's superuser.
    pub async fn on(&self, server: &str, commands: &str) {
        let mut connection = self.superuser(server).connect().await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(commands)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    /// One text that a server answers.
    pub async fn ask(&self, server: &str, question: &str) -> String {
        let mut connection = self.superuser(server).connect().await.unwrap();
        let answer = sqlx::query_scalar(AssertSqlSafe(question)).fetch_one(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        answer
    }

    fn superuser(&self, server: &str) -> PgConnectOptions {
        let options = PgConnectOptions::new_without_pgpass().socket(self.socket(server)).port(5432);
        options.username("postgres").database("postgres")
    }

    fn data(&self, server: &str) -> PathBuf {
        self.folder.join(server)
    }

    fn own(&self, path: &Path) {
        chown(path, Some(self.account.0), Some(self.account.1)).unwrap();
    }

    fn up(&self, server: &str) {
        let socket = self.socket(server);
        fs::DirBuilder::new().mode(0o700).create(&socket).unwrap();
        self.own(&socket);
        let settings = format!(
            "-c listen_addresses= -c unix_socket_directories={} -c fsync=off -c shared_buffers=16MB -c max_connections=60",
            socket.display()
        );
        let log = self.folder.join(format!("{server}.log"));
        self.run("pg_ctl", |command| {
            command.arg("start").arg("-w").arg("-D").arg(self.data(server)).arg("-l").arg(&log).arg("-o").arg(&settings)
        });
    }

    fn run(&self, program: &str, arguments: impl FnOnce(&mut Command) -> &mut Command) {
        let mut command = self.command(program);
        let status = arguments(&mut command).status().unwrap();
        assert!(status.success(), "{program}: {status}; see {}", self.folder.display());
    }

    fn command(&self, program: &str) -> Command {
        // A folder of the server's programs need not hold the client's.
        let beside = self.programs.path(program);
        let mut command = Command::new(if beside.exists() { beside } else { program.into() });
        command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if rustix::process::geteuid().is_root() {
            command.uid(self.account.0).gid(self.account.1);
        }
        command
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        for server in ["standby", "primary"] {
            let _ = self.command("pg_ctl").args(["stop", "-m", "immediate", "-D"]).arg(self.data(server)).status();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}
