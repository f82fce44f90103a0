//! What is typed, sent and replied means: the answer to the open question, a note, a phone, a search.

use super::{Asker, Dialogue, Input, Said, authorize, root};
use crate::crm::Error;
use crate::error::SystemError;
use crate::flows::commands::is_known;
use crate::flows::registry::{Frame, ScreenId, unheard};
use crate::flows::{About, Cx, Event, Navigation, Opened, Route, refusals};

impl Dialogue {
    /// Whatever is sent while a secret is asked for is deleted, whether the conversation takes it or not; a command that does
    /// not exist is the secret itself, never echoed (A18).
    pub(super) fn keep_secret(&self, input: Input, cx: &mut Cx<'_>) -> Input {
        if !self.asked_secret && !self.awaits_secret() {
            return input;
        }
        let input = match input {
            Input::Command { name, rest } if !is_known(&name) => {
                Input::Event(Event::Typed(format!("/{name} {rest}").trim_end().to_owned()))
            }
            other => other,
        };
        let sent = match &input {
            Input::Event(_) | Input::Replied { .. } => true,
            Input::Computed { asker, .. } => *asker == Asker::Conversation,
            Input::Command { .. } | Input::Tap(_) | Input::Retried(_) => false,
        };
        if sent {
            cx.forget_message();
        }
        input
    }

    /// What the person sent or pressed: an answer to the open conversation, or a search, a phone or a note.
    pub(super) async fn event(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Said, SystemError> {
        let text = event.text(cx.crm.company.phone_region);
        match self.answer(event, cx).await? {
            Some(said) => Ok(said),
            None => self.unheard(text, cx).await,
        }
    }

    /// Gives an event to the conversation on the screen; none when it was not waiting for such a thing.
    pub(super) async fn answer(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Option<Said>, SystemError> {
        if self.stack.is_empty() {
            self.enter(root(cx).into(), cx).await?;
        }
        let Some(frame) = self.stack.pop() else { return Ok(Some(Said::Nothing)) };
        self.act(frame, event, cx).await
    }

    async fn unheard(&mut self, text: Option<String>, cx: &mut Cx<'_>) -> Result<Said, SystemError> {
        match text.and_then(|text| unheard(text, cx)) {
            Some(nav) => self.enter(nav, cx).await,
            None => Ok(Said::Warned(cx.say.not_understood())),
        }
    }

    /// A reply answers the open question; else it is a note to whom the message is about, or means what it says.
    pub(super) async fn replied(
        &mut self,
        about: Option<About>,
        event: Event,
        cx: &mut Cx<'_>,
    ) -> Result<Said, SystemError> {
        if let Some(About { client, .. }) = about
            && self.stack.last().is_some_and(Frame::is_search)
        {
            return self.note(client, event, cx).await;
        }
        if let Some(said) = self.answer(event.clone(), cx).await? {
            return Ok(said);
        }
        if let Some(About { client, .. }) = about {
            return self.note(client, event, cx).await;
        }
        let hint = cx.say.reply_about_nobody();
        Ok(match self.unheard(event.text(cx.crm.company.phone_region), cx).await? {
            Said::Nothing => Said::Told(hint),
            Said::Told(words) => Said::Told(hint.line(words)),
            Said::Warned(words) => Said::Warned(hint.line(words)),
            outside @ (Said::Compute(..) | Said::Retry(_)) => outside,
        })
    }

    /// The question that a file was for has been left: the person is told that the file was not taken. A stranger hears what
    /// every stranger hears (G1).
    pub(super) fn too_late(&self, cx: &Cx<'_>) -> Said {
        match cx.crm.actor.staff() {
            Some(_) => Said::Warned(cx.say.file_came_too_late()),
            None => Said::Nothing,
        }
    }

    /// Writes a note that came as a reply, without the question for it.
    pub(super) async fn note(&mut self, client: i64, event: Event, cx: &mut Cx<'_>) -> Result<Said, SystemError> {
        let nav: Navigation = Route::of(ScreenId::NoteNew, client).into();
        if !authorize(nav.route.kind.entry().access, cx).await? {
            return Ok(Said::Warned(cx.say.refused_denied()));
        }
        let said = match Box::pin(Frame::open(&nav, cx)).await {
            Ok(Opened::Here(question)) => self.act(question, event, cx).await?.unwrap_or(Said::Nothing),
            Ok(Opened::Rejecting(_, why)) => Said::Warned(why),
            Ok(Opened::Elsewhere(step)) => self.follow(None, step, cx).await?,
            Err(Error::Refused(refusal)) => Said::Told(refusals::sentence(&refusal, cx)),
            Err(Error::System(error)) => return Err(error),
        };
        Ok(match said {
            Said::Compute(work, _) => Said::Compute(work, Asker::Note(client)),
            said => said,
        })
    }
}
