//! Marking a client lost: always with a reason (X12, X13).

use serde::{Deserialize, Serialize};

use super::reason::{self, Reasons};
use crate::crm::{Error, Refusal, Result, clients};
use crate::domain::Reason;
use crate::flows::kit::{Ask, Confirmed, Form, Given, Taken, Wizard, typed};
use crate::flows::{Cx, Navigation, Opened, Step, refusals};
use crate::text::{Html, Say};

#[derive(Clone, Serialize, Deserialize)]
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

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Wizard<Self>>> {
        let card = clients::card(&mut cx.crm, nav.id()?).await?;
        let who = card.name.display().unwrap_or_else(|| card.phone.masked());
        Ok(Opened::Here(Wizard::start(Self { client: card.id, who, reason: None })))
    }

    async fn ask(&self, _: Why, _: i64, cx: &mut Cx<'_>) -> Result<Ask> {
        let prompt = cx.say.lost_ask_reason(self.who.as_str());
        Ok(Ask::typed(prompt).choices(reason::choices(REASONS, cx.say), 1))
    }

    async fn take(&mut self, _: Why, given: Given, cx: &mut Cx<'_>) -> Result<Taken> {
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
        Ok(say.lost_card(self.who.as_str()).line(reason.unwrap_or_default()))
    }

    fn confirm_label(say: Say) -> Html {
        say.button_confirm()
    }

    async fn confirm(&mut self, cx: &mut Cx<'_>) -> Result<Confirmed<Self::Field>> {
        let Some(reason) = &self.reason else { return Ok(Confirmed::Asks(Why, None)) };
        let words = match clients::mark_lost(&mut cx.crm, self.client, reason).await {
            // The card below lists the contracts (X12).
            Err(Error::Refused(refusal @ Refusal::HasLiveContracts(_))) => refusals::sentence(&refusal, cx),
            done => done.map(|()| cx.say.lost_done())?,
        };
        Ok(Step::Back(Some(words)).into())
    }
}
