//! Messages that stay in the chat: the living screen, notices, and amendments of notices.

use std::time::Duration;

use serde_json::Value;
use teloxide::payloads::SendMessageSetters as _;

use super::sending::Sending;
use super::{Courier, Sent, database, stripped};
use crate::flows::about::About;
use crate::telegram::{CallError, descriptions, render};
use crate::turn::{Before, Living, Markup, Row, Shown};

/// What became of an edit.
enum Edited {
    /// The message shows it.
    Shown,
    /// It is deleted, or too old to be edited.
    Gone,
}

impl Courier {
    /// Draws the living screen: in place, or as a new message when there is none to edit, or one whose protection does not
    /// suit the screen: an edit leaves that as it was sent.
    pub(super) async fn show(
        &self,
        sending: &mut Sending<'_>,
        markup: &Markup,
        below: bool,
    ) -> Result<Sent, CallError> {
        let chat = sending.row.chat_id;
        if let (Some(living), false) = (sending.living, below)
            && markup.suits(living.protected)
            && let Edited::Shown = self.edit(chat, living.message_id, markup).await?
        {
            let now = Living { about: markup.about, bare: markup.rows.is_empty(), ..living };
            let changed = now != living;
            return Ok(Sent::Settled(changed.then_some(Shown { chat_id: chat, living: now, before: None })));
        }
        let instead = !below && sending.living.is_some_and(|living| !markup.suits(living.protected));
        self.place(sending, markup, false, instead).await
    }

    /// Draws the living screen below, without a sound; nothing when the user has done something since it was written.
    pub(super) async fn show_redraw(
        &self,
        sending: &mut Sending<'_>,
        markup: &Markup,
        version: i64,
    ) -> Result<Sent, CallError> {
        let current = self.outbox.is_current(sending.row.chat_id, version).await.map_err(database)?;
        if !current {
            return Ok(Sent::Settled(None));
        }
        self.place(sending, markup, true, false).await
    }

    /// Sends a screen as a new message; the old one loses its buttons, or goes when the new one is shown `instead` of it.
    async fn place(
        &self,
        sending: &mut Sending<'_>,
        markup: &Markup,
        silent: bool,
        instead: bool,
    ) -> Result<Sent, CallError> {
        let chat = sending.row.chat_id;
        let message_id = self.post(sending, markup, silent).await?;
        let living =
            Living { message_id, about: markup.about, bare: markup.rows.is_empty(), protected: markup.protected };
        let before = match sending.living {
            Some(old) if instead => Some(Before::Delete(old.message_id)),
            Some(old) if !old.bare => Some(Before::Strip(old.message_id)),
            _ => None,
        };
        Ok(Sent::Settled(Some(Shown { chat_id: chat, living, before })))
    }

    /// An old screen goes or loses its buttons.
    pub(super) async fn replace(&self, chat: i64, before: Before) {
        match before {
            Before::Strip(message) => self.put_away(chat, message).await,
            Before::Delete(message) => {
                // Too old to be deleted: then it loses its buttons at least.
                if let Err(error) = self.api.call(&render::delete(chat, message)).await {
                    tracing::debug!(%error, "a screen that was replaced stays in the chat");
                    self.put_away(chat, message).await;
                }
            }
        }
    }

    /// An old screen loses its buttons, at best: a tap on one that is left is answered with the present state.
    async fn put_away(&self, chat: i64, message: i64) {
        if let Err(error) = self.strip(chat, message).await {
            tracing::debug!(%error, "an old screen kept its buttons");
        }
    }

    /// Takes the buttons off a message, unless that was done before.
    pub(super) async fn strip(&self, chat: i64, message: i64) -> Result<Value, CallError> {
        stripped::strip(&self.api, &self.stripped, chat, message).await
    }

    /// Sends a notice. One that was sent twice because the program died in between is kept twice, too. One that asks
    /// for what was done before it could be sent is not sent; if that was done while it was being sent, it is amended.
    pub(super) async fn tell(&self, sending: &mut Sending<'_>, markup: &Markup) -> Result<Sent, CallError> {
        let row = sending.row;
        if sending.posted.is_none() && self.put_right(row, markup).await? {
            return Ok(Sent::Settled(None));
        }
        let message = self.post(sending, markup, false).await?;
        self.outbox.keep_notice(row.chat_id, message, markup, self.outbox.now()).await.map_err(database)?;
        self.put_right(row, markup).await?;
        Ok(Sent::Settled(None))
    }

    /// Whether what a notice asks for is done; then every such message of the chat is amended.
    async fn put_right(&self, row: &Row, notice: &Markup) -> Result<bool, CallError> {
        let resolved = self.outbox.resolved(row, notice).await.map_err(database)?;
        if let Some((asked, markup)) = &resolved {
            self.amend(row.chat_id, *asked, markup).await?;
        }
        Ok(resolved.is_some())
    }

    /// Amends earlier notices; a deleted message needs nothing.
    pub(super) async fn amend(&self, chat: i64, earlier: About, markup: &Markup) -> Result<(), CallError> {
        for message in self.outbox.sent_about(chat, earlier).await.map_err(database)? {
            self.edit(chat, message, markup).await?;
            self.outbox.keep_about(chat, message, markup.about, self.outbox.now()).await.map_err(database)?;
        }
        Ok(())
    }

    async fn edit(&self, chat: i64, message: i64, markup: &Markup) -> Result<Edited, CallError> {
        match self.api.call(&render::edit(chat, message, markup)).await {
            Ok(_) => Ok(Edited::Shown),
            Err(CallError::Refused(why)) if descriptions::is_not_modified(&why) => Ok(Edited::Shown),
            Err(CallError::Refused(why)) if descriptions::is_not_editable(&why) => Ok(Edited::Gone),
            Err(error) => Err(error),
        }
    }

    /// Sends a new message, once: a database that fails afterwards is no reason to send another one.
    async fn post(&self, sending: &mut Sending<'_>, markup: &Markup, silent: bool) -> Result<i64, CallError> {
        if let Some(message) = sending.posted {
            return Ok(message);
        }
        sending.check_claim()?;
        let chat = sending.row.chat_id;
        let sent = self.api.call(&render::send(chat, markup).disable_notification(silent)).await?;
        let message = sent.get("message_id").and_then(Value::as_i64).unwrap_or_default();
        sending.posted = Some(message);
        Ok(message)
    }

    /// Sends a stored document beside the screen.
    pub(super) async fn send_document(
        &self,
        chat: i64,
        id: i64,
        caption: &str,
        protected: bool,
    ) -> Result<(), CallError> {
        let _place = self.documents.acquire().await;
        let Some((name, bytes)) = self.outbox.document(id).await.map_err(database)? else { return Ok(()) };
        let part = reqwest::multipart::Part::bytes(bytes).file_name(name);
        let form = reqwest::multipart::Form::new()
            .text("chat_id", chat.to_string())
            .text("caption", caption.to_owned())
            .text("parse_mode", "HTML")
            .text("protect_content", protected.to_string())
            .part("document", part);
        self.api.request("sendDocument", |request| request.multipart(form), Duration::from_secs(60)).await?;
        Ok(())
    }
}
