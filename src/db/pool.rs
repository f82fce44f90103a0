//! Connections: the bot's pool, with few rights and with timeouts, and the owner's.

use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{self, Manager, Metrics, PoolError, QueueMode, RecycleError, RecycleResult};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use tokio::time::timeout;

use super::error::sqlstate;
use super::roles::APP_ROLE;
use super::{DbError, Target, pooler};
use crate::error::SystemError;

/// How long a server may take to accept a connection.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// A connection that was idle for longer is pinged; a ping each time would cost a round trip per turn.
const TRUSTED_AFTER_REST: Duration = Duration::from_secs(2);
/// The timeout of that ping: a half-open connection never answers.
const ANSWERS_WITHIN: Duration = Duration::from_secs(1);
/// More statements than the program has, so that each is prepared once per connection.
const PREPARED_STATEMENTS: usize = 1000;
/// How many connections work on the queues: closings of turns, and what is settled.
const QUEUE_CONNECTIONS: usize = 4;

/// What a reading connection begins with besides: the server refuses every write that its turn has not opened a transaction for.
const READING: &str = "set default_transaction_read_only = on";

/// What a connection of the queues begins with besides. Their tables are planned while they are empty and read while they are
/// full of dead rows: only an index leads past those. A plan that had to do what is forbidden would seem so dear that the server
/// compiled it.
const QUEUES: &str = "set enable_seqscan = off; set enable_bitmapscan = off; set plan_cache_mode = force_generic_plan; \
                      set jit = off";

/// Limits of working connections. The defaults let a stop end within 10 s (R12).
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// At most so many connections.
    pub connections: usize,
    /// How long a statement waits for a row that another transaction holds (R4).
    pub lock: Duration,
    /// How long a statement runs.
    pub statement: Duration,
    /// How long a transaction may sit idle before the server ends it. Transactions of the bot wait for nothing but the
    /// server; that of a stopped process blocks its chat until then (R4, R13).
    pub idle_in_transaction: Duration,
    /// How long to wait for a free connection.
    pub acquire: Duration,
    /// What the server shows in `pg_stat_activity`.
    pub application_name: &'static str,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connections: 10,
            lock: Duration::from_secs(3),
            statement: Duration::from_secs(8),
            idle_in_transaction: Duration::from_secs(4),
            acquire: Duration::from_secs(5),
            application_name: "crmbot",
        }
    }
}

impl Settings {
    /// The first statements of each new connection: one round trip. A server that takes no writes is refused: behind an
    /// address that follows the primary another one answers soon (R13).
    #[must_use]
    pub fn session(&self) -> String {
        format!(
            "do $$ begin if pg_is_in_recovery() then raise exception using errcode = '25006', \
             message = 'this server is a standby'; end if; end $$; set role {APP_ROLE}; set lock_timeout = {}; set statement_timeout = {}; \
             set idle_in_transaction_session_timeout = {}",
            self.lock.as_millis(),
            self.statement.as_millis(),
            self.idle_in_transaction.as_millis(),
        )
    }
}

/// Opens the bot's connections: they work as the application's role, which can neither delete nor run DDL (G12).
///
/// # Errors The errors of connecting in [`DbError`], [`DbError::NotInRole`] and [`DbError::Pooled`].
pub async fn connect(target: &Target, settings: &Settings) -> Result<Pool, DbError> {
    let options = target
        .options()
        .clone()
        .application_name(settings.application_name)
        .statement_cache_capacity(PREPARED_STATEMENTS);
    let session = settings.session();

    // A first connection of our own: the pool would hide why it fails behind a time-out.
    let mut first = enter(target).await?;
    if let Err(error) = sqlx::raw_sql(AssertSqlSafe(session.clone())).execute(&mut first).await {
        return Err(match sqlstate(&error).as_deref() {
            Some("42501" | "22023") => {
                DbError::NotInRole { variable: target.variable(), user: target.user().to_owned() }
            }
            _ => DbError::of_connecting(target, error),
        });
    }
    pooler::refuse(target, &mut first).await?;
    first.close().await?;

    let beside = |besides: &str, size| {
        let session = format!("{session}; {besides}");
        built(Connector { options: options.clone(), session, beside: None }, size, settings)
    };
    let beside = Beside { reading: beside(READING, settings.connections)?, queues: beside(QUEUES, QUEUE_CONNECTIONS)? };
    built(Connector { options, session, beside: Some(beside) }, settings.connections, settings)
}

fn built(connector: Connector, size: usize, settings: &Settings) -> Result<Pool, DbError> {
    Pool::builder(connector)
        .max_size(size)
        .wait_timeout(Some(settings.acquire))
        .create_timeout(Some(CONNECT_WITHIN))
        // The connection that was used last has the statements of the hour, and needs no ping.
        .queue_mode(QueueMode::Lifo)
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| DbError::Other(sqlx::Error::Configuration(error.into())))
}

/// Working connections; clones share them. [`super::lease::with`] does a piece of work on one.
pub type Pool = managed::Pool<Connector>;

/// Opens working connections and decides which of them are used again.
pub struct Connector {
    options: PgConnectOptions,
    /// What each connection begins with.
    session: String,
    beside: Option<Beside>,
}

/// The pools beside the one of working connections.
struct Beside {
    reading: Pool,
    queues: Pool,
}

/// The connections that can only read; a turn thinks on one of them.
#[must_use]
pub fn reading(pool: &Pool) -> &Pool {
    pool.manager().beside.as_ref().map_or(pool, |beside| &beside.reading)
}

/// The connections for statements on the queues: sessions, marks and the outbox.
#[must_use]
pub fn queues(pool: &Pool) -> &Pool {
    pool.manager().beside.as_ref().map_or(pool, |beside| &beside.queues)
}

/// Opens a connection of each kind: the first message after the start does not wait for that, nor what is kept of it.
///
/// # Errors
/// A transient error when none is to be had now.
pub async fn warm(pool: &Pool) -> Result<(), SystemError> {
    for pool in all(pool) {
        drop(pool.get().await?);
    }
    Ok(())
}

/// This pool and those beside it.
pub fn all(pool: &Pool) -> impl Iterator<Item = &Pool> {
    let beside = pool.manager().beside.as_ref();
    [Some(pool), beside.map(|beside| &beside.reading), beside.map(|beside| &beside.queues)].into_iter().flatten()
}

/// A working connection.
pub struct Working {
    pub(super) connection: PgConnection,
    /// A piece of work has it, or was dropped with it: a transaction that was cut off while it began would live on (R11).
    pub(super) at_work: bool,
}

impl Manager for Connector {
    type Type = Working;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<Working, sqlx::Error> {
        let mut connection = self.options.connect().await?;
        sqlx::raw_sql(AssertSqlSafe(self.session.clone())).execute(&mut connection).await?;
        Ok(Working { connection, at_work: false })
    }

    async fn recycle(&self, working: &mut Working, metrics: &Metrics) -> RecycleResult<sqlx::Error> {
        if working.at_work {
            return Err(RecycleError::message("its work was dropped"));
        }
        if metrics.last_used() < TRUSTED_AFTER_REST {
            return Ok(());
        }
        match timeout(ANSWERS_WITHIN, working.connection.ping()).await {
            Ok(answer) => Ok(answer?),
            Err(_) => Err(RecycleError::message("the server does not answer")),
        }
    }
}

impl From<PoolError<sqlx::Error>> for SystemError {
    fn from(error: PoolError<sqlx::Error>) -> Self {
        match error {
            PoolError::Backend(error) => error.into(),
            PoolError::Timeout(_) => sqlx::Error::PoolTimedOut.into(),
            PoolError::Closed | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
                sqlx::Error::PoolClosed.into()
            }
        }
    }
}

/// One connection with the login's own rights: for migrations and legal requests, without time limits.
///
/// # Errors The errors of connecting in [`DbError`].
pub async fn connect_owner(target: &Target) -> Result<PgConnection, DbError> {
    enter(target).await
}

pub(super) async fn enter(target: &Target) -> Result<PgConnection, DbError> {
    let options = target.options().clone().application_name("crmbot");
    match timeout(CONNECT_WITHIN, options.connect()).await {
        Ok(done) => done.map_err(|error| DbError::of_connecting(target, error)),
        Err(_) => Err(DbError::Unreachable {
            variable: target.variable(),
            place: target.place(),
            reason: format!("no answer within {} s", CONNECT_WITHIN.as_secs()),
        }),
    }
}
