//! `/me`: who one is here. `/logout`: the way out.

use crate::crm::access;
use serde::{Deserialize, Serialize};

use super::kit::{groups, question};
use super::registry::ScreenId;
use super::{Button, ButtonAction, Cx, Event, Navigation, OldFlow, OldStep, Route, Screen};
use crate::error::SystemError;
use crate::text::Html;

#[derive(Clone, Serialize, Deserialize)]
pub struct Me;

impl OldFlow for Me {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(OldStep::Stay(Self))
    }

    async fn on(self, event: Event, _: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(match event {
            Event::Pressed(ButtonAction::Back) => OldStep::Back(None),
            Event::Pressed(_) | Event::Computed(_) | Event::Retried(_) => OldStep::Stay(self),
            _ => OldStep::NotHandled(self),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
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
        let open = |label: &Html, kind| Button::open(label, Route::at(kind));
        Ok(Screen::new(card)
            .row([open(&say.button_language(), ScreenId::Language), open(&say.button_password(), ScreenId::Password)])
            .row([open(&say.button_settings(), ScreenId::Settings), open(&say.button_logout(), ScreenId::Logout)])
            .row([
                Button::press(&say.button_back(), ButtonAction::Back),
                Button::press(&say.button_home(), ButtonAction::Home),
            ]))
    }
}

/// The question before leaving.
#[derive(Clone, Serialize, Deserialize)]
pub struct Logout;

impl OldFlow for Logout {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(OldStep::Stay(Self))
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        match event {
            Event::Pressed(ButtonAction::Yes) => {
                access::log_out(&mut cx.crm).await?;
                cx.enter().await?;
                Ok(OldStep::Home(Some(cx.say.logout_done())))
            }
            Event::Pressed(_) => Ok(OldStep::Back(None)),
            _ => Ok(OldStep::NotHandled(self)),
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        Ok(question::yes_no(cx.say.logout_confirm(), cx.say))
    }
}
