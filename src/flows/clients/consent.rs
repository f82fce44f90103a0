//! A client's consent: noted in one tap by what it was given, and withdrawn.

use serde::{Deserialize, Serialize};

use crate::crm::{ConsentLine, Result, SplitRefusal, clients, consents};
use crate::domain::{ConsentMeans, local_day};
use crate::error::SystemError;
use crate::flows::{Button, ButtonAction, Cx, Event, Navigation, OldFlow, OldStep, Screen, labels, refusals};
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

impl OldFlow for Consent {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        let client = nav.route.id.unwrap_or_default();
        Ok(match clients::card(&mut cx.crm, client).await.split_refusal()? {
            Ok(card) => OldStep::Stay(Self { client: card.id }),
            Err(refusal) => OldStep::Back(Some(refusals::sentence(&refusal, cx))),
        })
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        let (done, words) = match event {
            Event::Pressed(ButtonAction::Act(WITHDRAW)) => {
                (consents::withdraw(&mut cx.crm, self.client).await.split_refusal()?, cx.say.consent_withdrawn())
            }
            Event::Pressed(ButtonAction::Pick(pick)) => {
                let means = usize::try_from(pick).ok().and_then(|pick| ConsentMeans::ALL.get(pick));
                let Some(&means) = means else { return Ok(OldStep::Stay(self)) };
                let done = consents::give(&mut cx.crm, self.client, means).await.split_refusal()?;
                (done, cx.say.consent_saved(labels::consent_means(means, cx.say)))
            }
            Event::Pressed(ButtonAction::Back) => return Ok(OldStep::Back(None)),
            Event::Pressed(_) | Event::Computed(_) | Event::Retried(_) => return Ok(OldStep::Stay(self)),
            _ => return Ok(OldStep::NotHandled(self)),
        };
        Ok(match done {
            Ok(()) => OldStep::Back(Some(words)),
            Err(refusal) => OldStep::Reject(self, refusals::sentence(&refusal, cx)),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let say = cx.say;
        let card = match clients::card(&mut cx.crm, self.client).await.split_refusal()? {
            Ok(card) => card,
            Err(refusal) => return Ok(Screen::new(refusals::sentence(&refusal, cx)).leave(say)),
        };
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
