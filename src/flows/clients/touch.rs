//! A return of a known client: which ad brought him (H2–H6).

use serde::{Deserialize, Serialize};

use crate::crm::{Refusal, SplitRefusal};
use crate::error::SystemError;
use crate::flows::ads::AdPick;
use crate::flows::kit::{Ask, Form, Given, Taken, Wizard, typed};
use crate::flows::{Cx, Event, Flow, Navigation, Screen, Step, labels, refusals};
use crate::text::{Html, Say};

#[derive(Serialize, Deserialize)]
pub struct TouchForm {
    client: i64,
    ad: AdPick,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub struct WhichAd;

impl Form for TouchForm {
    type Field = WhichAd;
    const FIELDS: &'static [WhichAd] = &[WhichAd];

    async fn ask(&self, _: WhichAd, page: i64, cx: &mut Cx<'_>) -> Result<Ask, SystemError> {
        let prompt = self.card(cx).await?.paragraph(cx.say.lead_ask_ad());
        self.ad.ask(prompt, page, cx).await
    }

    async fn take(&mut self, _: WhichAd, given: Given, cx: &mut Cx<'_>) -> Result<Taken, SystemError> {
        self.ad.take(given, cx).await
    }

    fn label(_: WhichAd, say: Say) -> Html {
        say.field_ad()
    }

    fn value(&self, _: WhichAd, _: &Cx<'_>) -> Option<Html> {
        Some(Html::from(self.ad.title.as_str())).filter(|title| !title.is_empty())
    }

    async fn card(&self, cx: &mut Cx<'_>) -> Result<Html, SystemError> {
        let say = cx.say;
        let card = match cx.crm.client_card(self.client).await.split_refusal()? {
            Ok(card) => card,
            Err(refusal) => return Ok(refusals::sentence(&refusal, cx)),
        };
        let who = card.name.display().unwrap_or_else(|| card.phone.masked());
        let text = say.touch_card(who, labels::state(card.state, say));
        let ad = self.value(WhichAd, cx);
        Ok(text.line(typed::draft_line(say.field_ad(), ad, None, say).unwrap_or_default()))
    }

    async fn confirm(mut self, cx: &mut Cx<'_>) -> Result<Step<Wizard<Self>>, SystemError> {
        let Some(ad) = self.ad.id else { return Ok(Step::Stay(Wizard::start(self))) };
        let refusal = match cx.crm.register_touch(self.client, ad).await.split_refusal()? {
            Ok(touched) if touched.fresh => return Ok(Step::Back(Some(cx.say.touch_saved(touched.ad)))),
            Ok(touched) => return Ok(Step::Back(Some(cx.say.touch_already(touched.ad)))),
            Err(refusal) => refusal,
        };
        let why = refusals::sentence(&refusal, cx);
        Ok(match refusal {
            Refusal::AdFinished => {
                self.ad = AdPick::default();
                Step::Reject(Wizard::edit_field(self, WhichAd), why)
            }
            _ => Step::Reject(Wizard::on_card(self), why),
        })
    }
}

impl Flow for Wizard<TouchForm> {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Step<Self>, SystemError> {
        let client = nav.route.id.unwrap_or_default();
        Ok(match cx.crm.client_card(client).await.split_refusal()? {
            Ok(card) => Step::Stay(Self::start(TouchForm { client: card.id, ad: AdPick::default() })),
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
