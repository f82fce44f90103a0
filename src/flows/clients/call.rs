//! The outcome of a call, in one tap; no answer leads on to the next try.

use serde::{Deserialize, Serialize};

use crate::crm::{CallOutcome, Result, SplitRefusal, clients, notes};
use crate::error::SystemError;
use crate::flows::{
    Button, ButtonAction, Cx, Event, Navigation, OldFlow, OldStep, Route, Screen, refusals, route::ScreenId,
};
use crate::text::{Html, Say};

#[derive(Clone, Serialize, Deserialize)]
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

impl OldFlow for Call {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        let client = nav.route.id.unwrap_or_default();
        Ok(match clients::card(&mut cx.crm, client).await.split_refusal()? {
            Ok(card) => OldStep::Stay(Self { client: card.id }),
            Err(refusal) => OldStep::Back(Some(refusals::sentence(&refusal, cx))),
        })
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        let outcome = match event {
            Event::Pressed(ButtonAction::Pick(pick)) => {
                usize::try_from(pick).ok().and_then(|pick| CallOutcome::ALL.get(pick))
            }
            Event::Pressed(ButtonAction::Back) => return Ok(OldStep::Back(None)),
            Event::Pressed(_) | Event::Computed(_) | Event::Retried(_) => None,
            _ => return Ok(OldStep::NotHandled(self)),
        };
        let Some(&outcome) = outcome else { return Ok(OldStep::Stay(self)) };
        if let Err(refusal) = notes::add_call(&mut cx.crm, self.client, outcome).await.split_refusal()? {
            return Ok(OldStep::Reject(self, refusals::sentence(&refusal, cx)));
        }
        let words = Some(cx.say.call_saved(label(outcome, cx.say)));
        Ok(match outcome {
            CallOutcome::NoAnswer => OldStep::Go(Route::of(ScreenId::FollowUp, self.client).into(), words),
            _ => OldStep::Back(words),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let say = cx.say;
        let outcomes = CallOutcome::ALL.into_iter().zip(0..);
        let buttons = outcomes.map(|(outcome, pick)| Button::press(&label(outcome, say), ButtonAction::Pick(pick)));
        let leave = [
            Button::press(&say.button_back(), ButtonAction::Back),
            Button::press(&say.button_cancel(), ButtonAction::Home),
        ];
        Ok(Screen::new(say.call_ask()).grid(buttons, 1).row(leave))
    }
}
