//! The card of a dead letter: retried, or dropped with a reason (R10, R17).

use serde::{Deserialize, Serialize};

use super::kit::typed;
use super::{Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Retried, Screen, Step, refusals};
use crate::crm::{Error, Parked, Result, parked};
use crate::domain::Reason;
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

impl Flow for ParkedCard {
    async fn open(nav: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self { id: nav.id()?, dropping: false }))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        let done = match (event, self.dropping) {
            (Event::Typed(text), true) => self.drop(&text, cx).await,
            (Event::Pressed(ButtonAction::Back), true) => {
                self.dropping = false;
                Ok(Step::Stay)
            }
            (Event::Pressed(ButtonAction::Act(DROP)), false) => {
                self.dropping = true;
                Ok(Step::Stay)
            }
            (Event::Pressed(ButtonAction::Act(RETRY)), false) => Ok(Step::Retry(self.id)),
            (Event::Retried(retried), false) => self.retried(retried, cx).await,
            (Event::Pressed(ButtonAction::Back), false) => Ok(Step::Back(None)),
            (Event::Pressed(_) | Event::Computed(_) | Event::Retried(_), _) => Ok(Step::Stay),
            _ => Ok(Step::NotHandled),
        };
        match done {
            // Another user has settled it meanwhile: there is no card to stay on.
            Err(Error::Refused(refusal)) => Ok(Step::Back(Some(refusals::sentence(&refusal, cx)))),
            done => done,
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let say = cx.say;
        let parked = parked::card(&mut cx.crm, self.id).await?;
        if self.dropping {
            return Ok(Screen::new(say.check_ask_reason()).leave(say));
        }
        let retry = parked.kept.then(|| Button::press(&say.button_parked_retry(), ButtonAction::Act(RETRY)));
        let drop = Button::press(&say.button_parked_drop(), ButtonAction::Act(DROP));
        let screen = Screen::new(text(&parked, cx)).row(retry.into_iter().chain([drop]));
        Ok(screen.leave(say))
    }
}

impl ParkedCard {
    async fn drop(&self, text: &str, cx: &mut Cx<'_>) -> Result<Step> {
        let reason = match Reason::parse(text) {
            Ok(reason) => reason,
            Err(error) => return Ok(Step::Reject(typed::text_error(error, cx.say.field_reason(), cx.say))),
        };
        parked::discard(&mut cx.crm, self.id, &reason).await?;
        Ok(Step::Back(Some(cx.say.check_settled())))
    }

    /// Says what became of it, and counts what has failed.
    async fn retried(&self, retried: Retried, cx: &mut Cx<'_>) -> Result<Step> {
        let say = cx.say;
        Ok(match retried {
            Retried::Handled => Step::Back(Some(say.parked_handled())),
            Retried::Resent => Step::Back(Some(say.parked_resent())),
            Retried::RecipientBusy => Step::Reject(say.parked_recipient_busy()),
            Retried::RecipientGone => Step::Reject(say.parked_recipient_gone()),
            Retried::Refused(refusal) => return Err(refusal.into()),
            Retried::Own => Step::Reject(say.parked_own()),
            Retried::SenderBusy => Step::Reject(say.parked_sender_busy()),
            Retried::SenderGone => Step::Reject(say.parked_sender_gone()),
            Retried::ScreenGone => Step::Reject(say.parked_screen_gone()),
            Retried::Lost => {
                parked::failed(&mut cx.crm, self.id, None, false).await?;
                Step::Reject(say.parked_lost())
            }
            Retried::Failed(fault) => {
                parked::failed(&mut cx.crm, self.id, Some(&fault), true).await?;
                Step::Reject(say.parked_failed_again())
            }
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
