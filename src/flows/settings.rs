//! `/settings`: language, time zone, quiet hours and notices, each person for himself.

use serde::{Deserialize, Serialize};

use super::route::ScreenId;
use super::{Button, ButtonAction, Cx, Event, Navigation, OldFlow, OldStep, Route, Screen, labels};
use crate::crm::{Topic, settings};
use crate::domain::{QuietHours, TimeZone};
use crate::error::SystemError;
use crate::text::{Html, Say};

/// Chooses the time zone.
const ZONE: u8 = 1;
/// Asks for the quiet hours.
const QUIET: u8 = 2;
/// The company's zone, or no quiet hours.
const NONE: u8 = 3;

/// The zones to tap, from west to east; any other can be typed.
const ZONES: [&str; 11] = [
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
];

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Settings {
    /// Nothing: the card.
    Card,
    Zone,
    Quiet,
}

impl Settings {
    async fn keep_zone(self, zone: Option<TimeZone>, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        settings::set_time_zone(&mut cx.crm, zone).await?;
        let zone = cx.crm.actor.time_zone(cx.crm.company);
        let now = cx.say.time_of_day(cx.crm.now, zone);
        Ok(OldStep::Notify(Self::Card, cx.say.settings_zone_done(city(zone.name(), cx.say), now)))
    }

    async fn keep_quiet(self, quiet: Option<QuietHours>, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        settings::set_quiet_hours(&mut cx.crm, quiet).await?;
        Ok(OldStep::Notify(Self::Card, cx.say.saved()))
    }

    /// A tap on a topic carries what it is to become: on above zero, off below.
    async fn switch(self, pick: i64, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        let number = usize::try_from(pick.saturating_abs()).unwrap_or(usize::MAX).saturating_sub(1);
        if let Some(&topic) = Topic::ALL.get(number) {
            settings::set_topic(&mut cx.crm, topic, pick > 0).await?;
        }
        Ok(OldStep::Stay(self))
    }
}

impl OldFlow for Settings {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(OldStep::Stay(Self::Card))
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        match (self, event) {
            (Self::Card, Event::Pressed(ButtonAction::Act(ZONE))) => Ok(OldStep::Stay(Self::Zone)),
            (Self::Card, Event::Pressed(ButtonAction::Act(QUIET))) => Ok(OldStep::Stay(Self::Quiet)),
            (Self::Card, Event::Pressed(ButtonAction::Pick(pick))) => self.switch(pick, cx).await,
            (Self::Card, Event::Pressed(ButtonAction::Back)) => Ok(OldStep::Back(None)),
            (Self::Zone, Event::Pressed(ButtonAction::Act(NONE))) => self.keep_zone(None, cx).await,
            (Self::Zone, Event::Pressed(ButtonAction::Pick(pick))) => {
                let name = usize::try_from(pick).ok().and_then(|number| ZONES.get(number));
                match name.and_then(|name| TimeZone::parse(name).ok()) {
                    Some(zone) => self.keep_zone(Some(zone), cx).await,
                    None => Ok(OldStep::Stay(self)),
                }
            }
            (Self::Zone, Event::Typed(text)) => match TimeZone::parse(&text) {
                Ok(zone) => self.keep_zone(Some(zone), cx).await,
                Err(_) => Ok(OldStep::Reject(self, cx.say.settings_zone_unknown())),
            },
            (Self::Quiet, Event::Pressed(ButtonAction::Act(NONE))) => self.keep_quiet(None, cx).await,
            (Self::Quiet, Event::Typed(text)) => match QuietHours::parse(&text) {
                Ok(quiet) => self.keep_quiet(Some(quiet), cx).await,
                Err(_) => Ok(OldStep::Reject(self, cx.say.settings_quiet_wrong())),
            },
            (_, Event::Pressed(ButtonAction::Back)) => Ok(OldStep::Stay(Self::Card)),
            (_, Event::Pressed(_) | Event::Computed(_)) => Ok(OldStep::Stay(self)),
            _ => Ok(OldStep::NotHandled(self)),
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let say = cx.say;
        Ok(match self {
            Self::Card => self.card(cx).await?,
            Self::Zone => {
                let zones = (0..).zip(ZONES).filter_map(|(number, name)| {
                    let now = say.time_of_day(cx.crm.now, TimeZone::parse(name).ok()?);
                    Some(Button::press(&say.settings_zone_now(city(name, say), now), ButtonAction::Pick(number)))
                });
                Screen::new(say.settings_ask_zone())
                    .grid(zones, 2)
                    .button(&say.button_company_zone(cx.crm.company.time_zone.name()), ButtonAction::Act(NONE))
            }
            Self::Quiet => {
                Screen::new(say.settings_ask_quiet()).button(&say.button_quiet_off(), ButtonAction::Act(NONE))
            }
        }
        .leave(say))
    }
}

impl Settings {
    async fn card(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let Some(settings) = settings::read(&mut cx.crm).await? else { return Ok(Screen::new(cx.say.stranger())) };
        let say = cx.say;
        let zone = cx.crm.actor.time_zone(cx.crm.company);
        let quiet = settings.quiet.map_or_else(|| say.settings_quiet_none(), |quiet| Html::from(quiet.to_string()));
        let now = say.time_of_day(cx.crm.now, zone);
        let text = say.settings_card(say.language_name(), say.settings_zone_now(city(zone.name(), say), now), quiet);
        let topics = (1..).zip(Topic::ALL).map(|(number, topic)| {
            let name = labels::topic(topic, say);
            match settings.muted.contains(&topic) {
                true => Button::press(&say.button_topic_off(name), ButtonAction::Pick(number)),
                false => Button::press(&say.button_topic_on(name), ButtonAction::Pick(-number)),
            }
        });
        Ok(Screen::new(text)
            .row([Button::open(&say.button_language(), Route::at(ScreenId::Language))])
            .row([
                Button::press(&say.button_zone(), ButtonAction::Act(ZONE)),
                Button::press(&say.button_quiet(), ButtonAction::Act(QUIET)),
            ])
            .grid(topics, 1))
    }
}

/// A zone by its city where there is a word for it, by its IANA name else.
fn city(zone: &str, say: Say) -> Html {
    match zone {
        "Europe/Kaliningrad" => say.city_kaliningrad(),
        "Europe/Moscow" => say.city_moscow(),
        "Europe/Samara" => say.city_samara(),
        "Asia/Yekaterinburg" => say.city_yekaterinburg(),
        "Asia/Omsk" => say.city_omsk(),
        "Asia/Krasnoyarsk" => say.city_krasnoyarsk(),
        "Asia/Irkutsk" => say.city_irkutsk(),
        "Asia/Yakutsk" => say.city_yakutsk(),
        "Asia/Vladivostok" => say.city_vladivostok(),
        "Asia/Magadan" => say.city_magadan(),
        "Asia/Kamchatka" => say.city_kamchatka(),
        other => Html::data(other),
    }
}
