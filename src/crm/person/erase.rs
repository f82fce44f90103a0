//! Erasure of a person: the rows stay, so that every figure keeps its total, without personal data.

use serde_json::json;

use super::Subject;
use crate::crm::audit::{AuditAction, Event};
use crate::crm::{Crm, Result, person};
use crate::domain::Phone;
use crate::error::SystemError;

/// What stands where a text had to stay.
const ERASED: &str = "erased";

/// Erases the person who has a phone. The phone's place takes a number of a country that does not exist.
///
/// Messages on their way and dialogues are not the business's: the caller looks through them by `traces`.
///
/// # Errors
/// `Denied` for every actor but the system; `Gone` when no client has the phone.
pub async fn erase(crm: &mut Crm<'_>, phone: &Phone) -> Result<Subject> {
    let person = person::find(crm, phone).await?;
    let clients = &person.clients;
    erase_files(crm, clients).await?;
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
    for client in clients {
        crm.audit(Event {
            action: AuditAction::ClientErase,
            entity_id: Some(*client),
            before: None,
            after: Some(json!({})),
            reason: None,
        })
        .await?;
    }
    Ok(person)
}

/// Files of the person's contracts, replaced ones too, and notes, and those that were sent and never kept anywhere: their
/// owner is unknown.
async fn erase_files(crm: &mut Crm<'_>, clients: &[i64]) -> Result<(), SystemError> {
    sqlx::query!(
        "update document set file_name = $2, telegram_file_id = $2, mime = null, size = null, sha256 = null,
                                 bytes = null, stored_at = null, refusal = $2
              where id in (select document_id from document_use where client_id = any($1))
                 or not exists (select from document_use where document_id = document.id)",
        clients,
        ERASED
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

/// The audit log keeps actors, actions and times, and loses the values; so do events elsewhere that quote the person.
async fn erase_history(crm: &mut Crm<'_>, person: &Subject) -> Result<(), SystemError> {
    let quotes: Vec<String> = person.traces.digits.iter().chain(&person.traces.emails).cloned().collect();
    sqlx::query!(
        "update audit_event e
                set before = case when e.before ? 'client' then jsonb_build_object('client', e.before -> 'client') end,
                    after = case when e.after ? 'client' then jsonb_build_object('client', e.after -> 'client') end,
                    reason = case when e.reason is not null then $2 end
              where e.entity = 'client' and e.entity_id = any($1)
                 or e.entity = 'touch' and e.entity_id in (select id from touch where client_id = any($1))
                 or e.entity = 'contract' and e.entity_id in (select id from contract where client_id = any($1))
                 or e.entity = 'note' and e.entity_id in (select id from note where client_id = any($1))
                 or e.entity = 'consent' and e.entity_id in (select id from client_consent where client_id = any($1))
                 or e.entity = 'follow_up' and e.entity_id in (select id from follow_up where client_id = any($1))
                 or exists (select from unnest($3::text[]) quote
                             where strpos(lower(concat_ws(' ', e.before::text, e.after::text, e.reason)), quote) > 0)",
        &person.clients,
        ERASED,
        &quotes
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}

/// Where a person's phone still stands, column by column: texts that users typed elsewhere, such as another client's
/// note. Read from the catalogue, so that no column is forgotten.
pub async fn places_of(crm: &mut Crm<'_>, person: &Subject) -> Result<Vec<(String, i64)>, SystemError> {
    let digits: Vec<String> = person.traces.digits.iter().cloned().collect();
    let columns: Vec<(String, String, bool)> = sqlx::query_as(
            "select c.relname::text, a.attname::text, a.atttypid = 'bytea'::regtype
               from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
              where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                and a.atttypid in ('text'::regtype, 'varchar'::regtype, 'text[]'::regtype, 'jsonb'::regtype, 'bytea'::regtype)
              order by 1, a.attnum",
        )
        .fetch_all(&mut *crm.connection)
        .await?;
    let mut places = Vec::new();
    for (table, column, binary) in columns {
        let text = match binary {
            true => format!("encode(\"{column}\", 'escape')"),
            false => format!("regexp_replace(\"{column}\"::text, '[^0-9]', '', 'g')"),
        };
        let question = format!(
            "select count(*) from \"{table}\" where exists (select from unnest($1) own where strpos({text}, own) > 0)"
        );
        let rows: i64 =
            sqlx::query_scalar(sqlx::AssertSqlSafe(question)).bind(&digits).fetch_one(&mut *crm.connection).await?;
        if rows > 0 {
            places.push((format!("{table}.{column}"), rows));
        }
    }
    Ok(places)
}
