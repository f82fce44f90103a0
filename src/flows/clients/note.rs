//! A note to a client: a text, or a file with or without one.
//!
//! A reply to a message about a client comes here too, without the question.

use serde::{Deserialize, Serialize};

use crate::crm::{Attachment, Result, clients, documents, notes};
use crate::domain::{Note, TextError};
use crate::flows::kit::typed;
use crate::flows::{
    ButtonAction, Compute, Computed, Cx, Event, Extra, File, Flow, Navigation, Opened, Route, Screen, Step,
    route::ScreenId,
};

#[derive(Clone, Serialize, Deserialize)]
pub struct AddNote {
    client: i64,
}

impl Flow for AddNote {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Self>> {
        let card = clients::card(&mut cx.crm, nav.id()?).await?;
        Ok(Opened::Here(Self { client: card.id }))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        match event {
            Event::Typed(text) => self.save(&text, None, cx).await,
            Event::Shared(contact) => self.save(&contact.as_text(cx.crm.company.phone_region), None, cx).await,
            Event::Sent(file) => Ok(match documents::check_size(file.size) {
                Ok(()) => Step::Compute(Compute::Fetch(file)),
                Err(_) => Step::Reject(cx.say.note_file_large()),
            }),
            Event::Computed(Computed::Fetched(file, bytes)) => {
                self.save(&file.caption, Some((&file, &bytes[..])), cx).await
            }
            Event::Computed(_) => Ok(Step::Reject(cx.say.note_file_not_fetched())),
            Event::Pressed(ButtonAction::Back) => Ok(Step::Back(None)),
            Event::Pressed(_) | Event::Retried(_) => Ok(Step::Stay),
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let say = cx.say;
        Ok(Screen::new(say.note_ask()).cancel(say))
    }
}

impl AddNote {
    /// Saves it and shows the client, so that it can be undone at once.
    async fn save(&self, text: &str, file: Option<(&File, &[u8])>, cx: &mut Cx<'_>) -> Result<Step> {
        let note = match Note::parse(text) {
            Ok(note) => Some(note),
            Err(TextError::Empty) if file.is_some() => None,
            Err(error) => return Ok(Step::Reject(typed::text_error(error, cx.say.field_note(), cx.say))),
        };
        match (&note, file) {
            (note, Some((file, bytes))) => {
                let attachment = Attachment { file_id: &file.file_id, name: &file.name, bytes };
                notes::add_with_file(&mut cx.crm, self.client, note.as_ref(), attachment).await?;
            }
            (Some(note), None) => {
                notes::add(&mut cx.crm, self.client, note).await?;
            }
            (None, None) => return Ok(Step::Stay),
        }
        Ok(Step::Go(Route::of(ScreenId::Client, self.client).into(), Some(cx.say.note_saved())))
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
