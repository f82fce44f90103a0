//! The answer to a hand-over: accepting, declining with a reason or without; and taking a hand-over back.
//!
//! Accepting and withdrawing are use cases behind buttons that only open places: they do it at once and show the card.

use serde::{Deserialize, Serialize};

use super::reason::{self, Reasons};
use crate::crm::SplitRefusal;
use crate::domain::Reason;
use crate::error::SystemError;
use crate::flows::kit::{Ask, Form, Given, Taken, Wizard, typed};
use crate::flows::route::ScreenId;
use crate::flows::{ButtonAction, Cx, Event, Flow, Navigation, Route, Screen, Step, refusals};
use crate::text::{Html, Say};

#[derive(Serialize, Deserialize)]
pub struct Accept;

impl Flow for Accept {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Step<Self>, SystemError> {
        let id = nav.route.id.unwrap_or_default();
        Ok(match cx.crm.accept_handover(id).await.split_refusal()? {
            Ok(client) => Step::Go(Route::of(ScreenId::Client, client).into(), Some(cx.say.handover_accepted())),
            Err(refusal) => Step::Back(Some(refusals::sentence(&refusal, cx))),
        })
    }

    async fn on(self, _: Event, _: &mut Cx<'_>) -> Result<Step<Self>, SystemError> {
        Ok(Step::Back(None))
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        Ok(Screen::new(cx.say.handover_accepted()).button(&cx.say.button_home(), ButtonAction::Home))
    }
}

/// Taking a hand-over back.
#[derive(Serialize, Deserialize)]
pub struct Withdraw;

impl Flow for Withdraw {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Step<Self>, SystemError> {
        let id = nav.route.id.unwrap_or_default();
        Ok(match cx.crm.withdraw_handover(id).await.split_refusal()? {
            Ok(client) => Step::Go(Route::of(ScreenId::Client, client).into(), Some(cx.say.handover_withdrawn())),
            Err(refusal) => Step::Back(Some(refusals::sentence(&refusal, cx))),
        })
    }

    async fn on(self, _: Event, _: &mut Cx<'_>) -> Result<Step<Self>, SystemError> {
        Ok(Step::Back(None))
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        Ok(Screen::new(cx.say.handover_withdrawn()).button(&cx.say.button_home(), ButtonAction::Home))
    }
}

/// Declining a client: the draft.
#[derive(Serialize, Deserialize)]
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

    async fn ask(&self, _: Why, _: i64, cx: &mut Cx<'_>) -> Result<Ask, SystemError> {
        let prompt = cx.say.decline_ask_reason(self.who.as_str(), self.from.as_str());
        Ok(Ask::typed(prompt).choices(reason::choices(REASONS, cx.say), 1).optional())
    }

    async fn take(&mut self, _: Why, given: Given, cx: &mut Cx<'_>) -> Result<Taken, SystemError> {
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

    async fn card(&self, cx: &mut Cx<'_>) -> Result<Html, SystemError> {
        let say = cx.say;
        let reason = typed::draft_line(say.field_reason(), self.value(Why, cx), None, say);
        Ok(reason.into_iter().fold(say.decline_card(self.who.as_str(), self.from.as_str()), Html::line))
    }

    fn confirm_label(say: Say) -> Html {
        say.button_confirm()
    }

    async fn confirm(self, cx: &mut Cx<'_>) -> Result<Step<Wizard<Self>>, SystemError> {
        let words = match cx.crm.decline_handover(self.handover, self.reason.as_ref()).await.split_refusal()? {
            Ok(_) => cx.say.handover_declined(self.from.as_str()),
            Err(refusal) => refusals::sentence(&refusal, cx),
        };
        Ok(Step::Go(Route::of(ScreenId::Client, self.client).into(), Some(words)))
    }
}

impl Flow for Wizard<DeclineForm> {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Step<Self>, SystemError> {
        let id = nav.route.id.unwrap_or_default();
        Ok(match cx.crm.offer_to_me(id).await.split_refusal()? {
            Ok((offer, who)) => Step::Stay(Self::start(DeclineForm {
                handover: id,
                client: offer.client,
                who,
                from: offer.from.1,
                reason: None,
            })),
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
