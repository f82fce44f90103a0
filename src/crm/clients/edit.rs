//! Corrections of a client's name and e-mail; they make no touch (H10) and change no phone (C8).

use serde_json::json;

use crate::crm::audit::{AuditAction, Event};
use crate::crm::{Crm, Refusal, Result, clients};
use crate::domain::{Email, Permission, PersonName};

/// A correction of name and e-mail.
#[derive(Debug, Clone)]
pub struct ClientEdit {
    pub client: i64,
    /// The version that was corrected: another user's correction in the meantime is shown first (E1).
    pub version: i32,
    /// The whole name from now on.
    pub name: PersonName,
    /// The e-mail from now on.
    pub email: Option<Email>,
}

/// Corrects a client's name and e-mail.
///
/// # Errors
/// `Denied`; `Gone`; `Changed` when another user has corrected the client in the meantime (E1).
pub async fn edit(crm: &mut Crm<'_>, edit: &ClientEdit) -> Result<()> {
    crm.require(Permission::ClientEdit).await?;
    let client = clients::lock_live(crm, edit.client).await?;
    // After a merge it is another record, whose version says nothing of the one that was seen.
    if (client.id, client.version) != (edit.client, edit.version) {
        return Err(Refusal::Changed.into());
    }
    let before = sqlx::query!(
        r#"select json_build_object('last', last_name, 'first', first_name, 'middle', middle_name) as "name!", email
                 from client where id = $1"#,
        client.id
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    sqlx::query!(
        "update client set last_name = $2, first_name = $3, middle_name = $4, email = $5, version = version + 1
              where id = $1",
        client.id,
        edit.name.last.as_ref().map(|name| name.as_str()),
        edit.name.first.as_ref().map(|name| name.as_str()),
        edit.name.middle.as_ref().map(|name| name.as_str()),
        edit.email.as_ref().map(|email| email.as_str()),
    )
    .execute(&mut *crm.connection)
    .await?;
    crm.audit(Event {
        action: AuditAction::ClientEdit,
        entity_id: Some(client.id),
        before: Some(json!({ "name": before.name, "email": before.email })),
        after: Some(json!({ "name": edit.name, "email": edit.email })),
        reason: None,
    })
    .await?;
    Ok(())
}
