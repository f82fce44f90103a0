//! Leased connections with a deadline: a half-open socket is dropped (R9), long work that makes progress is not.
//!
//! A cut connection reports an error. A half-open one, behind a router that has forgotten it, accepts writes and never
//! answers: its user would wait for ever, and so would the pool that tests it on its return.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use deadpool::managed::Object;
use sqlx::{Connection as _, PgConnection};
use tokio::time::{Instant, sleep, timeout};

use super::Pool;
use super::pool::{self, Connector, Working};
use crate::error::SystemError;

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
    pool: &Pool,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, E>,
) -> Result<T, SystemError> {
    let mut leased = Lease::of(pool).await?;
    let done = match patiently(work(leased.connection())).await {
        Ok(done) => done.map_err(Into::into),
        Err(Silent) => return Err(SystemError::transient("the database does not answer")),
    };
    if done.as_ref().is_err_and(SystemError::is_stale) {
        close_idle(pool);
        return done;
    }
    leased.give_back().await;
    done
}

/// A pooled connection at work. It is closed where it is not given back.
pub struct Lease {
    // Dropped before what closes it, so that it is back in the pool then.
    leased: Object<Connector>,
    closing: CloseDropped,
}

impl Lease {
    /// Takes a connection; its work must not be silent for long (R9).
    ///
    /// # Errors
    /// A transient error when none is to be had now.
    pub async fn of(pool: &Pool) -> Result<Self, SystemError> {
        // Boxed: the opening of a connection is a large future, and every piece of work holds one of these.
        let mut leased: Object<Connector> = Box::pin(pool.get()).await.inspect_err(|_| close_idle(pool))?;
        leased.at_work = true;
        Ok(Self { leased, closing: CloseDropped { pool: pool.clone(), whole: false } })
    }

    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.leased.connection
    }

    /// Gives the connection back, whose work has come to an end.
    pub async fn give_back(mut self) {
        if rest(&mut self.leased).await {
            self.leased.at_work = false;
            self.closing.whole = true;
        }
    }
}

/// Lets a connection rest after its work; false when the server does not answer.
async fn rest(working: &mut Working) -> bool {
    let Working { connection, .. } = working;
    // The rollback of a transaction that was given up is written with what comes next: nothing must wait for its locks.
    if connection.should_flush() && !matches!(timeout(GIVE_BACK, connection.ping()).await, Ok(Ok(()))) {
        return false;
    }
    // A file of 20 MB would stay in the buffers of each connection that has carried one.
    connection.shrink_buffers();
    true
}

/// Closes the connections that are at rest: they are of the same time as one that has just failed, and a new primary may
/// answer at the server's address (R13). Those at work are found out by their own work.
pub fn close_idle(pool: &Pool) {
    pool::all(pool).for_each(|pool| drop(pool.retain(|_, _| false)));
}

/// Closes the connection of a work that did not end.
struct CloseDropped {
    pool: Pool,
    whole: bool,
}

impl Drop for CloseDropped {
    fn drop(&mut self) {
        if !self.whole {
            self.pool.retain(|working, _| !working.at_work);
        }
    }
}

/// Takes a connection out of the pool, for work of its own that may be silent for long.
///
/// # Errors
/// A transient error when none is to be had now.
pub async fn detached(pool: &Pool) -> Result<PgConnection, SystemError> {
    Ok(Object::take(Box::pin(pool.get()).await?).connection)
}

/// The server has not answered for [`SILENCE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Silent;

/// Waits for work with the database as long as the server keeps answering: the limit restarts with each answer, so that a
/// turn of many statements may take its time (R16) and a silent server is still noticed (R9).
///
/// # Errors
/// [`Silent`] when no answer came in time.
pub async fn patiently<F: IntoFuture>(work: F) -> Result<F::Output, Silent> {
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
