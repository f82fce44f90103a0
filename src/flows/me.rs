//! `/me`: who one is here. `/logout`: the way out.

use serde::{Deserialize, Serialize};

use super::kit::{groups, question};
use super::registry::PlaceKind;
use super::{Button, Cx, Event, Flow, Opening, Place, Press, Screen, Step};
use crate::crm::Fault;
use crate::text::Html;

#[derive(Serialize, Deserialize)]
pub struct Me;

impl Flow for Me {
    async fn open(_: &Opening, _: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        Ok(Step::Stay(Self))
    }

    async fn on(self, event: Event, _: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        Ok(match event {
            Event::Pressed(Press::Back) => Step::Back(None),
            Event::Pressed(_) | Event::Computed(_) => Step::Stay(self),
            _ => Step::Unheard(self),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, Fault> {
        let say = cx.say;
        let Some(staff) = cx.crm.actor.staff() else { return Ok(Screen::new(say.stranger())) };
        let groups = match staff.is_superuser {
            true => say.me_superuser(),
            false => groups::names(staff.groups.iter().map(String::as_str), say),
        };
        let card = say.me_card(
            staff.full_name.as_str(),
            staff.username.as_str(),
            groups,
            say.language_name(),
            staff.time_zone.name(),
            i64::from(staff.has_password),
        );
        let open = |label: &Html, kind| Button::open(label, Place::at(kind));
        Ok(Screen::new(card)
            .row([open(&say.button_language(), PlaceKind::Language), open(&say.button_password(), PlaceKind::Password)])
            .row([open(&say.button_settings(), PlaceKind::Settings), open(&say.button_logout(), PlaceKind::Logout)])
            .row([Button::press(&say.button_back(), Press::Back), Button::press(&say.button_home(), Press::Home)]))
    }
}

/// The question before leaving.
#[derive(Serialize, Deserialize)]
pub struct Logout;

impl Flow for Logout {
    async fn open(_: &Opening, _: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        Ok(Step::Stay(Self))
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        match event {
            Event::Pressed(Press::Yes) => {
                cx.crm.log_out().await?;
                cx.enter().await?;
                Ok(Step::Home(Some(cx.say.logout_done())))
            }
            Event::Pressed(_) => Ok(Step::Back(None)),
            _ => Ok(Step::Unheard(self)),
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, Fault> {
        Ok(question::yes_no(cx.say.logout_confirm(), cx.say))
    }
}
