//! A return of a known client: which ad brought them (H2–H6).

use serde::{Deserialize, Serialize};

use crate::crm::{Error, Refusal, Result, clients, touches};
use crate::flows::ads::AdPick;
use crate::flows::kit::{Ask, Confirmed, Form, Given, Taken, Wizard, typed};
use crate::flows::{Cx, Navigation, Opened, Step, labels, refusals};
use crate::text::{Html, Say};

#[derive(Clone, Serialize, Deserialize)]
pub struct TouchForm {
    client: i64,
    ad: AdPick,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub struct WhichAd;

impl Form for TouchForm {
    type Field = WhichAd;
    const FIELDS: &'static [WhichAd] = &[WhichAd];

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Wizard<Self>>> {
        let client = nav.id()?;
        let card = clients::card(&mut cx.crm, client).await?;
        Ok(Opened::Here(Wizard::start(TouchForm { client: card.id, ad: AdPick::default() })))
    }

    async fn ask(&self, _: WhichAd, page: i64, cx: &mut Cx<'_>) -> Result<Ask> {
        let prompt = self.card(cx).await?.paragraph(cx.say.lead_ask_ad());
        self.ad.ask(prompt, page, cx).await
    }

    async fn take(&mut self, _: WhichAd, given: Given, cx: &mut Cx<'_>) -> Result<Taken> {
        self.ad.take(given, cx).await
    }

    fn label(_: WhichAd, say: Say) -> Html {
        say.field_ad()
    }

    fn value(&self, _: WhichAd, _: &Cx<'_>) -> Option<Html> {
        Some(Html::from(self.ad.title.as_str())).filter(|title| !title.is_empty())
    }

    async fn card(&self, cx: &mut Cx<'_>) -> Result<Html> {
        let say = cx.say;
        let card = clients::card(&mut cx.crm, self.client).await?;
        let who = card.name.display().unwrap_or_else(|| card.phone.masked());
        let text = say.touch_card(who, labels::state(card.state, say));
        let ad = self.value(WhichAd, cx);
        Ok(text.line(typed::draft_line(say.field_ad(), ad, None, say).unwrap_or_default()))
    }

    async fn confirm(&mut self, cx: &mut Cx<'_>) -> Result<Confirmed<Self::Field>> {
        let Some(ad) = self.ad.id else { return Ok(Confirmed::Asks(WhichAd, None)) };
        let touched = match touches::register(&mut cx.crm, self.client, ad).await {
            Err(Error::Refused(refusal @ Refusal::AdFinished)) => {
                self.ad = AdPick::default();
                return Ok(Confirmed::Asks(WhichAd, Some(refusals::sentence(&refusal, cx))));
            }
            done => done?,
        };
        let words = if touched.fresh { cx.say.touch_saved(touched.ad) } else { cx.say.touch_already(touched.ad) };
        Ok(Step::Back(Some(words)).into())
    }
}
