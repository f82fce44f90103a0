//! Messages that stay: the living screen, notices beside it, and notices that are put right later.

use chrono::Utc;
use serde_json::Value;
use teloxide::payloads::SendMessageSetters as _;

use super::{Courier, Sent, database};
use crate::flows::about::About;
use crate::telegram::{CallError, render};
use crate::turn::{Living, Markup, Row};

/// What became of an edit.
enum Edited {
    /// The message shows it.
    Shown,
    /// It is deleted, or too old to be edited.
    Gone,
}

impl Courier {
    /// Draws the living screen: in place, or as a new message when there is none to edit.
    pub(super) async fn show(&self, row: &Row, markup: &Markup, below: bool) -> Result<Sent, CallError> {
        let chat = row.chat_id;
        let living = self.outbox.living(chat).await.map_err(database)?;
        if let (Some(living), false) = (living, below)
            && let Edited::Shown = self.edit(chat, living.message_id, markup).await?
        {
            if living.about != markup.about {
                self.note(chat, living.message_id, markup).await?;
            }
            return Ok(Sent::Settled);
        }
        self.place(row, markup, living, false).await
    }

    /// Draws the living screen below, without a sound; nothing when the person has gone on since it was written.
    pub(super) async fn show_again(&self, row: &Row, markup: &Markup, version: i64) -> Result<Sent, CallError> {
        if !self.outbox.is_current(row.chat_id, version).await.map_err(database)? {
            return Ok(Sent::Settled);
        }
        let living = self.outbox.living(row.chat_id).await.map_err(database)?;
        self.place(row, markup, living, true).await
    }

    /// Sends a screen as a new message; the old one loses its buttons.
    async fn place(&self, row: &Row, markup: &Markup, living: Option<Living>, silent: bool) -> Result<Sent, CallError> {
        let chat = row.chat_id;
        let message = self.post(chat, markup, silent).await?;
        self.outbox.keep_living(chat, message, markup.about, row.id, Utc::now()).await.map_err(database)?;
        if let Some(old) = living
            && let Err(error) = self.api.call(&render::strip(chat, old.message_id)).await
        {
            // Not worth a second screen: a tap on an old button is answered with the present state.
            tracing::debug!(%error, "an old screen kept its buttons");
        }
        Ok(Sent::Gone)
    }

    /// Sends a notice. One that was sent twice because the program died in between is kept twice, too. One that asks for
    /// what was done before it could be sent is not sent; if that was done while it was on its way, it is put right.
    pub(super) async fn tell(&self, row: &Row, markup: &Markup) -> Result<Sent, CallError> {
        let asked = markup.about.filter(|about| about.kind.asks());
        if self.put_right(row, asked).await? {
            return Ok(Sent::Settled);
        }
        let message = self.post(row.chat_id, markup, false).await?;
        if markup.about.is_some() {
            self.note(row.chat_id, message, markup).await?;
        }
        self.put_right(row, asked).await?;
        Ok(Sent::Settled)
    }

    /// Whether what a notice asks for is done; then whatever the chat has of it says so.
    async fn put_right(&self, row: &Row, asked: Option<About>) -> Result<bool, CallError> {
        let Some(asked) = asked else { return Ok(false) };
        let amendment = self.outbox.amendment(row.chat_id, asked, row.id).await.map_err(database)?;
        if let Some(markup) = &amendment {
            self.amend(row.chat_id, asked, markup).await?;
        }
        Ok(amendment.is_some())
    }

    /// Puts what was said earlier right; a message that is gone says nothing wrong.
    pub(super) async fn amend(&self, chat: i64, earlier: About, markup: &Markup) -> Result<(), CallError> {
        for message in self.outbox.sent_about(chat, earlier).await.map_err(database)? {
            self.edit(chat, message, markup).await?;
            self.note(chat, message, markup).await?;
        }
        Ok(())
    }

    async fn edit(&self, chat: i64, message: i64, markup: &Markup) -> Result<Edited, CallError> {
        match self.api.call(&render::edit(chat, message, markup)).await {
            Ok(_) => Ok(Edited::Shown),
            Err(CallError::Refused(why)) if why.contains("message is not modified") => Ok(Edited::Shown),
            Err(CallError::Refused(why)) if why.contains("message") => Ok(Edited::Gone),
            Err(error) => Err(error),
        }
    }

    async fn post(&self, chat: i64, markup: &Markup, silent: bool) -> Result<i64, CallError> {
        let sent = self.api.call(&render::send(chat, markup).disable_notification(silent)).await?;
        Ok(sent.get("message_id").and_then(Value::as_i64).unwrap_or_default())
    }

    async fn note(&self, chat: i64, message: i64, markup: &Markup) -> Result<(), CallError> {
        self.outbox.keep_about(chat, message, markup.about, Utc::now()).await.map_err(database)
    }
}
