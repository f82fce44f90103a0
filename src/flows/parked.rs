//! The card of a parked update or a refused message: tried again, or dropped with a reason (R10, R17).

use serde::{Deserialize, Serialize};

use super::kit::typed;
use super::{ButtonAction, Cx, Event, Navigation, OldFlow, OldStep, Retried, Screen, refusals};
use crate::crm::{Parked, Result, SplitRefusal, parked};
use crate::domain::Reason;
use crate::error::SystemError;
use crate::text::Html;

const RETRY: u8 = 1;
/// Asks for the reason to drop it.
const DROP: u8 = 2;

/// Which one, and whether the reason to drop it is being asked for.
#[derive(Clone, Serialize, Deserialize)]
pub struct ParkedCard {
    id: i64,
    dropping: bool,
}

impl OldFlow for ParkedCard {
    async fn open(nav: &Navigation, _: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(OldStep::Stay(Self { id: nav.route.id.unwrap_or_default(), dropping: false }))
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        let id = self.id;
        Ok(match (event, self.dropping) {
            (Event::Typed(text), true) => return self.drop(&text, cx).await,
            (Event::Pressed(ButtonAction::Back), true) => OldStep::Stay(Self { dropping: false, ..self }),
            (Event::Pressed(ButtonAction::Act(DROP)), false) => OldStep::Stay(Self { dropping: true, ..self }),
            (Event::Pressed(ButtonAction::Act(RETRY)), false) => OldStep::Retry(id),
            (Event::Retried(retried), false) => return self.retried(retried, cx).await,
            (Event::Pressed(ButtonAction::Back), false) => OldStep::Back(None),
            (Event::Pressed(_) | Event::Computed(_) | Event::Retried(_), _) => OldStep::Stay(self),
            _ => OldStep::NotHandled(self),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let say = cx.say;
        let screen = match parked::card(&mut cx.crm, self.id).await.split_refusal()? {
            Err(refusal) => Screen::new(refusals::sentence(&refusal, cx)),
            Ok(_) if self.dropping => Screen::new(say.check_ask_reason()),
            Ok(parked) => {
                let retry =
                    parked.kept.then(|| super::Button::press(&say.button_parked_retry(), ButtonAction::Act(RETRY)));
                let drop = super::Button::press(&say.button_parked_drop(), ButtonAction::Act(DROP));
                Screen::new(text(&parked, cx)).row(retry.into_iter().chain([drop]))
            }
        };
        Ok(screen.leave(say))
    }
}

impl ParkedCard {
    async fn drop(self, text: &str, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        let reason = match Reason::parse(text) {
            Ok(reason) => reason,
            Err(error) => return Ok(OldStep::Reject(self, typed::text_error(error, cx.say.field_reason(), cx.say))),
        };
        Ok(match parked::discard(&mut cx.crm, self.id, &reason).await.split_refusal()? {
            Ok(()) => OldStep::Back(Some(cx.say.check_settled())),
            Err(refusal) => OldStep::Back(Some(refusals::sentence(&refusal, cx))),
        })
    }

    /// Says what became of it, and counts what has failed.
    async fn retried(self, retried: Retried, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        let say = cx.say;
        let (counted, why) = match retried {
            Retried::Handled => return Ok(OldStep::Back(Some(say.parked_handled()))),
            Retried::Resent => return Ok(OldStep::Back(Some(say.parked_resent()))),
            Retried::RecipientBusy => return Ok(OldStep::Reject(self, say.parked_recipient_busy())),
            Retried::RecipientGone => return Ok(OldStep::Reject(self, say.parked_recipient_gone())),
            Retried::Refused(refusal) => return Ok(OldStep::Back(Some(refusals::sentence(&refusal, cx)))),
            Retried::Own => return Ok(OldStep::Reject(self, say.parked_own())),
            Retried::SenderBusy => return Ok(OldStep::Reject(self, say.parked_sender_busy())),
            Retried::SenderGone => return Ok(OldStep::Reject(self, say.parked_sender_gone())),
            Retried::ScreenGone => return Ok(OldStep::Reject(self, say.parked_screen_gone())),
            Retried::Lost => (parked::failed(&mut cx.crm, self.id, None, false).await, say.parked_lost()),
            Retried::Failed(fault) => {
                (parked::failed(&mut cx.crm, self.id, Some(&fault), true).await, say.parked_failed_again())
            }
        };
        Ok(match counted.split_refusal()? {
            Ok(()) => OldStep::Reject(self, why),
            Err(refusal) => OldStep::Back(Some(refusals::sentence(&refusal, cx))),
        })
    }
}

fn text(parked: &Parked, cx: &Cx<'_>) -> Html {
    let say = cx.say;
    let mut text = super::check::line(parked, cx);
    if parked.retries > 0 {
        text = text.line(say.parked_retries(parked.retries));
    }
    text.paragraph(match (parked.kept, parked.refused) {
        (true, false) => say.parked_kept(),
        (true, true) => say.parked_message_kept(),
        (false, false) => say.parked_not_kept(),
        (false, true) => say.parked_message_not_kept(),
    })
}
