//! A note to a client: one text.

use serde::{Deserialize, Serialize};

use crate::crm::{Fault, Heard};
use crate::domain::Note;
use crate::flows::kit::typed;
use crate::flows::{Button, Cx, Event, Flow, Opening, Press, Screen, Step, refusals};

/// The question.
#[derive(Serialize, Deserialize)]
pub struct AddNote {
    client: i64,
}

impl Flow for AddNote {
    async fn open(opening: &Opening, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        let client = opening.place.id.unwrap_or_default();
        Ok(match cx.crm.client_card(client).await.heard()? {
            Ok(card) => Step::Stay(Self { client: card.id }),
            Err(refusal) => Step::Back(Some(refusals::sentence(&refusal, cx))),
        })
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        let text = match event {
            Event::Typed(text) => text,
            Event::Pressed(Press::Back) => return Ok(Step::Back(None)),
            Event::Pressed(_) | Event::Computed(_) => return Ok(Step::Stay(self)),
            Event::Shared(_) | Event::Sent(_) => {
                let why = cx.say.typed_text_expected(cx.say.field_note());
                return Ok(Step::Warn(self, why));
            }
        };
        let note = match Note::parse(&text) {
            Ok(note) => note,
            Err(error) => return Ok(Step::Warn(self, typed::text_error(error, cx.say.field_note(), cx.say))),
        };
        Ok(match cx.crm.add_note(self.client, &note).await.heard()? {
            Ok(_) => Step::Back(Some(cx.say.note_saved())),
            Err(refusal) => Step::Warn(self, refusals::sentence(&refusal, cx)),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, Fault> {
        let say = cx.say;
        let leave = [Button::press(&say.button_back(), Press::Back), Button::press(&say.button_cancel(), Press::Home)];
        Ok(Screen::new(say.note_ask()).row(leave))
    }
}
