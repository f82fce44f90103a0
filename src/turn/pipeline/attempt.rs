//! One attempt at one update: by what the process knows of its chat, else with the chat locked from BEGIN to COMMIT.

use sqlx::{Connection as _, PgConnection};

use super::incoming::Incoming;
use super::session::{self, Mark};
use super::think_first;
use crate::crm::{Actor, Visitor};
use crate::db::lease;
use crate::error::SystemError;
use crate::flows::dialogue::{Asker, Input};
use crate::flows::{Compute, Event};
use crate::turn::cluster::in_doubt::InDoubt;
use crate::turn::outbox::reach::Reach;
use crate::turn::outbox::rows::{self, Draft, Row};
use crate::turn::{IncomingUpdate, Outgoing, UpdateKind, UpdateProcessor};

/// What a try came to.
pub(in crate::turn) enum Attempted {
    /// Its effect was there already.
    Seen,
    /// Its effect is in the database, and these messages are to be sent.
    Committed(Vec<Row>),
    /// Work comes first; nothing of the try was kept.
    Compute(Compute, Asker),
    /// The parked update of this id is to be tried again first; nothing of the try was kept.
    Retry(i64),
    /// This process of a newer release has to do it, whose draft is open; nothing of the try was kept (R20).
    ForNewer(i32),
}

/// More rounds of work outside the transaction than any conversation needs.
pub(in crate::turn) const ROUNDS: usize = 4;

/// Tries once, at most for the time that all tries of an update may take (R16).
pub(in crate::turn) async fn process(
    turns: &UpdateProcessor,
    update: &IncomingUpdate,
    mark: Mark,
    in_doubt: &InDoubt,
) -> Result<Attempted, SystemError> {
    let tried = async {
        if let Some(attempted) = think_first::process(turns, update, mark, in_doubt).await? {
            return Ok(attempted);
        }
        lease::with(&turns.settings.pool, async |connection| try_once(connection, turns, update, mark, in_doubt).await)
            .await
    };
    match tokio::time::timeout(turns.settings.limits.time, tried).await {
        Ok(tried) => tried,
        Err(_) => Err(SystemError::transient("a turn took longer than all its tries may")),
    }
}

async fn try_once(
    connection: &mut PgConnection,
    turns: &UpdateProcessor,
    update: &IncomingUpdate,
    mark: Mark,
    in_doubt: &InDoubt,
) -> Result<Attempted, SystemError> {
    let now = (turns.settings.clock)();
    let marked = (turns.settings.bot_id, update.update_id, mark);
    match &update.kind {
        UpdateKind::Message { visitor, input, callback_id, message_id } => {
            let callback_id = callback_id.as_deref();
            let incoming = Incoming { visitor, input, callback_id, message_id: *message_id, parked: None };
            let mut transaction = connection.begin().await?;
            let claimed = session::claim(&mut transaction, marked, visitor.chat_id, now).await?;
            let Some(session) = claimed else { return seen(&mut transaction, turns, in_doubt).await };
            match incoming.process(turns, &mut transaction, session, now).await? {
                (Attempted::Committed(rows), known) => {
                    let rows = in_doubt.commit(transaction, rows).await?;
                    turns.known.keep(visitor.chat_id, known);
                    Ok(Attempted::Committed(rows))
                }
                (other, _) => {
                    transaction.rollback().await?;
                    Ok(other)
                }
            }
        }
        UpdateKind::Foreign { chat_id } => {
            let mut transaction = connection.begin().await?;
            let claimed = session::claim(&mut transaction, marked, *chat_id, now).await?;
            let Some(session) = claimed else { return seen(&mut transaction, turns, in_doubt).await };
            let leave = Draft { chat_id: *chat_id, bulk: false, outgoing: Outgoing::Leave, staff: None, due_at: None };
            let rows = rows::close(&mut transaction, Some(&session), vec![leave], turns.settings.liveness.process, now)
                .await?;
            in_doubt.commit(transaction, rows).await.map(Attempted::Committed)
        }
        UpdateKind::Reachable { chat_id, reachable } => {
            let mut transaction = connection.begin().await?;
            if !session::mark(&mut transaction, marked, now).await? {
                return seen(&mut transaction, turns, in_doubt).await;
            }
            let reach = Reach {
                process: turns.settings.liveness.process,
                company: &turns.settings.company,
                chat_id: *chat_id,
                now,
            };
            let rows = match reachable {
                true => reach.regained(&mut transaction).await?,
                false => reach.lost(&mut transaction).await?,
            };
            in_doubt.commit(transaction, rows).await.map(Attempted::Committed)
        }
        UpdateKind::Unreadable { visitor: Some(visitor) } => {
            if is_stranger(connection, turns, visitor).await? {
                // Every input of a stranger gets the neutral line, and nothing of it is kept (G1).
                let input = Input::Event(Event::Typed(String::new()));
                let kind = UpdateKind::Message { visitor: visitor.clone(), input, callback_id: None, message_id: None };
                let empty = IncomingUpdate { update_id: update.update_id, label: update.label, kind };
                return Box::pin(try_once(connection, turns, &empty, mark, in_doubt)).await;
            }
            Err(SystemError::permanent("an update was not understood"))
        }
        UpdateKind::Unreadable { visitor: None } => Err(SystemError::permanent("an update was not understood")),
        UpdateKind::Ignored => Ok(Attempted::Seen),
    }
}

async fn is_stranger(
    connection: &mut PgConnection,
    turns: &UpdateProcessor,
    visitor: &Visitor,
) -> Result<bool, SystemError> {
    Ok(Actor::read(connection, visitor.clone(), &turns.settings.company).await?.staff().is_none())
}

/// The update has taken effect already: by an earlier try whose COMMIT was not acknowledged, or in another process.
pub(in crate::turn) async fn seen(
    connection: &mut PgConnection,
    turns: &UpdateProcessor,
    in_doubt: &InDoubt,
) -> Result<Attempted, SystemError> {
    let rows = in_doubt.found(connection, turns.settings.liveness.process).await?;
    Ok(if rows.is_empty() { Attempted::Seen } else { Attempted::Committed(rows) })
}
