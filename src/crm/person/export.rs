//! Export of everything that is known of one person, as JSON.

use serde_json::Value;

use super::{Identity, Subject, places};
use crate::crm::{Crm, Result, person};
use crate::error::SystemError;

/// The person's rows as they are, files included (base64), with the titles of ads and services, and the users who looked
/// at the phone; then what quotes them elsewhere, such as another client's note or an open draft.
///
/// # Errors
/// `Denied` for every actor but the system.
pub async fn export(crm: &mut Crm<'_>, identity: &Identity) -> Result<(Subject, Value)> {
    let person = person::find(crm, identity).await?;
    let mentions = person::mentions(crm, &person).await?;
    let waiting = [person::files_of(&mentions), places::waiting_files(crm, &person).await?].concat();
    let mentions = serde_json::to_value(&mentions)
        .map_err(|_| SystemError::permanent("what quotes the person cannot be written"))?;
    let everything = sqlx::query_scalar!(
            r#"with own_touch as (select * from touch where client_id = any($1)),
                    own_contract as (select * from contract where client_id = any($1)),
                    own_note as (select * from note where client_id = any($1)),
                    own_consent as (select * from client_consent where client_id = any($1)),
                    own_document as (
                        select * from document
                         where id in (select document_id from document_use where client_id = any($1)) or id = any($4)),
                    own_event as (select * from audit_event where id = any($3))
               select jsonb_build_object(
                   'exported_at', $2::timestamptz,
                   'clients', (select coalesce(jsonb_agg(to_jsonb(c) - 'search_name' order by c.id), '[]')
                                 from client c where c.id = any($1)),
                   'touches', (select coalesce(jsonb_agg(to_jsonb(t) || jsonb_build_object('ad', ad.title) order by t.id), '[]')
                                 from own_touch t join ad on ad.id = t.ad_id),
                   'contracts', (select coalesce(jsonb_agg(to_jsonb(k) || jsonb_build_object('service', s.title) order by k.id), '[]')
                                   from own_contract k join service s on s.id = k.service_id),
                   'notes', (select coalesce(jsonb_agg(to_jsonb(n) order by n.id), '[]') from own_note n),
                   'follow_ups', (select coalesce(jsonb_agg(to_jsonb(f) order by f.id), '[]') from follow_up f where f.client_id = any($1)),
                   'consents', (select coalesce(jsonb_agg(to_jsonb(c) order by c.id), '[]') from own_consent c),
                   'handovers', (select coalesce(jsonb_agg(to_jsonb(h) order by h.id), '[]')
                                   from client_handover h where h.client_id = any($1)),
                   'documents', (select coalesce(jsonb_agg(to_jsonb(d) - 'bytes' - 'telegram_file_id'
                                            || jsonb_build_object('base64', translate(encode(d.bytes, 'base64'), E'\n', '')) order by d.id), '[]')
                                   from own_document d),
                   'mentions', $5::jsonb,
                   'audit', (select coalesce(jsonb_agg(to_jsonb(e) order by e.id), '[]') from own_event e)
               ) as "everything!""#,
            &person.clients,
            crm.now,
            &person.events,
            &waiting,
            mentions
        )
        .fetch_one(&mut *crm.connection)
        .await?;
    Ok((person, everything))
}
