//! The outcome of a call, in one tap; no answer leads on to the next try.

use serde::{Deserialize, Serialize};

use crate::crm::{CallOutcome, Result, clients, notes};
use crate::flows::{Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Route, Screen, Step, route::ScreenId};
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

impl Flow for Call {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Self>> {
        let card = clients::card(&mut cx.crm, nav.id()?).await?;
        Ok(Opened::Here(Self { client: card.id }))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        let outcome = match event {
            Event::Pressed(ButtonAction::Pick(pick)) => {
                usize::try_from(pick).ok().and_then(|pick| CallOutcome::ALL.get(pick))
            }
            Event::Pressed(ButtonAction::Back) => return Ok(Step::Back(None)),
            Event::Pressed(_) | Event::Computed(_) | Event::Retried(_) => None,
            _ => return Ok(Step::NotHandled),
        };
        let Some(&outcome) = outcome else { return Ok(Step::Stay) };
        notes::add_call(&mut cx.crm, self.client, outcome).await?;
        let words = Some(cx.say.call_saved(label(outcome, cx.say)));
        Ok(match outcome {
            CallOutcome::NoAnswer => Step::Go(Route::of(ScreenId::FollowUp, self.client).into(), words),
            _ => Step::Back(words),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let say = cx.say;
        let outcomes = CallOutcome::ALL.into_iter().zip(0..);
        let buttons = outcomes.map(|(outcome, pick)| Button::press(&label(outcome, say), ButtonAction::Pick(pick)));
        Ok(Screen::new(say.call_ask()).grid(buttons, 1).cancel(say))
    }
}
