//! Poolers of transactions, refused at the start: a session's role, limits and locks are lost behind them.

use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Row as _};
use tokio::time::timeout;

use super::{DbError, Target, pool};

/// A pooler with a single server connection lets the first session wait for the second one's transaction.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// Holds a transaction open on a second connection and asks the first one again: a session of its own answers as before,
/// while a pooler of transactions has given its server connection away, or gives both the same one.
///
/// # Errors [`DbError::Pooled`], and the errors of connecting.
pub(super) async fn refuse(target: &Target, first: &mut PgConnection) -> Result<(), DbError> {
    let own = session(first).await?;
    let mut second = pool::enter(target).await?;
    sqlx::raw_sql("begin").execute(&mut second).await?;
    let (other, _) = session(&mut second).await?;
    let again = timeout(ANSWERS_WITHIN, session(first)).await;
    second.close_hard().await?;
    let same = match again {
        Ok(again) => own.0 != other && again? == own,
        Err(_) => false,
    };
    if same { Ok(()) } else { Err(DbError::Pooled { variable: target.variable(), place: target.place() }) }
}

/// The server's process behind a connection, and the role that it is in. Asked without a prepared statement, which a
/// pooler of transactions loses too.
async fn session(connection: &mut PgConnection) -> Result<(i32, String), DbError> {
    let row = sqlx::raw_sql("select pg_backend_pid() as pid, current_user::text as role").fetch_one(connection).await?;
    Ok((row.try_get("pid")?, row.try_get("role")?))
}
