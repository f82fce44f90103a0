//! Notes about a client, shown on the timeline.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::audit::{AuditAction, Event};
use super::{Crm, DocumentLine, Refusal, Result, StaffId, clients, documents};
use crate::domain::{AttachmentKind, Note, Permission, coded_enum};
use crate::error::SystemError;

coded_enum! {
    /// What came of a call.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum CallOutcome {
        Reached = "REACHED",
        /// No answer: a next try is due.
        NoAnswer = "NO_ANSWER",
        /// The number is not the client's.
        WrongNumber = "WRONG_NUMBER",
    }
}

/// A file that comes with a note.
#[derive(Clone, Copy)]
pub struct Attachment<'a> {
    pub file_id: &'a str,
    /// As the sender named it.
    pub name: &'a str,
    /// The content, at most 20 MB.
    pub bytes: &'a [u8],
}

/// A note's file, ready to be shown again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteFile {
    pub document: DocumentLine,
    pub author: String,
    pub at: DateTime<Utc>,
}

/// Adds a note to a client.
///
/// # Errors
/// `Denied`; `Gone` for a forged client.
pub async fn add(crm: &mut Crm<'_>, client: i64, note: &Note) -> Result<i64> {
    crm.require(Permission::NoteAdd).await?;
    let client = clients::lock_live(crm, client).await?;
    Ok(write(crm, client.id, note.as_str(), None, None).await?)
}

/// Adds a note that is a file, with or without words.
///
/// # Errors
/// `Denied`; `Gone` for a forged client; `Document` for what is empty, over 20 MB or of no known kind.
pub async fn add_with_file(crm: &mut Crm<'_>, client: i64, note: Option<&Note>, file: Attachment<'_>) -> Result<i64> {
    crm.use_case(Permission::NoteAdd, async |crm, author| {
        let kind = AttachmentKind::of(file.bytes).map_err(Refusal::Document)?;
        let client = clients::lock_live(crm, client).await?;
        let document =
            documents::keep(crm, file.file_id, &kind.name(file.name), kind.mime(), file.bytes, author).await?;
        let text = note.map(Note::as_str).unwrap_or_default();
        Ok(write(crm, client.id, text, None, Some(document)).await?)
    })
    .await
}

/// The file of a note, for users who may see the note.
///
/// # Errors
/// `Denied`; `Gone` for a forged id, an undone note, and a client who is in no list any more.
pub async fn file(crm: &mut Crm<'_>, note: i64) -> Result<NoteFile> {
    crm.require(Permission::ClientView).await?;
    crm.require(Permission::NoteView).await?;
    let row = sqlx::query!(
        "select document.id, document.file_name, author.full_name, note.at
               from note
               join document on document.id = note.attachment_id
               join staff_user author on author.id = note.author_id
               join client on client.id = note.client_id
              where note.id = $1 and note.voided_at is null and client.voided_at is null
                and document.stored_at is not null",
        note
    )
    .fetch_optional(&mut *crm.connection)
    .await?
    .ok_or(Refusal::Gone)?;
    Ok(NoteFile { document: DocumentLine { id: row.id, name: row.file_name }, author: row.full_name, at: row.at })
}

/// Writes down what came of a call.
///
/// # Errors
/// `Denied`; `Gone` for a forged client.
pub async fn add_call(crm: &mut Crm<'_>, client: i64, outcome: CallOutcome) -> Result<i64> {
    crm.require(Permission::NoteAdd).await?;
    let client = clients::lock_live(crm, client).await?;
    Ok(write(crm, client.id, "", Some(outcome), None).await?)
}

/// Adds a note whose entry was undone once more, as it was, with its file (undo of an undo).
pub(super) async fn add_again(crm: &mut Crm<'_>, client: i64, note: i64) -> Result<()> {
    crm.require(Permission::NoteAdd).await?;
    let client = clients::lock_live(crm, client).await?;
    let was = sqlx::query!(
        "select text, call_outcome, attachment_id from note where id = $1 and client_id = $2 and voided_at is not null",
        note,
        client.id
    )
    .fetch_optional(&mut *crm.connection)
    .await?
    .ok_or(Refusal::HasDependents)?;
    let call = was.call_outcome.as_deref().and_then(CallOutcome::from_code);
    write(crm, client.id, &was.text, call, was.attachment_id).await?;
    Ok(())
}

/// The notes that came with a lead.
pub(super) async fn add_all(crm: &mut Crm<'_>, client: i64, notes: &[Note]) -> Result<(), SystemError> {
    for note in notes {
        write(crm, client, note.as_str(), None, None).await?;
    }
    Ok(())
}

async fn write(
    crm: &mut Crm<'_>,
    client: i64,
    text: &str,
    call: Option<CallOutcome>,
    document: Option<i64>,
) -> Result<i64, SystemError> {
    let author = crm.actor.staff().map_or(StaffId::SYSTEM, |staff| staff.id);
    let id = sqlx::query_scalar!(
        "insert into note (client_id, author_id, text, at, call_outcome, attachment_id)
             values ($1, $2, $3, $4, $5, $6) returning id",
        client,
        author.0,
        text,
        crm.now,
        call.map(CallOutcome::code),
        document
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    // The text stands in the note itself, which is never edited: the log needs only whose it is.
    crm.audit(Event {
        action: AuditAction::NoteCreate,
        entity_id: Some(id),
        before: None,
        after: Some(match document {
            Some(document) => json!({ "client": client, "document": document }),
            None => json!({ "client": client }),
        }),
        reason: None,
    })
    .await?;
    Ok(id)
}
