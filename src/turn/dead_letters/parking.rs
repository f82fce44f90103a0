//! Parking: an update that cannot be handled becomes a dead letter, and its sender gets a code (R10).

use sqlx::{Connection as _, PgConnection};

use super::payload::Payload;
use crate::crm::Actor;
use crate::db::lease;
use crate::error::SystemError;
use crate::flows::{CallbackData, Screen};
use crate::text::{Html, Say};
use crate::turn::cluster::in_doubt::InDoubt;
use crate::turn::outbox::rows::{self, Draft};
use crate::turn::pipeline::session::{self, Mark};
use crate::turn::{IncomingUpdate, Markup, Outgoing, UpdateKind, UpdateProcessor};

/// Parks an update. What was typed is kept encrypted or not at all (G9); the kind, the chat and the code are in the log
/// too. A `bare` one is kept without its payload and gets no answer: all that can be done when even the answer fails.
///
/// The chat's session is read without its lock: a lock that is held for long may be why the update is parked.
pub(in crate::turn) async fn park(
    turns: &UpdateProcessor,
    update: &IncomingUpdate,
    mark: Mark,
    fault: &str,
    bare: bool,
    in_doubt: &InDoubt,
) -> Result<(), SystemError> {
    lease::with(&turns.settings.pool, async |connection| {
        park_on(connection, turns, update, mark, fault, bare, in_doubt).await
    })
    .await
}

async fn park_on(
    connection: &mut PgConnection,
    turns: &UpdateProcessor,
    update: &IncomingUpdate,
    mark: Mark,
    fault: &str,
    bare: bool,
    in_doubt: &InDoubt,
) -> Result<(), SystemError> {
    let code = code()?;
    let now = (turns.settings.clock)();
    let mut transaction = connection.begin().await?;
    if !session::mark(&mut transaction, (turns.settings.bot_id, update.update_id, mark), now).await? {
        // Parked already, or done after all, by a try whose COMMIT was not acknowledged.
        turns.send(in_doubt.found(&mut transaction, turns.settings.liveness.process).await?);
        return Ok(());
    }
    let sender = update.sender().filter(|_| !bare);
    let session = match sender {
        Some(visitor) => session::peek(&mut transaction, visitor.chat_id).await?,
        None => None,
    };
    let payload = session.as_ref().and_then(|session| Payload::of(update, session));
    let payload = payload
        .map(|payload| payload.encrypt(&turns.settings.cipher, turns.settings.bot_id, update.update_id))
        .transpose()?;
    sqlx::query!(
        "insert into parked_update (bot_id, update_id, chat_id, kind, code, fault, parked_at, letter)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        turns.settings.bot_id,
        update.update_id,
        update.chat_id(),
        update.label,
        code,
        fault,
        now,
        payload
    )
    .execute(&mut *transaction)
    .await?;
    let drafts = match sender {
        Some(visitor) => {
            let language = Actor::read(&mut transaction, visitor.clone(), &turns.settings.company).await?.language;
            let awaits_secret = session.is_some_and(|session| session.dialogue.awaits_secret());
            answers(update, visitor.chat_id, awaits_secret, &Say(language).fault(code.clone()))
        }
        None => Vec::new(),
    };
    let rows = rows::close(&mut transaction, None, drafts, turns.settings.liveness.process, now).await?;
    let rows = in_doubt.commit(transaction, rows).await?;
    tracing::error!(kind = update.label, code, fault, "an update was parked");
    turns.send(rows);
    Ok(())
}

/// What the sender of a parked update is told, and what is taken from the chat.
fn answers(update: &IncomingUpdate, chat_id: i64, awaits_secret: bool, words: &Html) -> Vec<Draft> {
    let (callback_id, message_id) = match &update.kind {
        UpdateKind::Message { callback_id, message_id, .. } => (callback_id.clone(), *message_id),
        _ => (None, None),
    };
    // What was typed may be a password: it goes from the chat even if nothing else worked (A13).
    let secret =
        message_id.filter(|_| callback_id.is_none() && awaits_secret).map(|message_id| Outgoing::Delete { message_id });
    let answer = callback_id.map(|callback_id| Outgoing::Answer { callback_id, text: words.plain(), alert: true });
    let notice = Outgoing::Notice(Markup::of(Screen::new(words.clone()), CallbackData::NOTICE));
    answer
        .into_iter()
        .chain(secret)
        .chain([notice])
        .map(|outgoing| Draft { chat_id, bulk: false, outgoing, staff: None, due_at: None })
        .collect()
}

/// Six letters and digits that are told apart on the phone.
pub(in crate::turn) fn code() -> Result<String, SystemError> {
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let mut bytes = [0_u8; 6];
    getrandom::fill(&mut bytes).map_err(|_| SystemError::permanent("the system gives no random numbers"))?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
}
