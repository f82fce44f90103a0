//! `/me`: the card of the user's own account. `/logout`: the question before the link ends.

use crate::crm::{Error, Refusal, Result, access};
use serde::{Deserialize, Serialize};

use super::kit::{groups, question};
use super::registry::ScreenId;
use super::{Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Route, Screen, Step};
use crate::text::Html;

#[derive(Clone, Serialize, Deserialize)]
pub struct Me;

impl Flow for Me {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self))
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
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
            .leave(say))
    }
}

/// The question before leaving.
#[derive(Clone, Serialize, Deserialize)]
pub struct Logout;

impl Flow for Logout {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        match event {
            Event::Pressed(ButtonAction::Yes) => {
                match access::log_out(&mut cx.crm).await {
                    Err(Error::Refused(Refusal::LastAdministrator)) => return Ok(Step::Reject(cx.say.logout_last())),
                    done => done?,
                }
                cx.enter().await?;
                Ok(Step::Home(Some(cx.say.logout_done())))
            }
            Event::Pressed(_) => Ok(Step::Back(None)),
            _ => Ok(Step::NotHandled),
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        Ok(question::yes_no(cx.say.logout_confirm(), cx.say))
    }
}
