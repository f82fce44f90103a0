//! Notes: what is worth remembering about a client, on his timeline.

use serde_json::json;

use super::audit::Event;
use super::{Crm, Deed, Fault, StaffId};
use crate::domain::{Note, Permission};

/// What came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallOutcome {
    /// We have talked.
    Reached,
    /// Nobody answered: a next try is due.
    NoAnswer,
    /// The number is not his.
    WrongNumber,
}

impl CallOutcome {
    /// Every outcome, in the order of the buttons.
    pub const ALL: [Self; 3] = [Self::Reached, Self::NoAnswer, Self::WrongNumber];

    /// The code that the database stores.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reached => "REACHED",
            Self::NoAnswer => "NO_ANSWER",
            Self::WrongNumber => "WRONG_NUMBER",
        }
    }

    /// The outcome of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }
}

impl Crm<'_> {
    /// Adds a note to a client.
    ///
    /// # Errors
    /// `Denied`; `Gone` for a forged client.
    pub async fn add_note(&mut self, client: i64, note: &Note) -> Deed<i64> {
        self.need(Permission::NoteAdd).await?;
        let client = self.lock_live_client(client).await?;
        Ok(self.write_note(client.id, note.as_str(), None).await?)
    }

    /// Writes down what came of a call.
    ///
    /// # Errors
    /// `Denied`; `Gone` for a forged client.
    pub async fn add_call(&mut self, client: i64, outcome: CallOutcome) -> Deed<i64> {
        self.need(Permission::NoteAdd).await?;
        let client = self.lock_live_client(client).await?;
        Ok(self.write_note(client.id, "", Some(outcome)).await?)
    }

    /// The notes that came with a lead.
    pub(super) async fn add_notes(&mut self, client: i64, notes: &[Note]) -> Result<(), Fault> {
        for note in notes {
            self.write_note(client, note.as_str(), None).await?;
        }
        Ok(())
    }

    async fn write_note(&mut self, client: i64, text: &str, call: Option<CallOutcome>) -> Result<i64, Fault> {
        let author = self.actor.staff().map_or(StaffId::SYSTEM, |staff| staff.id);
        let id = sqlx::query_scalar!(
            "insert into note (client_id, author_id, text, at, call_outcome) values ($1, $2, $3, $4, $5) returning id",
            client,
            author.0,
            text,
            self.now,
            call.map(CallOutcome::code)
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
