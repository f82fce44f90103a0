//! Export of everything that is known of one person, as JSON.

use serde_json::Value;

use crate::crm::{Crm, Result, person};
use crate::domain::Phone;

/// The person's rows as they are, files included (base64), with the titles of ads and services, and the users who looked
/// at the phone.
///
/// # Errors
/// `Denied` for every actor but the system; `Gone` when no client has the phone.
pub async fn export(crm: &mut Crm<'_>, phone: &Phone) -> Result<Value> {
    let person = person::find(crm, phone).await?;
    let everything = sqlx::query_scalar!(
            r#"with own_touch as (select * from touch where client_id = any($1)),
                    own_contract as (select * from contract where client_id = any($1)),
                    own_note as (select * from note where client_id = any($1)),
                    own_step as (select * from follow_up where client_id = any($1)),
                    own_consent as (select * from client_consent where client_id = any($1)),
                    own_document as (
                        select * from document
                         where id in (select document_id from document_use where client_id = any($1))),
                    own_event as (
                        select * from audit_event
                         where entity = 'client' and entity_id = any($1)
                            or entity = 'touch' and entity_id in (select id from own_touch)
                            or entity = 'contract' and entity_id in (select id from own_contract)
                            or entity = 'note' and entity_id in (select id from own_note)
                            or entity = 'consent' and entity_id in (select id from own_consent)
                            or entity = 'follow_up' and entity_id in (select id from own_step))
               select jsonb_build_object(
                   'exported_at', $2::timestamptz,
                   'clients', (select jsonb_agg(to_jsonb(c) - 'search_name' order by c.id)
                                 from client c where c.id = any($1)),
                   'touches', (select coalesce(jsonb_agg(to_jsonb(t) || jsonb_build_object('ad', ad.title) order by t.id), '[]')
                                 from own_touch t join ad on ad.id = t.ad_id),
                   'contracts', (select coalesce(jsonb_agg(to_jsonb(k) || jsonb_build_object('service', s.title) order by k.id), '[]')
                                   from own_contract k join service s on s.id = k.service_id),
                   'notes', (select coalesce(jsonb_agg(to_jsonb(n) order by n.id), '[]') from own_note n),
                   'follow_ups', (select coalesce(jsonb_agg(to_jsonb(f) order by f.id), '[]') from own_step f),
                   'consents', (select coalesce(jsonb_agg(to_jsonb(c) order by c.id), '[]') from own_consent c),
                   'handovers', (select coalesce(jsonb_agg(to_jsonb(h) order by h.id), '[]')
                                   from client_handover h where h.client_id = any($1)),
                   'documents', (select coalesce(jsonb_agg(to_jsonb(d) - 'bytes' - 'telegram_file_id'
                                            || jsonb_build_object('base64', translate(encode(d.bytes, 'base64'), E'\n', '')) order by d.id), '[]')
                                   from own_document d),
                   'audit', (select coalesce(jsonb_agg(to_jsonb(e) order by e.id), '[]') from own_event e)
               ) as "everything!""#,
            &person.clients,
            crm.now
        )
        .fetch_one(&mut *crm.connection)
        .await?;
    Ok(everything)
}
