//! A client's phone, corrected with a reason: the only way to change one (C8, C9).

use serde_json::json;

use crate::crm::audit::Event;
use crate::crm::{Crm, Deed, Field, Refusal};
use crate::domain::{Permission, Phone, Reason};

/// A correction of a phone.
#[derive(Debug, Clone)]
pub struct PhoneEdit {
    /// Whose.
    pub client: i64,
    /// The version that was corrected (E1).
    pub version: i32,
    /// The number from now on.
    pub phone: Phone,
    /// The number as typed.
    pub phone_raw: String,
    /// Why.
    pub reason: Reason,
}

impl Crm<'_> {
    /// Corrects a client's phone.
    ///
    /// # Errors
    /// `Denied` (C8); `Gone`; `Changed` (E1); `PhoneOf` another client, with whom a merge can be offered (C9); `Taken` when
    /// the number leads to this very client already, or to an undone lead.
    pub async fn correct_phone(&mut self, edit: &PhoneEdit) -> Deed<()> {
        self.need(Permission::ClientPhone).await?;
        self.mark().await?;
        let done = self.change_phone(edit).await;
        self.settle(done).await
    }

    async fn change_phone(&mut self, edit: &PhoneEdit) -> Deed<()> {
        let client = self.lock_live_client(edit.client).await?;
        if client.version != edit.version {
            return Err(Refusal::Changed.into());
        }
        let owner = sqlx::query!(
            r#"select coalesce(merged_into, id) as "id!", voided_at is not null as "voided!" from client where phone = $1"#,
            edit.phone.as_str()
        )
        .fetch_optional(&mut *self.connection)
        .await?;
        match owner {
            Some(owner) if owner.id == client.id || owner.voided => return Err(Refusal::Taken(Field::Phone).into()),
            Some(owner) => return Err(Refusal::PhoneOf(owner.id).into()),
            None => {}
        }
        let before = sqlx::query_scalar!("select phone from client where id = $1", client.id)
            .fetch_one(&mut *self.connection)
            .await?;
        sqlx::query!(
            "update client set phone = $2, phone_raw = $3, version = version + 1 where id = $1",
            client.id,
            edit.phone.as_str(),
            edit.phone_raw
        )
        .execute(&mut *self.connection)
        .await?;
        self.audit(Event {
            action: "phone",
            entity: "client",
            entity_id: Some(client.id),
            before: Some(json!({ "phone": before })),
            after: Some(json!({ "phone": edit.phone })),
            reason: Some(edit.reason.as_str()),
        })
        .await?;
        Ok(())
    }
}
