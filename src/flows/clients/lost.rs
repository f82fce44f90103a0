//! Marking a client lost: always with a reason (X12, X13).

use serde::{Deserialize, Serialize};

use super::reason::{self, Reasons};
use crate::crm::{Refusal, SplitRefusal};
use crate::domain::Reason;
use crate::error::SystemError;
use crate::flows::kit::{Ask, Form, Given, Taken, Wizard, typed};
use crate::flows::{Cx, Event, Flow, Navigation, Screen, Step, refusals};
use crate::text::{Html, Say};

#[derive(Serialize, Deserialize)]
pub struct LostForm {
    client: i64,
    who: String,
    reason: Option<Reason>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Why;

/// What people say most often.
const REASONS: Reasons = &[
    Say::lost_reason_price,
    Say::lost_reason_others,
    Say::lost_reason_later,
    Say::lost_reason_silent,
    Say::lost_reason_wrong,
];

impl Form for LostForm {
    type Field = Why;
    const FIELDS: &'static [Why] = &[Why];

    async fn ask(&self, _: Why, _: i64, cx: &mut Cx<'_>) -> Result<Ask, SystemError> {
        let prompt = cx.say.lost_ask_reason(self.who.as_str());
        Ok(Ask::typed(prompt).choices(reason::choices(REASONS, cx.say), 1))
    }

    async fn take(&mut self, _: Why, given: Given, cx: &mut Cx<'_>) -> Result<Taken, SystemError> {
        Ok(match reason::read(given, REASONS, cx.say) {
            Ok(reason) => {
                self.reason = Some(reason);
                Taken::Next
            }
            Err(why) => Taken::Wrong(why),
        })
    }

    fn label(_: Why, say: Say) -> Html {
        say.field_reason()
    }

    fn value(&self, _: Why, _: &Cx<'_>) -> Option<Html> {
        self.reason.as_ref().map(|reason| reason.as_str().into())
    }

    async fn card(&self, cx: &mut Cx<'_>) -> Result<Html, SystemError> {
        let say = cx.say;
        let reason = typed::draft_line(say.field_reason(), self.value(Why, cx), None, say);
        Ok(say.lost_card(self.who.as_str()).line(reason.unwrap_or_default()))
    }

    fn confirm_label(say: Say) -> Html {
        say.button_confirm()
    }

    async fn confirm(self, cx: &mut Cx<'_>) -> Result<Step<Wizard<Self>>, SystemError> {
        let Some(reason) = &self.reason else { return Ok(Step::Stay(Wizard::start(self))) };
        Ok(match cx.crm.mark_lost(self.client, reason).await.split_refusal()? {
            Ok(()) => Step::Back(Some(cx.say.lost_done())),
            // The card below lists the contracts (X12).
            Err(refusal @ Refusal::HasLiveContracts(_)) => Step::Back(Some(refusals::sentence(&refusal, cx))),
            Err(refusal) => Step::Reject(Wizard::on_card(self), refusals::sentence(&refusal, cx)),
        })
    }
}

impl Flow for Wizard<LostForm> {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Step<Self>, SystemError> {
        let client = nav.route.id.unwrap_or_default();
        Ok(match cx.crm.client_card(client).await.split_refusal()? {
            Ok(card) => {
                let who = card.name.display().unwrap_or_else(|| card.phone.masked());
                Step::Stay(Self::start(LostForm { client: card.id, who, reason: None }))
            }
            Err(refusal) => Step::Back(Some(refusals::sentence(&refusal, cx))),
        })
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<Step<Self>, SystemError> {
        self.drive(event, cx).await
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        self.draw(cx).await
    }
}
