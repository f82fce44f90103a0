//! Retry of a dead letter: the administrator's use case and the sender's turn in one transaction (R5, R10).
//!
//! The row of the parked update takes the place of the update's mark (R2): the transaction that settles it first has
//! the effect, and a failure leaves everything as it was.

use std::sync::Arc;

use sqlx::{Connection as _, PgConnection};

use super::payload::Payload;
use crate::crm::{Actor, Crm, Refusal, Sealed, SplitRefusal, Visitor, parked};
use crate::db::lease;
use crate::error::{SystemError, SystemErrorKind};
use crate::flows::dialogue::{Asker, Input};
use crate::flows::{CallbackData, Compute, Retried};
use crate::turn::cluster::in_doubt::InDoubt;
use crate::turn::outbox::refused;
use crate::turn::pipeline::attempt::{Attempted, ROUNDS};
use crate::turn::pipeline::guard::isolated;
use crate::turn::pipeline::incoming::Incoming;
use crate::turn::pipeline::session::{self, Session};
use crate::turn::{IncomingUpdate, Row, UpdateKind, UpdateProcessor};

/// What a try came to.
enum Tried {
    Committed(Vec<Row>),
    Resent(Vec<Row>),
    Not(Retried),
    Compute(Compute, Asker),
}

/// Tries a parked update again for the administrator who sent `update`. A system error belongs to the administrator's
/// turn, such as a database that is away; what the update itself fails of is an answer.
///
/// `in_doubt` outlives the tries of that turn: a COMMIT without an answer is found done by the next one.
pub(in crate::turn) async fn retry(
    turns: &Arc<UpdateProcessor>,
    update: &IncomingUpdate,
    id: i64,
    in_doubt: &Arc<InDoubt>,
) -> Result<Retried, SystemError> {
    let UpdateKind::Message { visitor, .. } = &update.kind else {
        return Err(SystemError::permanent("nobody asks for a retry"));
    };
    match isolated(rounds(turns.clone(), visitor.clone(), id, in_doubt.clone())).await {
        Err(fault) if fault.kind() == SystemErrorKind::Permanent => {
            tracing::error!(parked = id, %fault, "a parked update has failed again");
            Ok(Retried::Failed(fault.to_string()))
        }
        done => done,
    }
}

async fn rounds(
    turns: Arc<UpdateProcessor>,
    by: Visitor,
    id: i64,
    in_doubt: Arc<InDoubt>,
) -> Result<Retried, SystemError> {
    let mut computed = None;
    for _ in 0..ROUNDS {
        let tried = lease::with(&turns.settings.pool, async |connection| {
            try_once(connection, &turns, &by, id, computed.take(), &in_doubt).await
        })
        .await?;
        match tried {
            Tried::Committed(rows) => {
                turns.send(rows);
                return Ok(Retried::Handled);
            }
            Tried::Resent(rows) => {
                turns.send(rows);
                return Ok(Retried::Resent);
            }
            Tried::Not(retried) => return Ok(retried),
            Tried::Compute(work, asker) => {
                computed = Some(Input::Computed { computed: turns.compute(work).await?, asker });
            }
        }
    }
    Err(SystemError::permanent("a conversation asks for work without end"))
}

async fn try_once(
    connection: &mut PgConnection,
    turns: &UpdateProcessor,
    by: &Visitor,
    id: i64,
    computed: Option<Input>,
    in_doubt: &InDoubt,
) -> Result<Tried, SystemError> {
    let mut transaction = connection.begin().await?;
    match attempt(turns, &mut transaction, by, id, computed).await? {
        Tried::Committed(rows) => in_doubt.commit(transaction, rows).await.map(Tried::Committed),
        Tried::Resent(rows) => in_doubt.commit(transaction, rows).await.map(Tried::Resent),
        Tried::Not(retried @ Retried::Refused(Refusal::AlreadyDone { .. })) => {
            let rows = in_doubt.found(&mut transaction, turns.settings.liveness.process).await?;
            transaction.commit().await?;
            Ok(if rows.is_empty() { Tried::Not(retried) } else { Tried::Committed(rows) })
        }
        Tried::Not(retried) => {
            // A denial is in the audit log, and stays there.
            transaction.commit().await?;
            Ok(Tried::Not(retried))
        }
        Tried::Compute(work, asker) => {
            transaction.rollback().await?;
            Ok(Tried::Compute(work, asker))
        }
    }
}

async fn attempt(
    turns: &UpdateProcessor,
    connection: &mut PgConnection,
    by: &Visitor,
    id: i64,
    computed: Option<Input>,
) -> Result<Tried, SystemError> {
    let now = (turns.settings.clock)();
    let administrator = Actor::read(&mut *connection, by.clone(), &turns.settings.company).await?;
    let mut crm = Crm::new(&mut *connection, administrator, now, &turns.settings.company);
    let parked = match parked::letter(&mut crm, id).await.split_refusal()? {
        Ok(parked) => parked,
        Err(refusal) => return Ok(Tried::Not(Retried::Refused(refusal))),
    };
    if parked.message.is_some() {
        return Ok(match refused::resend(turns, &mut crm, id, &parked).await? {
            Ok(rows) => Tried::Resent(rows),
            Err(retried) => Tried::Not(retried),
        });
    }
    let Some(payload) = open(&parked, turns) else { return Ok(Tried::Not(Retried::Lost)) };
    let sender = payload.visitor();
    if sender.telegram_id == by.telegram_id {
        return Ok(Tried::Not(Retried::Own));
    }
    // The chat before the row: every transaction that locks both takes them in this order.
    let session = session::lock(crm.connection(), sender.chat_id, now).await?;
    let actor = Actor::read(crm.connection(), sender.clone(), &turns.settings.company).await?;
    let Some(session) = session.filter(|_| actor.staff().is_some_and(|staff| staff.id.0 == payload.staff)) else {
        return Ok(Tried::Not(Retried::SenderGone));
    };
    let input = payload.input();
    if let Some(retried) = out_of_place(&payload, &input, &session) {
        return Ok(Tried::Not(retried));
    }
    if let Err(refusal) = parked::retry(&mut crm, id).await.split_refusal()? {
        return Ok(Tried::Not(Retried::Refused(refusal)));
    }
    drop(crm);
    let input = computed.unwrap_or(input);
    let message_id = payload.message_id;
    // The tap itself is long over: Telegram takes no answer to it.
    let incoming = Incoming { visitor: &sender, input: &input, callback_id: None, message_id, parked: Some(&parked) };
    Ok(match incoming.process(turns, connection, session, now).await?.0 {
        Attempted::Compute(work, asker) => Tried::Compute(work, asker),
        // The parked update was itself a tap that asks for a retry: one retry runs no other.
        Attempted::Retry(_) | Attempted::ForNewer(_) => {
            return Err(SystemError::permanent("a retry asks for another one"));
        }
        Attempted::Committed(rows) => Tried::Committed(rows),
        Attempted::Seen => Tried::Committed(Vec::new()),
    })
}

fn open(parked: &Sealed, turns: &UpdateProcessor) -> Option<Payload> {
    Payload::decrypt(parked.letter.as_ref()?, &turns.settings.cipher, parked.bot_id, parked.update_id)
}

/// An input that was meant for one screen must not reach another one, whatever is open there now.
fn out_of_place(payload: &Payload, input: &Input, session: &Session) -> Option<Retried> {
    if session.dialogue.newer_release().is_some() {
        // Their conversation is of a newer release than this process.
        return Some(Retried::SenderBusy);
    }
    if payload.version == session.version {
        return None;
    }
    match input {
        Input::Tap(tap) if tap.is_none_or(|tap| tap.version != CallbackData::NOTICE) => Some(Retried::ScreenGone),
        _ if session.dialogue.is_open() => Some(Retried::SenderBusy),
        _ => None,
    }
}
