//! Notes: what is worth remembering about a client, on his timeline.

use serde_json::json;

use super::audit::Event;
use super::{Crm, Deed, Fault, StaffId};
use crate::domain::{Note, Permission};

impl Crm<'_> {
    /// Adds a note to a client.
    ///
    /// # Errors
    /// `Denied`; `Gone` for a forged client.
    pub async fn add_note(&mut self, client: i64, note: &Note) -> Deed<i64> {
        self.need(Permission::NoteAdd).await?;
        let client = self.lock_live_client(client).await?;
        Ok(self.write_note(client.id, note).await?)
    }

    /// The notes that came with a lead.
    pub(super) async fn add_notes(&mut self, client: i64, notes: &[Note]) -> Result<(), Fault> {
        for note in notes {
            self.write_note(client, note).await?;
        }
        Ok(())
    }

    async fn write_note(&mut self, client: i64, note: &Note) -> Result<i64, Fault> {
        let author = self.actor.staff().map_or(StaffId::SYSTEM, |staff| staff.id);
        let id = sqlx::query_scalar!(
            "insert into note (client_id, author_id, text, at) values ($1, $2, $3, $4) returning id",
            client,
            author.0,
            note.as_str(),
            self.now
        )
        .fetch_one(&mut *self.connection)
        .await?;
        // The text stands in the note itself, which is never edited: the log needs only whose it is.
        self.audit(Event {
            action: "create",
            entity: "note",
            entity_id: Some(id),
            before: None,
            after: Some(json!({ "client": client })),
            reason: None,
        })
        .await?;
        Ok(id)
    }
}
