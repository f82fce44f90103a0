//! `/whois PHONE`: who entered the client with this phone, when, and by which ads the client has come.

use serde::{Deserialize, Serialize};

use super::{Button, Cx, Event, Flow, Navigation, Opened, Route, Screen, Step, labels, lead};
use crate::crm::{Result, Verdict, clients};
use crate::domain::{Phone, local_day};
use crate::flows::route::ScreenId;
use crate::text::Html;

/// The question, or the phone that was asked about.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Whois {
    phone: Option<Phone>,
}

impl Flow for Whois {
    fn shows_client(&self) -> bool {
        true
    }

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Self>> {
        if nav.text.trim().is_empty() {
            return Ok(Opened::Here(Self::default()));
        }
        Ok(match Phone::parse(&nav.text, cx.crm.company.phone_region) {
            Ok(phone) => Opened::Here(Self { phone: Some(phone) }),
            Err(error) => Opened::Rejecting(Self::default(), lead::phone_error(&error, cx.say)),
        })
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        let region = cx.crm.company.phone_region;
        let read = match &event {
            // Below an answer, a phone among words is a lead.
            Event::Typed(text) if self.phone.is_some() && text.contains(char::is_alphabetic) => {
                return Ok(Step::NotHandled);
            }
            Event::Typed(text) => Phone::parse(text, region),
            Event::Shared(contact) => Phone::from_contact(&contact.phone, region),
            event => return Ok(event.otherwise()),
        };
        Ok(match read {
            Ok(phone) => {
                self.phone = Some(phone);
                Step::Stay
            }
            // Other digits are a search.
            Err(_) if self.phone.is_some() => Step::NotHandled,
            Err(error) => Step::Reject(lead::phone_error(&error, cx.say)),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let say = cx.say;
        let Some(phone) = &self.phone else { return Ok(Screen::new(say.whois_ask()).leave(say)) };
        let Verdict::Known(known) = clients::look_up(&mut cx.crm, phone).await? else {
            return Ok(Screen::new(say.whois_nobody(phone.pretty())).leave(say));
        };
        let card = clients::card(&mut cx.crm, known.client.id).await?;
        let zone = cx.crm.actor.time_zone(cx.crm.company);
        let entered = say.card_entered(say.day(local_day(card.created_at, zone)), card.created_by.as_str());
        let touches = card.touches.iter().map(|touch| say.card_touch(say.day(touch.day), touch.ad.as_str()));
        let earlier = card.touch_count - i64::try_from(card.touches.len()).unwrap_or(i64::MAX);
        let earlier = (earlier > 0).then(|| say.whois_earlier(earlier));
        let text = say
            .whois_client(known.client.who.as_str(), card.id, labels::state(card.state, say))
            .line(entered)
            .paragraph(Html::join(
                [say.card_touches(card.touch_count)].into_iter().chain(touches).chain(earlier),
                "\n",
            ));
        let open = Button::open(&say.button_open_card(), Route::of(ScreenId::Client, card.id));
        Ok(Screen::new(text).row([open]).leave(say))
    }
}
