//! Dead letters: an update that cannot be handled is put aside, its sender gets a code, and nobody else waits (R10).

use sqlx::{Connection as _, PgConnection};

use super::lease::{Lease, patiently};
use super::letter::Letter;
use super::outbox::{self, Draft};
use super::unsure::Unsure;
use super::{Arrival, Markup, Outgoing, Turns, What, session};
use crate::crm::{Actor, Fault};
use crate::flows::{Screen, Tap};
use crate::text::Say;

/// Parks an update. What was typed is kept sealed or not at all (G9); the kind, the chat and the code are in the log too.
pub(super) async fn park(turns: &Turns, arrival: &Arrival, fault: &Fault, unsure: &Unsure) -> Result<(), Fault> {
    let mut lease = Lease::take(&turns.pool).await?;
    let parked = patiently(park_on(lease.connection(), turns, arrival, fault, unsure)).await;
    lease.finish(parked)
}

async fn park_on(
    connection: &mut PgConnection,
    turns: &Turns,
    arrival: &Arrival,
    fault: &Fault,
    unsure: &Unsure,
) -> Result<(), Fault> {
    let code = code()?;
    let now = (turns.clock)();
    let mut transaction = connection.begin().await?;
    let said = match &arrival.what {
        What::Said { visitor, callback_id, message_id, .. } => Some((visitor, callback_id, *message_id)),
        _ => None,
    };
    let (session, fresh) = match said {
        Some((visitor, ..)) => {
            let claimed =
                session::claim(&mut transaction, turns.bot_id, arrival.update_id, visitor.chat_id, now).await?;
            let fresh = claimed.is_some();
            (claimed, fresh)
        }
        None => (None, session::mark(&mut transaction, turns.bot_id, arrival.update_id, now).await?),
    };
    if !fresh {
        // Parked already, or done after all, by a try that was never heard of.
        let _ = turns.courier.send(unsure.found(&mut transaction, turns.presence.process).await?);
        return Ok(());
    }
    let letter = session.as_ref().and_then(|session| Letter::of(arrival, session));
    let letter = letter.map(|letter| letter.seal(&turns.seal, turns.bot_id, arrival.update_id)).transpose()?;
    sqlx::query!(
        "insert into parked_update (bot_id, update_id, chat_id, kind, code, fault, parked_at, letter)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        turns.bot_id,
        arrival.update_id,
        arrival.chat_id(),
        arrival.kind,
        code,
        fault.to_string(),
        now,
        letter
    )
    .execute(&mut *transaction)
    .await?;
    let mut rows = Vec::new();
    if let (Some((visitor, callback_id, message_id)), Some(session)) = (said, session) {
        let say = Say(Actor::read(&mut transaction, visitor.clone(), &turns.company).await?.language);
        let words = say.fault(code.clone());
        let chat_id = visitor.chat_id;
        let answer = callback_id.iter().map(|callback_id| Outgoing::Answer {
            callback_id: callback_id.clone(),
            text: words.plain(),
            alert: true,
        });
        // What was typed may be a password: it goes from the chat even if nothing else worked (A13).
        let secret = message_id
            .filter(|_| callback_id.is_none() && session.dialogue.awaits_secret())
            .map(|message_id| Outgoing::Delete { message_id });
        let notice = Outgoing::Notice(Markup::of(Screen::new(words.clone()), Tap::NOTICE));
        let drafts = answer
            .chain(secret)
            .chain([notice])
            .map(|outgoing| Draft { chat_id, bulk: false, outgoing, staff: None, due_at: None })
            .collect();
        rows = outbox::close(&mut transaction, Some(&session), drafts, turns.presence.process, now).await?;
    }
    let rows = unsure.commit(transaction, rows).await?;
    tracing::error!(kind = arrival.kind, code, %fault, "an update was parked");
    turns.send(rows);
    Ok(())
}

/// Six letters and digits that are told apart on the phone.
fn code() -> Result<String, Fault> {
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let mut bytes = [0_u8; 6];
    getrandom::fill(&mut bytes).map_err(|_| Fault::lasting("the system gives no random numbers"))?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
}
