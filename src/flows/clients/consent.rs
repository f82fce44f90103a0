//! A client's consent: noted in one tap by what it was given, and withdrawn.

use serde::{Deserialize, Serialize};

use crate::crm::{ConsentLine, Result, clients, consents};
use crate::domain::{ConsentMeans, local_day};
use crate::flows::{Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Screen, Step, labels};
use crate::text::Html;

/// The client withdraws it.
const WITHDRAW: u8 = 1;

/// The question by what, or the consent that is there.
#[derive(Clone, Serialize, Deserialize)]
pub struct Consent {
    client: i64,
}

/// By what, when, noted by whom; or since when it is withdrawn.
pub(super) fn line(consent: &ConsentLine, cx: &Cx<'_>) -> Html {
    let (say, zone) = (cx.say, cx.crm.actor.time_zone(cx.crm.company));
    if let Some(at) = consent.withdrawn_at {
        return say.consent_line_withdrawn(say.day(local_day(at, zone)));
    }
    let means = consent.means.map_or_else(|| say.dash(), |means| labels::consent_means(means, say));
    say.consent_line(means, say.day(local_day(consent.given_at, zone)), consent.noted_by.as_str())
}

impl Flow for Consent {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Self>> {
        let card = clients::card(&mut cx.crm, nav.id()?).await?;
        Ok(Opened::Here(Self { client: card.id }))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        let words = match event {
            Event::Pressed(ButtonAction::Act(WITHDRAW)) => {
                consents::withdraw(&mut cx.crm, self.client).await?;
                cx.say.consent_withdrawn()
            }
            Event::Pressed(ButtonAction::Pick(pick)) => {
                let means = usize::try_from(pick).ok().and_then(|pick| ConsentMeans::ALL.get(pick));
                let Some(&means) = means else { return Ok(Step::Stay) };
                consents::give(&mut cx.crm, self.client, means).await?;
                cx.say.consent_saved(labels::consent_means(means, cx.say))
            }
            event => return Ok(event.otherwise()),
        };
        Ok(Step::Back(Some(words)))
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let say = cx.say;
        let card = clients::card(&mut cx.crm, self.client).await?;
        let valid = card.consent.as_ref().is_some_and(|consent| consent.withdrawn_at.is_none());
        let present = card.consent.as_ref().map(|consent| line(consent, cx));
        let screen = match valid {
            true => Screen::new(present.unwrap_or_default())
                .row([Button::press(&say.button_consent_withdraw(), ButtonAction::Act(WITHDRAW))]),
            false => {
                let text = Html::join(present.into_iter().chain([say.consent_ask()]), "\n\n");
                let means = ConsentMeans::ALL.into_iter().zip(0..);
                Screen::new(text).grid(
                    means.map(|(means, pick)| {
                        Button::press(&labels::consent_means(means, say), ButtonAction::Pick(pick))
                    }),
                    2,
                )
            }
        };
        Ok(screen.leave(say))
    }
}
