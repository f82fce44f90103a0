//! File jobs: files fetched after their update is confirmed, as an input of their own (R16).

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use sqlx::{Connection as _, PgConnection};
use tokio::sync::{Notify, SemaphorePermit};

use super::attempt::Attempted;
use super::session::{self, Mark};
use crate::db::lease;
use crate::error::SystemError;
use crate::flows::dialogue::{Asker, Input};
use crate::flows::{Computed, File};
use crate::turn::cluster::in_doubt::InDoubt;
use crate::turn::dead_letters::payload::Payload;
use crate::turn::{FetchError, IncomingUpdate, UpdateKind, UpdateProcessor};

/// Pauses before a file is asked for again when the network failed.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(4)];

/// A file is given up when so many processes have ended while they fetched it.
const ADOPTIONS: i32 = 3;

/// A file that is to be fetched.
pub(in crate::turn) struct FileJob {
    id: i64,
    update_id: i64,
    payload: Payload,
    /// More processes have ended over it than can be chance.
    given_up: bool,
}

/// The file jobs of this process that run now; clones see the same.
#[derive(Clone, Default)]
pub struct Background {
    running: Arc<Mutex<HashSet<i64>>>,
    ended: Arc<Notify>,
}

/// A job that runs, until this is dropped.
struct Running {
    background: Background,
    id: i64,
}

impl Background {
    fn begin(&self, id: i64) -> Running {
        self.lock().insert(id);
        Running { background: self.clone(), id }
    }

    fn ids(&self) -> Vec<i64> {
        self.lock().iter().copied().collect()
    }

    /// Waits until no job runs.
    pub async fn idle(&self) {
        loop {
            let ended = self.ended.notified();
            if self.lock().is_empty() {
                return;
            }
            ended.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<i64>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.background.lock().remove(&self.id);
        self.background.ended.notify_waiters();
    }
}

/// Commits that a conversation waits for a file, in place of the turn that asked for it: the dialogue stays as it was.
pub(in crate::turn) async fn defer(
    turns: &Arc<UpdateProcessor>,
    update: &IncomingUpdate,
    file: &File,
    asker: Asker,
    in_doubt: &InDoubt,
) -> Result<Attempted, SystemError> {
    lease::with(&turns.settings.pool, async |connection| {
        defer_on(connection, turns, update, file, asker, in_doubt).await
    })
    .await
}

async fn defer_on(
    connection: &mut PgConnection,
    turns: &Arc<UpdateProcessor>,
    update: &IncomingUpdate,
    file: &File,
    asker: Asker,
    in_doubt: &InDoubt,
) -> Result<Attempted, SystemError> {
    let UpdateKind::Message { visitor, .. } = &update.kind else {
        return Err(SystemError::permanent("no person asks for a file"));
    };
    let now = (turns.settings.clock)();
    let mut transaction = connection.begin().await?;
    let mark = (turns.settings.bot_id, update.update_id, Mark::Update);
    let Some(session) = session::claim(&mut transaction, mark, visitor.chat_id, now).await? else {
        return super::attempt::seen(&mut transaction, turns, in_doubt).await;
    };
    // The lane goes on meanwhile: the result is the conversation's only while it asks the same question.
    let asker = match (asker, session.dialogue.question()) {
        (Asker::Conversation, Some(question)) => Asker::Question(question),
        (asker, _) => asker,
    };
    let payload = Payload::of_file(update, &session, file, asker)
        .ok_or_else(|| SystemError::permanent("only a colleague's conversation waits for a file"))?;
    let encrypted = payload.encrypt(&turns.settings.cipher, turns.settings.bot_id, update.update_id)?;
    let id = sqlx::query_scalar!(
        "insert into file_job (bot_id, update_id, chat_id, letter, claimed_by, created_at)
         values ($1, $2, $3, $4, $5, now()) returning id",
        turns.settings.bot_id,
        update.update_id,
        visitor.chat_id,
        encrypted,
        turns.settings.liveness.process
    )
    .fetch_one(&mut *transaction)
    .await?;
    // When the answer to this COMMIT is lost, the job is in the table and is adopted from there.
    transaction.commit().await?;
    turns.start_file_job(FileJob { id, update_id: update.update_id, payload, given_up: false });
    Ok(Attempted::Committed(Vec::new()))
}

/// Gives a file job to another process, which fetches the file again: its conversation is of a newer release (R20).
pub(in crate::turn) async fn hand_over(turns: &UpdateProcessor, job: i64, process: i32) -> Result<(), SystemError> {
    let query = sqlx::query!("update file_job set claimed_by = $2 where id = $1", job, process);
    lease::with(&turns.settings.pool, async |connection| query.execute(connection).await).await?;
    Ok(())
}

impl UpdateProcessor {
    /// Takes over the file jobs of dead processes, those of deaf ones if this one is not (R18), and those of this one whose COMMIT was not acknowledged; how many.
    pub async fn adopt_file_jobs(self: &Arc<Self>) -> Result<usize, SystemError> {
        let query = sqlx::query!(
            r#"update file_job set claimed_by = $2, adoptions = adoptions + (claimed_by <> $2)::integer
                where id = any (array(
                      select id from file_job
                       where bot_id = $1
                         and case when claimed_by = $2 then id <> all ($3) and created_at < now() - interval '12 seconds'
                                  else not process_is_alive(claimed_by) or not $4 and process_is_deaf(claimed_by) end
                       order by id limit 100 for update skip locked))
               returning id, update_id, letter, adoptions"#,
            self.settings.bot_id,
            self.settings.liveness.process,
            &self.background.ids(),
            self.settings.liveness.is_deaf()
        );
        let rows = lease::with(&self.settings.pool, async |connection| query.fetch_all(connection).await).await?;
        let found = rows.len();
        for row in rows {
            match Payload::decrypt(&row.letter, &self.settings.cipher, self.settings.bot_id, row.update_id) {
                Some(payload) => {
                    let given_up = row.adoptions >= ADOPTIONS;
                    self.start_file_job(FileJob { id: row.id, update_id: row.update_id, payload, given_up });
                }
                // The token has changed since: retention deletes the row.
                None => tracing::error!(job = row.id, "a file that was waited for cannot be read any more"),
            }
        }
        Ok(found)
    }

    /// Fetches a file beside everything else, and gives it to its conversation.
    fn start_file_job(self: &Arc<Self>, job: FileJob) {
        let (turns, running) = (self.clone(), self.background.begin(job.id));
        tokio::spawn(async move {
            let _running = running;
            let FileJob { id, update_id, payload, given_up } = job;
            let Some((file, asker)) = payload.awaited_file() else { return };
            let (visitor, message_id) = (payload.visitor(), payload.message_id);
            let update = |input| IncomingUpdate {
                update_id,
                label: "file",
                kind: UpdateKind::Message { visitor, input, callback_id: None, message_id },
            };
            let fetched = async { if given_up { (Computed::NotFetched, None) } else { turns.fetch(&file).await } };
            match AssertUnwindSafe(fetched).catch_unwind().await {
                Ok((computed, _place)) => {
                    let _writing = turns.file_writes.acquire().await;
                    let result = update(Input::Computed { computed, asker });
                    turns.clone().process_marked(result, Mark::FileJob(id)).await
                }
                // The panic's text may quote data: the hook has logged where it happened.
                Err(_) => {
                    let fault = SystemError::permanent("a handler panicked");
                    turns.clone().put_aside(&update(payload.input()), Mark::FileJob(id), &fault, &Arc::default()).await
                }
            };
        });
    }

    /// The bytes of a file, and its place behind the semaphore that bounds the memory of all: it is kept as long as the
    /// bytes are (R14).
    async fn fetch(&self, file: &File) -> (Computed, Option<SemaphorePermit<'_>>) {
        let place = self.fetches.acquire().await.ok();
        let mut pauses = PAUSES.iter();
        loop {
            match (self.settings.files.fetch(file).await, pauses.next()) {
                (Ok(bytes), _) => return (Computed::Fetched(file.clone(), bytes), place),
                (Err(FetchError::Unreachable), Some(pause)) => tokio::time::sleep(*pause).await,
                (Err(error), _) => {
                    tracing::warn!(%error, "a file was not fetched");
                    return (Computed::NotFetched, None);
                }
            }
        }
    }
}
