//! Leased connections with a deadline: a half-open socket is dropped (R9), long work that makes progress is not.
//!
//! A cut connection reports an error. A half-open one, behind a router that has forgotten it, accepts writes and never
//! answers: its user would wait for ever, and so would the pool that tests it on its return.

use crate::error::SystemError;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Connection as _, PgConnection, PgPool, Postgres};
use tokio::time::{Instant, sleep, timeout};

/// The longest silence of the server between two answers: more than it allows a statement with a lock before it.
const SILENCE: Duration = Duration::from_secs(10);

/// How long a connection that is given back may take to show that it is well.
const GIVE_BACK: Duration = Duration::from_secs(3);

/// Does a piece of work on a pooled connection, and gives the connection back when the work has come to an end, well or
/// not. A connection whose server stopped answering or is no primary any more, or whose work was dropped, is closed.
///
/// # Errors
/// The work's own error, or a transient one when no connection is to be had now or the server does not answer.
pub async fn with<T, E: Into<SystemError>>(
    pool: &PgPool,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, E>,
) -> Result<T, SystemError> {
    let mut lease = Lease { connection: pool.acquire().await?, whole: false };
    match patiently(work(&mut lease.connection)).await {
        Ok(done) => {
            let done = done.map_err(Into::into);
            if done.as_ref().is_err_and(SystemError::is_stale) {
                close_idle(pool);
            } else {
                lease.whole = true;
            }
            done
        }
        Err(Silent) => Err(SystemError::transient("the database does not answer")),
    }
}

/// Closes the connections that are at rest: they are of the same time as one that has just failed, and a new primary may
/// answer at the server's address (R13). Those at work are found out by their own work.
pub(in crate::turn) fn close_idle(pool: &PgPool) {
    while let Some(mut idle) = pool.try_acquire() {
        idle.close_on_drop();
    }
}

/// A pooled connection while a piece of work has it. Dropped in the middle of the work it is closed: a transaction that was cut off
/// while it began would live on in the pool (R11).
struct Lease {
    connection: PoolConnection<Postgres>,
    whole: bool,
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.whole {
            // A file of 20 MB would stay in the buffers of each connection that has carried one.
            self.connection.shrink_buffers();
            tokio::spawn(timeout(GIVE_BACK, self.connection.return_to_pool()));
        } else {
            self.connection.close_on_drop();
        }
    }
}

/// The server has not answered for [`SILENCE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::turn) struct Silent;

/// Waits for work with the database as long as the server keeps answering: the limit restarts with each answer, so that a
/// turn of many statements may take its time (R16) and a silent server is still noticed (R9).
///
/// # Errors
/// [`Silent`] when no answer came in time.
pub(in crate::turn) async fn patiently<F: IntoFuture>(work: F) -> Result<F::Output, Silent> {
    within(SILENCE, work.into_future()).await
}

/// Runs `work`, which waits for nothing but the server: each time it is woken, an answer has come.
async fn within<F: Future>(silence: Duration, work: F) -> Result<F::Output, Silent> {
    let mut work = pin!(work);
    let mut limit = pin!(sleep(silence));
    std::future::poll_fn(|context| {
        let over = limit.as_mut().poll(context).is_ready();
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(Ok(done));
        }
        if over {
            return Poll::Ready(Err(Silent));
        }
        limit.as_mut().reset(Instant::now() + silence);
        // A timer that was reset wakes the task only after it was polled.
        match limit.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(Silent)),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn r16_work_that_is_answered_again_and_again_may_take_longer_than_one_answer() {
        let limit = Duration::from_secs(1);
        let (answer, mut answers) = tokio::sync::mpsc::channel(1);
        let server = async move {
            for number in 0..5 {
                sleep(limit / 4).await;
                answer.send(number).await.unwrap();
            }
        };
        let server = tokio::spawn(server);
        let work = async {
            while answers.recv().await != Some(4) {}
            "done"
        };
        let began = Instant::now();
        // R16: five answers, each in time, together beyond the limit of one.
        assert_eq!(within(limit, work).await, Ok("done"));
        assert!(began.elapsed() > limit);
        server.await.unwrap();
    }

    #[tokio::test]
    async fn r9_a_server_that_falls_silent_is_left() {
        assert_eq!(within(Duration::from_millis(20), std::future::pending::<()>()).await, Err(Silent));
    }
}
