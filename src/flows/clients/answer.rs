//! The answer to a handover: accept, decline with or without a reason, or withdraw.

use serde::{Deserialize, Serialize};

use super::reason::{self, Reasons};

use crate::crm::{Error, Result, handover};
use crate::domain::Reason;
use crate::flows::kit::{Ask, Confirmed, Form, Given, Taken, Wizard, typed};
use crate::flows::route::ScreenId;
use crate::flows::{Cx, Navigation, Opened, Route, Step, refusals};
use crate::text::{Html, Say};

/// Accepts an offered client and shows the card.
pub async fn accept(handover: i64, cx: &mut Cx<'_>) -> Result<Step> {
    let client = handover::accept(&mut cx.crm, handover).await?;
    Ok(Step::Go(Route::of(ScreenId::Client, client).into(), Some(cx.say.handover_accepted())))
}

/// Takes a hand-over back and shows the card.
pub async fn withdraw(handover: i64, cx: &mut Cx<'_>) -> Result<Step> {
    let client = handover::withdraw(&mut cx.crm, handover).await?;
    Ok(Step::Go(Route::of(ScreenId::Client, client).into(), Some(cx.say.handover_withdrawn())))
}

/// Declining a client: the draft.
#[derive(Clone, Serialize, Deserialize)]
pub struct DeclineForm {
    handover: i64,
    client: i64,
    who: String,
    from: String,
    reason: Option<Reason>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Why;

/// What people say most often.
const REASONS: Reasons = &[Say::decline_reason_busy, Say::decline_reason_away, Say::decline_reason_other];

impl Form for DeclineForm {
    type Field = Why;
    const FIELDS: &'static [Why] = &[Why];

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Wizard<Self>>> {
        let id = nav.id()?;
        let (offer, who) = handover::offer_to_me(&mut cx.crm, id).await?;
        Ok(Opened::Here(Wizard::start(DeclineForm {
            handover: id,
            client: offer.client,
            who,
            from: offer.from.1,
            reason: None,
        })))
    }

    async fn ask(&self, _: Why, _: i64, cx: &mut Cx<'_>) -> Result<Ask> {
        let prompt = cx.say.decline_ask_reason(self.who.as_str(), self.from.as_str());
        Ok(Ask::typed(prompt).choices(reason::choices(REASONS, cx.say), 1).optional())
    }

    async fn take(&mut self, _: Why, given: Given, cx: &mut Cx<'_>) -> Result<Taken> {
        if let Given::Skip = given {
            self.reason = None;
            return Ok(Taken::Next);
        }
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

    async fn card(&self, cx: &mut Cx<'_>) -> Result<Html> {
        let say = cx.say;
        let reason = typed::draft_line(say.field_reason(), self.value(Why, cx), None, say);
        Ok(reason.into_iter().fold(say.decline_card(self.who.as_str(), self.from.as_str()), Html::line))
    }

    fn confirm_label(say: Say) -> Html {
        say.button_confirm()
    }

    async fn confirm(&mut self, cx: &mut Cx<'_>) -> Result<Confirmed<Self::Field>> {
        let words = match handover::decline(&mut cx.crm, self.handover, self.reason.as_ref()).await {
            // The card shows how things stand.
            Err(Error::Refused(refusal)) => refusals::sentence(&refusal, cx),
            done => done.map(|_| cx.say.handover_declined(self.from.as_str()))?,
        };
        Ok(Step::Go(Route::of(ScreenId::Client, self.client).into(), Some(words)).into())
    }
}
