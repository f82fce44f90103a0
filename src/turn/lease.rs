//! Connections that a server which has fallen silent cannot keep (R9).
//!
//! A cut connection says so. One that is half open, behind a router that has forgotten it, takes what it is given and
//! never answers: whoever waits on it waits for ever, and so does the pool that asks it on its return.

use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres};
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use crate::crm::Fault;

/// More than the server allows a statement, and a lock before it: what takes longer is not answered any more.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a connection that is given back may take to show that it is well.
const GIVE_BACK: Duration = Duration::from_secs(3);

/// A working connection for one piece of work. Dropped in the middle of it, it is closed: a transaction that was cut off
/// while it began would live on in the pool (R11).
pub struct Lease {
    connection: PoolConnection<Postgres>,
    whole: bool,
}

impl Lease {
    /// Takes one from the pool.
    ///
    /// # Errors
    /// A fault when there is none to be had now.
    pub async fn take(pool: &PgPool) -> Result<Self, Fault> {
        Ok(Self { connection: pool.acquire().await?, whole: false })
    }

    /// The connection, for work that is awaited through [`patiently`].
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    /// Gives the connection back if the work came to an end, and says which.
    ///
    /// # Errors
    /// The work's own fault, or one that passes when the server did not answer.
    pub fn finish<T, E: Into<Fault>>(mut self, done: Result<Result<T, E>, Elapsed>) -> Result<T, Fault> {
        match done {
            Ok(done) => {
                self.whole = true;
                done.map_err(Into::into)
            }
            Err(_) => Err(Fault::transient("the database does not answer")),
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.whole {
            tokio::spawn(timeout(GIVE_BACK, self.connection.return_to_pool()));
        } else {
            self.connection.close_on_drop();
        }
    }
}

/// Waits for work with the database, but not for ever.
///
/// # Errors
/// When it took too long.
pub async fn patiently<F: IntoFuture>(work: F) -> Result<F::Output, Elapsed> {
    timeout(PATIENCE, work).await
}
