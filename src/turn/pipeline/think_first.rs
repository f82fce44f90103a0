//! Turns that think first: with what the process knows of a chat, on a connection that only reads.
//!
//! A turn that only draws holds no lock and no transaction; its effect is one statement. A turn that writes opens its
//! transaction before its first write. Both take effect only if session, user and rights are still as known, and not at all
//! otherwise: then the turn is done again with the chat locked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::attempt::Attempted;
use super::closer::Closing;
use super::incoming::{Incoming, Thought, Turn};
use super::known::{Basis, Known};
use super::session::{self, Mark, Session};
use crate::crm::{Actor, Crm, Opening};
use crate::db::lease::Lease;
use crate::db::{lease, pool};
use crate::error::SystemError;
use crate::flows::Cx;
use crate::text::Say;
use crate::turn::cluster::in_doubt::InDoubt;
use crate::turn::{IncomingUpdate, Row, UpdateKind, UpdateProcessor};

/// Where a turn has come to that thinks first.
enum Progress {
    Attempted(Attempted),
    /// It has only read; its closing is still to be written.
    Drawn(Box<Turn>),
    /// It asks for work first, or for a retry: nothing of it was kept.
    Unclosed,
    /// What it relied on has changed, and nothing of it was kept.
    Outdated,
}

/// Tries an update with what is known of its chat; none when the chat has to be locked for it.
pub(super) async fn process(
    turns: &UpdateProcessor,
    update: &IncomingUpdate,
    mark: Mark,
    in_doubt: &InDoubt,
) -> Result<Option<Attempted>, SystemError> {
    let UpdateKind::Message { visitor, input, callback_id, message_id } = &update.kind else { return Ok(None) };
    let _thinks = turns.known.thinks(visitor.chat_id);
    let known = turns.known.take(visitor.chat_id).filter(|_| mark == Mark::Update);
    let Some((session, actor, basis)) = known.and_then(|known| known.session(visitor, &turns.settings.company)) else {
        return Ok(None);
    };
    let incoming =
        Incoming { visitor, input, callback_id: callback_id.as_deref(), message_id: *message_id, parked: None };
    let thinking = Thinking { turns, update_id: update.update_id, basis, in_doubt };
    let thought = lease::with(pool::reading(&turns.settings.pool), async |connection| {
        thinking.think(&incoming, connection, session, actor).await
    });
    let attempted = match thought.await {
        Ok(Progress::Attempted(attempted)) => Some(attempted),
        Ok(Progress::Drawn(turn)) => thinking.close(*turn).await?.map(Attempted::Committed),
        Ok(Progress::Unclosed) => return Ok(None),
        Ok(Progress::Outdated) => None,
        // The connection has led to a server that is gone, or takes no writes: the other way tells which.
        Err(fault) if fault.is_stale() => {
            tracing::debug!(%fault, "a turn that thinks first is done again");
            None
        }
        Err(fault) => return Err(fault),
    };
    match attempted {
        Some(_) => turns.known.was_right(),
        None => turns.known.was_outdated(),
    }
    Ok(attempted)
}

/// A turn that thinks first.
struct Thinking<'a> {
    turns: &'a UpdateProcessor,
    update_id: i64,
    basis: Basis,
    in_doubt: &'a InDoubt,
}

impl Thinking<'_> {
    async fn think(
        &self,
        incoming: &Incoming<'_>,
        reading: &mut PgConnection,
        session: Session,
        actor: Actor,
    ) -> Result<Progress, SystemError> {
        let settings = &self.turns.settings;
        let now = (settings.clock)();
        let outdated = Arc::new(AtomicBool::new(false));
        let mut transaction = None;
        let opening = self.opening(session.chat_id, now, &mut transaction, outdated.clone());
        let say = Say(actor.language);
        let crm = Crm::reading(reading, actor, now, &settings.company, opening);
        let mut cx = Cx { crm, say, extras: Vec::new() };
        let thought = incoming.think(self.turns, &mut cx, session).await;
        let only_read = cx.crm.has_only_read();
        drop(cx);
        let thought = match thought {
            Ok(thought) => thought,
            Err(_) if outdated.load(Ordering::Relaxed) => return Ok(Progress::Outdated),
            Err(fault) => return Err(fault),
        };
        match (thought, transaction) {
            // What was thought is only kept with its closing: work is not asked for by what may have changed.
            (Thought::Compute(..) | Thought::Retry(_), transaction) => {
                roll_back(transaction).await?;
                Ok(Progress::Unclosed)
            }
            (Thought::Turn(turn), None) if only_read => Ok(Progress::Drawn(turn)),
            (Thought::Turn(turn), Some(mut transaction)) => {
                let chat_id = turn.session.chat_id;
                let (rows, known) = turn.close(self.turns, transaction.connection(), now).await?;
                let rows = self.in_doubt.commit_open(transaction.connection(), rows).await?;
                transaction.give_back().await;
                self.turns.known.keep(chat_id, known);
                Ok(Progress::Attempted(Attempted::Committed(rows)))
            }
            (Thought::Turn(_), None) => Err(SystemError::permanent("a turn has written without a transaction")),
        }
    }

    /// Opens the transaction of a turn that is about to write: the update is marked and the chat locked, if all is as known.
    fn opening<'t>(
        &self,
        chat_id: i64,
        now: DateTime<Utc>,
        transaction: &'t mut Option<Lease>,
        outdated: Arc<AtomicBool>,
    ) -> Opening<'t> {
        let (pool, bot_id) = (self.turns.settings.pool.clone(), self.turns.settings.bot_id);
        let (update_id, basis) = (self.update_id, self.basis.clone());
        Box::new(move || {
            Box::pin(async move {
                let mut leased = Lease::of(&pool).await?;
                sqlx::raw_sql("begin").execute(leased.connection()).await?;
                if session::claim_known(leased.connection(), (bot_id, update_id), chat_id, &basis, now).await? {
                    return Ok(transaction.insert(leased).connection());
                }
                outdated.store(true, Ordering::Relaxed);
                roll_back(Some(leased)).await?;
                Err(SystemError::transient("what a turn relied on has changed"))
            })
        })
    }

    /// Writes the effect of a turn that has only read; none when what it relied on has changed.
    async fn close(&self, turn: Turn) -> Result<Option<Vec<Row>>, SystemError> {
        let now = (self.turns.settings.clock)();
        let Turn { session, actor, drafts } = turn;
        let chat_id = session.chat_id;
        let Some(closing) = Closing::of(&session, drafts, self.update_id, self.basis.clone(), now)? else {
            return Ok(None);
        };
        let (dialogue, answers) = (closing.dialogue.clone(), closing.answers.clone());
        self.in_doubt.closing(chat_id, answers);
        let closed = self.turns.closer.close(closing).await?;
        let mut rows = self.in_doubt.take();
        let Some(closed) = closed else { return Ok(None) };
        rows.extend(closed.rows);
        self.turns.known.keep(chat_id, Known::of(session, closed.session_row, dialogue, actor));
        Ok(Some(rows))
    }
}

async fn roll_back(transaction: Option<Lease>) -> Result<(), SystemError> {
    let Some(mut leased) = transaction else { return Ok(()) };
    sqlx::raw_sql("rollback").execute(leased.connection()).await?;
    leased.give_back().await;
    Ok(())
}
