//! Backup and restore of the whole database in one file: pg_dump's custom format, documents included.

mod before;
mod error;
mod script;
mod signature;

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub use error::DumpError;
use script::{describe, ended, restore_stream};
pub use signature::{ENDING as CHECKSUM, Signer, beside as checksum_of};
use sqlx::Connection as _;
use sqlx::postgres::PgConnection;

use super::database_kind::{self, DatabaseKind};
use super::tools::Tools;
use super::{DbError, Target, migrate, pool, roles};

/// So long a restore waits for others to leave the database.
const LEAVING: Duration = Duration::from_secs(2);

/// Writes the database into `file`, which only we can read, with its checksum beside it. A file of that name is replaced once
/// the new one is whole and was read back.
///
/// # Errors
/// [`DumpError`] in words.
pub async fn backup(target: &Target, pg_bin: Option<&Path>, file: &Path, signer: &Signer) -> Result<(), DumpError> {
    let (mut connection, tools) = enter(target, pg_bin).await?;
    // A wrong database is noticed now, not when the backup is needed.
    if !contents(&mut connection).await?.marked {
        return Err(DumpError::Nothing);
    }
    let part = with_suffix(file, ".part");
    let into = create(&part)?;
    let mut command = tools.connected("pg_dump", target);
    command.args(["--format=custom", "--no-owner", "--no-comments"]);
    let done = blocking({
        let into = into.try_clone().map_err(|error| failed(&part, error))?;
        move || run("pg_dump", command.stdout(into).stdin(Stdio::null()))
    })
    .await;
    let kept = match done.and_then(|()| into.sync_all().map_err(|error| failed(&part, error))) {
        Ok(()) => {
            let (part, file, signer, check) =
                (part.clone(), file.to_owned(), signer.clone(), tools.command("pg_restore"));
            blocking(move || keep(&part, &file, &signer, check)).await
        }
        Err(error) => Err(error),
    };
    if kept.is_err() {
        let _ = fs::remove_file(&part);
    }
    kept
}

/// Gives a backup its name, once pg_restore has read all of it. The checksum comes first: a crash in between leaves the file
/// of before, which then is told to differ, and never one without a checksum.
fn keep(part: &Path, file: &Path, signer: &Signer, mut check: Command) -> Result<(), DumpError> {
    run("pg_restore", check.arg("--file=/dev/null").arg(part).stdin(Stdio::null()).stdout(Stdio::null()))?;
    signer.sign(part, file)?;
    fs::rename(part, file).map_err(|error| failed(file, error))?;
    // The names are on the disk only when their folder is.
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| failed(folder, error))
}

/// What to restore, and over what.
pub struct Order<'a> {
    pub file: &'a Path,
    /// What the database is to be; one that is marked already keeps its mark.
    pub wanted: Option<DatabaseKind>,
    /// Whether what is in the database now goes.
    pub replace: bool,
    /// Whether a file is taken that crmbot cannot tell to be its own.
    pub unverified: bool,
}

/// Fills the database from a backup, in one transaction, and brings it to this program's schema. What the file holds is run
/// as the owner: a superuser takes only what crmbot has signed.
///
/// # Errors
/// [`DumpError`] in words; nothing has changed then.
pub async fn restore(
    target: &Target,
    worker: &str,
    pg_bin: Option<&Path>,
    signer: &Signer,
    order: Order<'_>,
) -> Result<(), DumpError> {
    let Order { file, wanted, replace, unverified } = order;
    let (mut connection, tools) = enter(target, pg_bin).await?;
    let verified = {
        let (signer, file) = (signer.clone(), file.to_owned());
        blocking(move || signer.verify(&file)).await
    };
    let signed = match verified {
        Err(DumpError::Unsigned(_) | DumpError::Changed(_) | DumpError::OtherSignature(_)) if unverified => false,
        verified => verified?,
    };
    if !signed && is_superuser(&mut connection).await? {
        return Err(DumpError::Superuser { user: target.user().to_owned() });
    }
    let mut there = contents(&mut connection).await?;
    if there.tables && !replace {
        return Err(DumpError::NotEmpty);
    }
    // The server still shows connections that are just closing, such as those of a bot that was stopped for this.
    let asked = Instant::now();
    while there.others && asked.elapsed() < LEAVING {
        tokio::time::sleep(LEAVING / 20).await;
        there = contents(&mut connection).await?;
    }
    if there.others {
        return Err(DumpError::InUse);
    }
    let actual = if there.marked { database_kind::read(&mut connection).await? } else { None };
    let backup = {
        let (tools, file) = (tools.clone(), file.to_owned());
        blocking(move || describe(&tools, &file)).await?
    };
    if let (Some(wanted), Some(actual)) = (actual.or(wanted), backup.kind)
        && wanted != actual
    {
        return Err(DbError::WrongKind { actual, wanted }.into());
    }
    let known = migrate::MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or_default();
    if backup.schema > known {
        return Err(DumpError::Newer { backup: backup.schema, known });
    }
    roles::ensure(target, &mut connection, worker).await?;
    restore_stream(tools.command("pg_restore"), &mut connection, file, there.tables).await?;
    connection.close().await.map_err(DbError::from)?;
    Ok(migrate::run(target, worker).await?)
}

/// What a database has in it.
struct Contents {
    tables: bool,
    marked: bool,
    others: bool,
}

async fn contents(connection: &mut PgConnection) -> Result<Contents, DbError> {
    let (tables, marked, others) = sqlx::query_as(
        "select exists (select from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v')),
                to_regclass('public.company') is not null,
                exists (select from pg_stat_activity
                         where datname = current_database() and pid <> pg_backend_pid() and usename is not null)",
    )
    .fetch_one(connection)
    .await?;
    Ok(Contents { tables, marked, others })
}

async fn is_superuser(connection: &mut PgConnection) -> Result<bool, DbError> {
    let superuser = sqlx::query_scalar("select rolsuper from pg_roles where rolname = session_user");
    Ok(superuser.fetch_one(connection).await?)
}

async fn enter(target: &Target, pg_bin: Option<&Path>) -> Result<(PgConnection, Tools), DumpError> {
    let connection = pool::connect_owner(target).await?;
    let server = connection.server_version_num().unwrap_or_default() / 10_000;
    let tools = Tools::find(pg_bin, server).ok_or(DumpError::NoTools(server))?;
    Ok((connection, tools))
}

fn run(tool: &'static str, command: &mut Command) -> Result<(), DumpError> {
    let failed = |error: io::Error| DumpError::Failed { tool, said: error.to_string() };
    ended(tool, command.stderr(Stdio::piped()).spawn().map_err(failed)?)
}

/// A new file that only we can read.
fn create(file: &Path) -> Result<File, DumpError> {
    let _ = fs::remove_file(file);
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map_err(|error| failed(file, error))
}

fn failed(file: &Path, error: io::Error) -> DumpError {
    DumpError::File { file: file.to_owned(), error }
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DumpError> + Send + 'static,
) -> Result<T, DumpError> {
    let panicked = |_| DumpError::Failed { tool: "crmbot", said: "a task panicked".to_owned() };
    tokio::task::spawn_blocking(work).await.map_err(panicked)?
}
