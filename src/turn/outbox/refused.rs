//! Messages refused by Telegram: the encrypted copy, and how an administrator sends it again (R17).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::reach::person;
use super::rows::{self, Draft, Row};
use crate::crm::{Actor, Crm, Sealed, SplitRefusal, StaffId, parked};
use crate::error::SystemError;
use crate::flows::Retried;
use crate::turn::cluster::redraw;
use crate::turn::{Cipher, Markup, Outgoing, UpdateProcessor};

/// A refused message as it is encrypted.
#[derive(Serialize, Deserialize)]
pub(in crate::turn) struct RefusedMessage {
    chat_id: i64,
    /// The user whose rights allow it.
    staff: Option<StaffId>,
    outgoing: Outgoing,
    /// The conversation that was closed because its screen could not be shown.
    dialogue: Option<Value>,
}

impl RefusedMessage {
    /// What is kept of a message. Of a screen no word is: it is drawn again, and may have shown an invite's code (G9).
    pub fn of(row: &Row, staff: Option<StaffId>, dialogue: Option<Value>) -> Self {
        let outgoing = match &row.outgoing {
            Outgoing::Screen { .. } | Outgoing::Redraw { .. } => {
                Outgoing::Screen { markup: Markup::plain(String::new()), below: true, answer: None }
            }
            other => other.clone(),
        };
        Self { chat_id: row.chat_id, staff, outgoing, dialogue }
    }

    /// Encrypts it for its row.
    pub fn encrypt(&self, cipher: &Cipher, bot_id: i64, code: &str) -> Result<Vec<u8>, SystemError> {
        let text = serde_json::to_vec(self).map_err(|_| SystemError::permanent("a message cannot be written"))?;
        cipher.encrypt(text, &place(bot_id, code))
    }

    fn decrypt(encrypted: &[u8], cipher: &Cipher, bot_id: i64, code: &str) -> Option<Self> {
        serde_json::from_slice(&cipher.decrypt(encrypted, &place(bot_id, code))?).ok()
    }
}

/// Sends a refused message again in the administrator's transaction (`crm`), and settles its row there: of several
/// retries at once one succeeds (R2). A screen is drawn as it has to be now, in the conversation that was closed with
/// it.
pub(in crate::turn) async fn resend(
    turns: &UpdateProcessor,
    crm: &mut Crm<'_>,
    id: i64,
    refused: &Sealed,
) -> Result<Result<Vec<Row>, Retried>, SystemError> {
    let encrypted = refused.message.as_deref();
    let kept = encrypted.and_then(|encrypted| {
        RefusedMessage::decrypt(encrypted, &turns.settings.cipher, refused.bot_id, &refused.code)
    });
    let Some(RefusedMessage { chat_id, staff, outgoing, dialogue }) = kept else { return Ok(Err(Retried::Lost)) };
    let now = crm.now;
    // First what may be in the way: a refusal is committed, with the denial that it may have written.
    let reader = Actor::read(crm.connection(), person(chat_id), &turns.settings.company).await?;
    let screen = matches!(outgoing, Outgoing::Screen { .. });
    if (screen || staff.is_some()) && reader.staff().map(|reader| reader.id) != staff {
        return Ok(Err(Retried::RecipientGone));
    }
    if screen {
        match redraw::is_open(crm.connection(), chat_id, staff).await? {
            None => return Ok(Err(Retried::RecipientGone)),
            Some(true) if dialogue.is_some() => return Ok(Err(Retried::RecipientBusy)),
            Some(_) => {}
        }
    }
    if let Err(refusal) = parked::retry(crm, id).await.split_refusal()? {
        return Ok(Err(Retried::Refused(refusal)));
    }
    if let Some(dialogue) = dialogue {
        redraw::reopen(crm.connection(), chat_id, dialogue).await?;
    }
    let outgoing = match screen {
        true => {
            let redrawn = redraw::redraw(crm.connection(), &turns.settings.company, chat_id, now).await?;
            let markup = redrawn.ok_or_else(|| SystemError::permanent("a screen cannot be drawn again"))?.markup;
            Outgoing::Screen { markup, below: true, answer: None }
        }
        false => outgoing,
    };
    let drafts = vec![Draft { chat_id, bulk: false, outgoing, staff, due_at: None }];
    rows::close(crm.connection(), None, drafts, turns.settings.liveness.process, now).await.map(Ok)
}

/// The additional data of the cipher: a message is decrypted only in its row, and is never taken for an update's
/// payload.
fn place(bot_id: i64, code: &str) -> String {
    format!("{bot_id}/message/{code}")
}
