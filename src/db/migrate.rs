//! Migrations: the schema is embedded in the program and applied by the owner, once.

use std::time::{Duration, Instant};

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _};

use super::error::sqlstate;
use super::timeout::with_timeout;
use super::{DbError, Target, pool, pooler, roles};

/// All migrations, in order.
pub static MIGRATOR: Migrator = sqlx::migrate!("./migrations");

/// The oldest server whose features the schema uses: trusted extensions came with 13.
const OLDEST_SERVER: u32 = 130_000;
/// The advisory lock of the process that migrates this database; an arbitrary number that no other lock uses.
const MIGRATING: i64 = 0x6372_6d62_6f74_0001;

/// How often another process's migrating is looked at, and told of.
const LOOK: Duration = Duration::from_millis(250);
const TOLD_EACH: Duration = Duration::from_secs(5);
/// How long a change of a table waits for others, while others wait behind it.
const LOCK: Duration = Duration::from_secs(2);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(500);
/// A transaction that holds a table for longer is stuck, and an administrator has to look at it.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Brings the database to this program's schema as `owner`, and lets `worker` work in it. Programs that start together
/// wait for each other.
///
/// # Errors
/// [`DbError`] in words: out of reach, not the owner, a server too old, a database of another program.
pub async fn run(owner: &Target, worker: &str) -> Result<(), DbError> {
    run_within(owner, worker, TIMEOUT).await
}

/// The same with another timeout for another process's migrating, and for tables that other transactions hold.
///
/// # Errors As [`run`]; [`DbError::Migrating`] and [`DbError::Busy`] after the timeout.
pub async fn run_within(owner: &Target, worker: &str, timeout: Duration) -> Result<(), DbError> {
    let mut connection = pool::connect_owner(owner).await?;
    // Skips the lock when the schema is current, as at nearly every start: a dead client may still hold it (R9).
    if with_timeout(owner, is_current(&mut connection, worker)).await? {
        return Ok(());
    }
    pooler::refuse(owner, &mut connection).await?;
    wait_for_turn(owner, &mut connection, timeout).await?;
    check_fitness(owner, &mut connection).await?;
    roles::ensure(owner, &mut connection, worker).await?;
    apply(owner, &mut connection, timeout).await?;
    connection.close().await?; // and with it goes the lock
    Ok(())
}

/// Takes the lock of the process that migrates. A process that holds it and has stopped must not stop this one silently, or
/// for ever.
async fn wait_for_turn(owner: &Target, connection: &mut PgConnection, timeout: Duration) -> Result<(), DbError> {
    let (began, mut told) = (Instant::now(), None);
    loop {
        let locked: bool =
            sqlx::query_scalar("select pg_try_advisory_lock($1)").bind(MIGRATING).fetch_one(&mut *connection).await?;
        if locked {
            return Ok(());
        }
        if began.elapsed() >= timeout {
            return Err(DbError::Migrating { variable: owner.variable(), waited: began.elapsed() });
        }
        if told.is_none_or(|at: Instant| at.elapsed() >= TOLD_EACH) {
            tracing::warn!(
                seconds = began.elapsed().as_secs(),
                "waiting for another process that migrates the database"
            );
            told = Some(Instant::now());
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Applies what is missing. A change of a table waits for the transactions that use it, and later ones wait behind the
/// change: so it times out soon and tries again, and a running older program goes on working meanwhile.
async fn apply(owner: &Target, connection: &mut PgConnection, timeout: Duration) -> Result<(), DbError> {
    sqlx::query(AssertSqlSafe(format!("set lock_timeout = {}", LOCK.as_millis()))).execute(&mut *connection).await?;
    let began = Instant::now();
    loop {
        // `Migrator::run` is this with a bound that makes our future impossible to spawn.
        let Err(error) = MIGRATOR.run_direct(None, &mut *connection, false).await else { return Ok(()) };
        match &error {
            MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _)
                if sqlstate(cause).as_deref() == Some("55P03") =>
            {
                if began.elapsed() >= timeout {
                    return Err(DbError::Busy { variable: owner.variable() });
                }
                tracing::warn!("the migration waits for a transaction that uses the table");
                tokio::time::sleep(PAUSE).await;
            }
            _ => return Err(in_words(owner, error)),
        }
    }
}

/// Whether the schema is ours or a newer one that we may work on (R20), and the worker may use it. While another process migrates, the answer is no.
async fn is_current(connection: &mut PgConnection, worker: &str) -> Result<bool, DbError> {
    let mut look = connection.begin().await?;
    sqlx::query("set local lock_timeout = 500").execute(&mut *look).await?;
    let current = is_ours(&mut look, worker).await;
    look.rollback().await?;
    match current {
        Err(DbError::Other(error)) if sqlstate(&error).as_deref() == Some("55P03") => Ok(false),
        current => current,
    }
}

async fn is_ours(connection: &mut PgConnection, worker: &str) -> Result<bool, DbError> {
    let begun: bool =
        sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null").fetch_one(&mut *connection).await?;
    if !begun {
        return Ok(false);
    }
    let applied: Vec<(i64, bool, Vec<u8>)> =
        sqlx::query_as("select version, success, checksum from _sqlx_migrations order by version")
            .fetch_all(&mut *connection)
            .await?;
    let ours: Vec<_> =
        MIGRATOR.iter().map(|migration| (migration.version, true, migration.checksum.to_vec())).collect();
    let suits = match applied.strip_prefix(ours.as_slice()) {
        None => false,
        Some([]) => true,
        Some(newer) => {
            let last = ours.last().map_or(0, |(version, ..)| *version);
            let done = newer.iter().all(|(version, success, _)| *success && *version > last);
            done && floor(connection).await? <= last
        }
    };
    Ok(suits && roles::can_take_on(connection, worker).await?)
}

/// The last migration of the oldest release that may work on this schema.
async fn floor(connection: &mut PgConnection) -> Result<i64, DbError> {
    Ok(sqlx::query_scalar("select version from schema_floor").fetch_one(connection).await?)
}

/// Refuses what would fail later and worse: searches by name need a database that knows Cyrillic letters.
async fn check_fitness(owner: &Target, connection: &mut PgConnection) -> Result<(), DbError> {
    let unfit = |reason: String| DbError::Unfit { variable: owner.variable(), reason };
    let version = connection.server_version_num().unwrap_or(0);
    if version < OLDEST_SERVER {
        let (have, need) = (version / 10_000, OLDEST_SERVER / 10_000);
        return Err(unfit(format!("Postgres {have} is too old, {need} or newer is needed")));
    }
    let knows_cyrillic: bool =
        sqlx::query_scalar("select current_setting('server_encoding') = 'UTF8' and lower('Ё') = 'ё'")
            .fetch_one(connection)
            .await?;
    if !knows_cyrillic {
        return Err(unfit(format!(
            "the database does not know Cyrillic letters; create it anew: \
             createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8 \"{}\"",
            owner.database()
        )));
    }
    Ok(())
}

fn in_words(owner: &Target, error: MigrateError) -> DbError {
    let variable = owner.variable();
    match error {
        MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) => {
            let reason = cause.as_database_error().map(|said| said.message().to_owned()).unwrap_or_default();
            match sqlstate(&cause).as_deref() {
                Some("42501") => {
                    DbError::Unfit { variable, reason: format!("\"{}\" is not the owner: {reason}", owner.user()) }
                }
                Some("0A000" | "58P01") => DbError::Unfit {
                    variable,
                    reason: format!("the server lacks an extension, install postgresql-contrib: {reason}"),
                },
                _ => DbError::Other(cause),
            }
        }
        other => DbError::ForeignSchema { variable, reason: other.to_string() },
    }
}
