//! A process is alive while it holds its advisory lock: what a dead one had claimed is free at once, without leases.

use std::time::Duration;

use sqlx::{Connection, PgConnection, PgPool};
use tokio::sync::watch;

use crate::crm::Fault;

/// The class of the locks by which processes show that they live.
pub(super) const ALIVE: i32 = 0x63_72_6d_31;

/// The class of the lock that the one poller of a bot holds (R13).
const POLLER: i32 = 0x63_72_6d_32;

/// How long a lost connection may stay unnoticed.
const BEAT: Duration = Duration::from_secs(1);

/// This process in the eyes of the others.
#[derive(Clone)]
pub struct Presence {
    /// The number under which messages are claimed.
    pub process: i32,
    polls: watch::Receiver<bool>,
}

impl Presence {
    /// Takes a number and holds its lock until the process ends; in the background it also tries to become the poller.
    ///
    /// # Errors
    /// A fault when the database cannot be reached now.
    pub async fn start(pool: &PgPool, bot_id: i64) -> Result<Self, Fault> {
        let process = i32::from_ne_bytes(random()?) & i32::MAX;
        let mut connection = hold(pool, process).await?;
        let (tell, polls) = watch::channel(try_poll(&mut connection, bot_id).await?);
        let pool = pool.clone();
        tokio::spawn(async move {
            loop {
                let polls = *tell.borrow();
                let beat = match polls {
                    true => connection.ping().await.map(|()| true).map_err(Fault::from),
                    false => try_poll(&mut connection, bot_id).await,
                };
                if let Ok(polls) = beat {
                    tell.send_if_modified(|was| std::mem::replace(was, polls) != polls);
                } else {
                    tell.send_replace(false);
                    if let Ok(anew) = hold(&pool, process).await {
                        connection = anew;
                    }
                }
                if tell.is_closed() {
                    return;
                }
                tokio::time::sleep(BEAT).await;
            }
        });
        Ok(Self { process, polls })
    }

    /// Waits until this process is the one that polls.
    pub async fn until_polling(&mut self) {
        // An error means that the keeper is gone, which happens only at the end of the process.
        if self.polls.wait_for(|polls| *polls).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Whether this process is the one that polls.
    #[must_use]
    pub fn polls(&self) -> bool {
        *self.polls.borrow()
    }
}

/// A connection of its own that holds the lock of life.
async fn hold(pool: &PgPool, process: i32) -> Result<PgConnection, Fault> {
    let mut connection = pool.acquire().await?.detach();
    sqlx::query!("select pg_advisory_lock($1, $2)", ALIVE, process).execute(&mut connection).await?;
    Ok(connection)
}

async fn try_poll(connection: &mut PgConnection, bot_id: i64) -> Result<bool, Fault> {
    // Bots are told apart by the low half of their id: a clash only makes one of them wait.
    let key = bot_id as i32;
    let locked = sqlx::query_scalar!("select pg_try_advisory_lock($1, $2)", POLLER, key).fetch_one(connection).await?;
    Ok(locked.unwrap_or(false))
}

fn random() -> Result<[u8; 4], Fault> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_err(|_| Fault::lasting("the system gives no random numbers"))?;
    Ok(bytes)
}
