//! The outcome of a call, in one tap; no answer leads on to the next try.

use serde::{Deserialize, Serialize};

use crate::crm::{CallOutcome, Fault, Heard};
use crate::flows::{Button, Cx, Event, Flow, Opening, Place, Press, Screen, Step, place::PlaceKind, refusals};
use crate::text::{Html, Say};

#[derive(Serialize, Deserialize)]
pub struct Call {
    client: i64,
}

/// An outcome, as people see it.
pub(super) fn label(outcome: CallOutcome, say: Say) -> Html {
    match outcome {
        CallOutcome::Reached => say.call_reached(),
        CallOutcome::NoAnswer => say.call_no_answer(),
        CallOutcome::WrongNumber => say.call_wrong_number(),
    }
}

impl Flow for Call {
    async fn open(opening: &Opening, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        let client = opening.place.id.unwrap_or_default();
        Ok(match cx.crm.client_card(client).await.heard()? {
            Ok(card) => Step::Stay(Self { client: card.id }),
            Err(refusal) => Step::Back(Some(refusals::sentence(&refusal, cx))),
        })
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        let outcome = match event {
            Event::Pressed(Press::Pick(pick)) => usize::try_from(pick).ok().and_then(|pick| CallOutcome::ALL.get(pick)),
            Event::Pressed(Press::Back) => return Ok(Step::Back(None)),
            Event::Pressed(_) | Event::Computed(_) => None,
            _ => return Ok(Step::Unheard(self)),
        };
        let Some(&outcome) = outcome else { return Ok(Step::Stay(self)) };
        if let Err(refusal) = cx.crm.add_call(self.client, outcome).await.heard()? {
            return Ok(Step::Warn(self, refusals::sentence(&refusal, cx)));
        }
        let words = Some(cx.say.call_saved(label(outcome, cx.say)));
        Ok(match outcome {
            CallOutcome::NoAnswer => Step::Go(Place::of(PlaceKind::FollowUp, self.client).into(), words),
            _ => Step::Back(words),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, Fault> {
        let say = cx.say;
        let outcomes = CallOutcome::ALL.into_iter().zip(0..);
        let buttons = outcomes.map(|(outcome, pick)| Button::press(&label(outcome, say), Press::Pick(pick)));
        let leave = [Button::press(&say.button_back(), Press::Back), Button::press(&say.button_cancel(), Press::Home)];
        Ok(Screen::new(say.call_ask()).grid(buttons, 1).row(leave))
    }
}
