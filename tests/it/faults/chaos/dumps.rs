//! Backups and restores that are killed half-way, and a backup without room (R20).

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::ConnectOptions as _;

use super::Chaos;
use crate::faults::environment::FaultEnvironment;
use crate::support::server::PATIENCE;

/// The database that is restored into, beside the one that is at work.
pub const RESTORED: &str = "crm_restored";

/// Whether a backup was restored.
const MADE: &str = "select to_regclass('public.company') is not null";

/// How many clients there are; −1 when there is half of one: each of the run has a touch, and one event of its making.
const WHOLE: &str = "
    select case when exists (select from company) and not exists (
        select from client c
         where phone_raw not in ('known', 'poison')
           and (1 <> (select count(*) from audit_event where entity = 'client' and entity_id = c.id and action = 'create')
                or not exists (select from touch where client_id = c.id)))
           then (select count(*) from client) else -1 end";

impl Chaos<'_> {
    pub(super) async fn backup(&mut self) {
        let file = self.whole_backup().await;
        let mut backup = self.environment.server.command();
        backup.arg("backup").arg(&file);
        let limit = if self.hurried { 400 } else { 2_500 };
        self.kill_in_the_middle(backup, limit).await;
        self.assert_whole(&file, "a killed backup").await;
    }

    /// Kills a restore into a database of its own; what is there then is what was there before, or all of the backup.
    pub(super) async fn restore(&mut self) {
        let file = self.whole_backup().await;
        let before = clients_of(self.environment).await;
        let limit = if self.hurried { 900 } else { 6_000 };
        let restore = restoring(self.environment, &file);
        self.kill_in_the_middle(restore, limit).await;
        let after = clients_of(self.environment).await;
        if after < 0 || after < before {
            self.played.failures.push(format!("a killed restore left {after} clients of {before}"));
        }
    }

    /// A backup whose file may not grow: it fails, and the one of before is there.
    pub(super) async fn backup_without_room(&mut self) {
        let file = self.whole_backup().await;
        let backup = self.environment.server.command();
        let mut limited = Command::new("sh");
        limited.args(["-c", "ulimit -f 8; exec \"$0\" backup \"$1\""]).arg(backup.get_program()).arg(&file);
        limited.env_clear().envs(backup.get_envs().filter_map(|(name, value)| Some((name, value?))));
        limited.stdout(Stdio::null()).stderr(Stdio::null());
        let ended = tokio::task::spawn_blocking(move || limited.status().unwrap()).await.unwrap();
        if ended.success() {
            self.played.failures.push("a backup without room says that it is whole".to_owned());
        }
        if Path::new(&format!("{}.part", file.display())).exists() {
            self.played.failures.push("a backup without room left a part of it".to_owned());
        }
        self.assert_whole(&file, "a backup without room").await;
    }

    /// The file of the last whole backup; the first time one is made.
    async fn whole_backup(&mut self) -> PathBuf {
        if let Some(file) = &self.played.backup {
            return file.clone();
        }
        let file = self.environment.log.with_extension("dump");
        let began = Instant::now();
        loop {
            let mut backup = self.environment.server.command();
            backup.arg("backup").arg(&file);
            let output = tokio::task::spawn_blocking(move || backup.output().unwrap()).await.unwrap();
            if output.status.success() {
                break;
            }
            assert!(began.elapsed() < PATIENCE, "{}", String::from_utf8_lossy(&output.stderr));
        }
        self.played.backup = Some(file.clone());
        file
    }

    /// Whether PostgreSQL's own tool reads the file to its end: the file has its name only when it is whole.
    async fn assert_whole(&mut self, file: &Path, after: &str) {
        let mut check = Command::new("pg_restore");
        check.arg("--file=/dev/null").arg(file);
        let read = tokio::task::spawn_blocking(move || check.output().unwrap()).await.unwrap();
        if !read.status.success() {
            let said = String::from_utf8_lossy(&read.stderr).trim().to_owned();
            self.played.failures.push(format!("{after} left a file that is not whole: {said}"));
        }
    }

    /// Starts a command in a group of its own, and kills all of it after a while.
    async fn kill_in_the_middle(&mut self, mut command: Command, limit: u64) {
        command.process_group(0).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        tokio::time::sleep(self.dice.pause(20, limit)).await;
        let group = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
        if self.dice.percent(50) {
            let _ended = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ended = child.kill();
        tokio::task::spawn_blocking(move || child.wait().unwrap()).await.unwrap();
    }
}

/// The command that restores a backup beside the database that is at work.
pub fn restoring(environment: &FaultEnvironment, file: &Path) -> Command {
    let mut restore = environment.server.command();
    restore.env("DATABASE_URL", environment.url(RESTORED)).args(["restore", "--replace"]).arg(file);
    restore
}

/// The command that checks what was restored.
pub fn checking(environment: &FaultEnvironment) -> Command {
    let mut check = environment.server.command();
    check.env("DATABASE_URL", environment.url(RESTORED)).arg("check");
    check
}

/// How many clients are in the restored database: none before the first restore, −1 when it is not whole.
pub async fn clients_of(environment: &FaultEnvironment) -> i64 {
    let began = Instant::now();
    loop {
        let asked = async {
            let mut connection = environment.direct(RESTORED).connect().await?;
            match sqlx::query_scalar(MADE).fetch_one(&mut connection).await? {
                true => sqlx::query_scalar::<_, i64>(WHOLE).fetch_one(&mut connection).await,
                false => Ok(0),
            }
        };
        match asked.await {
            Ok(clients) => return clients,
            // There are some tables, and not all of them.
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42P01") => return -1,
            Err(error) => assert!(began.elapsed() < PATIENCE, "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
