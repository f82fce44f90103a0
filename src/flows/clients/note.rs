//! A note to a client: a text, or a file with or without one.
//!
//! A reply to a message about a client comes here too, without the question.

use serde::{Deserialize, Serialize};

use crate::crm::{Attachment, Result, SplitRefusal, clients, documents, notes};
use crate::domain::{Note, TextError};
use crate::error::SystemError;
use crate::flows::kit::typed;
use crate::flows::{
    Button, ButtonAction, Compute, Computed, Cx, Event, Extra, File, Navigation, OldFlow, OldStep, Route, Screen, Step,
    refusals, route::ScreenId,
};

#[derive(Clone, Serialize, Deserialize)]
pub struct AddNote {
    client: i64,
}

impl OldFlow for AddNote {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        let client = nav.route.id.unwrap_or_default();
        Ok(match clients::card(&mut cx.crm, client).await.split_refusal()? {
            Ok(card) => OldStep::Stay(Self { client: card.id }),
            Err(refusal) => OldStep::Back(Some(refusals::sentence(&refusal, cx))),
        })
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        match event {
            Event::Typed(text) => self.save(&text, None, cx).await,
            Event::Shared(contact) => self.save(&contact.as_text(cx.crm.company.phone_region), None, cx).await,
            Event::Sent(file) => Ok(match documents::check_size(file.size) {
                Ok(()) => OldStep::Compute(Compute::Fetch(file)),
                Err(_) => OldStep::Reject(self, cx.say.note_file_large()),
            }),
            Event::Computed(Computed::Fetched(file, bytes)) => {
                self.save(&file.caption, Some((&file, bytes.as_slice())), cx).await
            }
            Event::Computed(_) => Ok(OldStep::Reject(self, cx.say.note_file_not_fetched())),
            Event::Pressed(ButtonAction::Back) => Ok(OldStep::Back(None)),
            Event::Pressed(_) | Event::Retried(_) => Ok(OldStep::Stay(self)),
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let say = cx.say;
        let leave = [
            Button::press(&say.button_back(), ButtonAction::Back),
            Button::press(&say.button_cancel(), ButtonAction::Home),
        ];
        Ok(Screen::new(say.note_ask()).row(leave))
    }
}

impl AddNote {
    /// Saves it and shows the client, so that it can be undone at once.
    async fn save(
        self,
        text: &str,
        file: Option<(&File, &[u8])>,
        cx: &mut Cx<'_>,
    ) -> Result<OldStep<Self>, SystemError> {
        let note = match Note::parse(text) {
            Ok(note) => Some(note),
            Err(TextError::Empty) if file.is_some() => None,
            Err(error) => return Ok(OldStep::Reject(self, typed::text_error(error, cx.say.field_note(), cx.say))),
        };
        let saved = match (&note, file) {
            (note, Some((file, bytes))) => {
                let attachment = Attachment { file_id: &file.file_id, name: &file.name, bytes };
                notes::add_with_file(&mut cx.crm, self.client, note.as_ref(), attachment).await.split_refusal()?
            }
            (Some(note), None) => notes::add(&mut cx.crm, self.client, note).await.split_refusal()?,
            (None, None) => return Ok(OldStep::Stay(self)),
        };
        Ok(match saved {
            Ok(_) => OldStep::Go(Route::of(ScreenId::Client, self.client).into(), Some(cx.say.note_saved())),
            Err(refusal) => OldStep::Reject(self, refusals::sentence(&refusal, cx)),
        })
    }
}

/// Sends a note's file again; the screen stays what it is.
pub async fn send_file(note: i64, cx: &mut Cx<'_>) -> Result<Step> {
    let file = notes::file(&mut cx.crm, note).await?;
    let moment = cx.say.moment(file.at, cx.crm.actor.time_zone(cx.crm.company));
    let caption = cx.say.note_file_caption(moment, file.author.as_str());
    cx.extras.push(Extra::Document { id: file.document.id, caption });
    Ok(Step::Stay)
}
