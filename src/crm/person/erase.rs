//! Erasure of a person: the rows stay, so that every figure keeps its total, without personal data.

use chrono::TimeDelta;
use serde_json::json;

use super::{Identity, Subject, places};
use crate::crm::audit::{AuditAction, Event};
use crate::crm::{Crm, Result, person};
use crate::error::SystemError;

/// The business tables from whose rows a person is erased: they are rewritten afterwards.
pub const TABLES: [&str; 12] = [
    "ad",
    "audit_event",
    "client",
    "client_consent",
    "client_handover",
    "client_word",
    "contract",
    "document",
    "name_word",
    "note",
    "service",
    "touch",
];

/// What users type: in texts about other records the person's phones and addresses are replaced.
const FREE_TEXTS: [(&str, &str); 16] = [
    ("ad", "description"),
    ("audit_event", "after"),
    ("audit_event", "before"),
    ("audit_event", "reason"),
    ("client", "lost_reason"),
    ("client", "phone_raw"),
    ("client_handover", "decline_reason"),
    ("client_handover", "note"),
    ("contract", "note"),
    ("contract", "termination_reason"),
    ("contract", "title"),
    ("contract", "void_reason"),
    ("document", "file_name"),
    ("note", "text"),
    ("service", "description"),
    ("touch", "void_reason"),
];

/// What stands where a text had to stay.
const ERASED: &str = "erased";

/// Erases the person of a request. The phone's place takes a number of a country that does not exist; in texts about other
/// records the phones and addresses are replaced.
///
/// Messages on their way and dialogues are not the business's: the caller looks through them by `traces`. `drafted` are the
/// files of the dialogues that are about the person. Gives the tables as well whose rows were changed.
///
/// # Errors
/// `Denied` for every actor but the system.
pub async fn erase(crm: &mut Crm<'_>, identity: &Identity, drafted: &[i64]) -> Result<(Subject, Vec<String>)> {
    // The search through all tables takes long: the records are locked only after it.
    let person = person::find(crm, identity).await?;
    let waiting = places::waiting_files(crm, &person).await?;
    places::hide(crm, &person, &FREE_TEXTS).await?;
    let person = person::hold(crm, identity).await?;
    let clients = &person.clients;
    erase_files(crm, clients, &[drafted, &waiting].concat()).await?;
    erase_work(crm, clients).await?;
    erase_history(crm, &person).await?;
    sqlx::query!(
        "update client set phone = '+999' || lpad(id::text, 12, '0'), phone_raw = $2, last_name = null,
                               first_name = null, middle_name = null, email = null,
                               lost_reason = case when lost_at is not null then $2 end, version = version + 1
              where id = any($1)",
        clients,
        ERASED
    )
    .execute(&mut *crm.connection)
    .await?;
    // A person without records leaves one event as well: that there was a request.
    let erased = clients.iter().copied().map(Some).chain(clients.is_empty().then_some(None));
    for client in erased {
        crm.audit(Event {
            action: AuditAction::ClientErase,
            entity_id: client,
            before: None,
            after: Some(json!({})),
            reason: None,
        })
        .await?;
    }
    let changed = sqlx::query_scalar!(
        r#"select relname::text as "table!" from pg_stat_xact_user_tables where n_tup_upd + n_tup_del > 0"#
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok((person, changed))
}

/// Files of the person's contracts, replaced ones too, and notes; those that wait for a contract and are known to be theirs;
/// and those that have waited for more than a day: their owner is unknown, and no contract is being written with them.
async fn erase_files(crm: &mut Crm<'_>, clients: &[i64], waiting: &[i64]) -> Result<(), SystemError> {
    sqlx::query!(
        "update document set file_name = $2, telegram_file_id = $2, mime = null, size = null, sha256 = null,
                                 bytes = null, stored_at = null, refusal = $2
              where id in (select document_id from document_use where client_id = any($1))
                 or not exists (select from document_use where document_id = document.id)
                    and (id = any($3) or created_at < $4)",
        clients,
        ERASED,
        waiting,
        crm.now - TimeDelta::days(1)
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}

/// What users wrote about the person.
async fn erase_work(crm: &mut Crm<'_>, clients: &[i64]) -> Result<(), SystemError> {
    sqlx::query!(
        "update contract set title = $2, note = '', document_id = null, version = version + 1,
                                 termination_reason = case when terminated_on is not null then $2 end,
                                 void_reason = case when voided_at is not null then $2 end
              where client_id = any($1)",
        clients,
        ERASED
    )
    .execute(&mut *crm.connection)
    .await?;
    sqlx::query!("update note set text = $2, attachment_id = null where client_id = any($1)", clients, ERASED)
        .execute(&mut *crm.connection)
        .await?;
    sqlx::query!(
        "update client_consent set means = 'ERASED', withdrawn_at = coalesce(withdrawn_at, $2),
                                       withdrawn_by = coalesce(withdrawn_by, 0)
              where client_id = any($1)",
        clients,
        crm.now
    )
    .execute(&mut *crm.connection)
    .await?;
    sqlx::query!("update client_handover set note = '', decline_reason = null where client_id = any($1)", clients)
        .execute(&mut *crm.connection)
        .await?;
    sqlx::query!(
        "update touch set void_reason = $2 where client_id = any($1) and voided_at is not null",
        clients,
        ERASED
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}

/// The audit log keeps actors, actions and times, and loses the values.
async fn erase_history(crm: &mut Crm<'_>, person: &Subject) -> Result<(), SystemError> {
    sqlx::query!(
        "update audit_event e
                set before = case when e.before ? 'client' then jsonb_build_object('client', e.before -> 'client') end,
                    after = case when e.after ? 'client' then jsonb_build_object('client', e.after -> 'client') end,
                    reason = case when e.reason is not null then $2 end
              where e.id = any($1)",
        &person.events,
        ERASED
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}
