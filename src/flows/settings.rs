//! `/settings`: the user's own language, time zone, quiet hours and notices; for administrators the company's rules.

use serde::{Deserialize, Serialize};

use super::route::ScreenId;
use super::{Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Route, Screen, Step, labels};
use crate::crm::{LookPolicy, Result, Topic, look_policy, settings};
use crate::domain::{Permission, QuietHours, TimeZone};
use crate::text::{Html, Say};

/// Chooses the time zone.
const ZONE: u8 = 1;
/// Asks for the quiet hours.
const QUIET: u8 = 2;
/// The company's zone, or no quiet hours.
const NONE: u8 = 3;
/// Asks how many clients within an hour are usual.
const LOOKS: u8 = 4;
/// Cards can be neither forwarded nor copied from now on.
const PROTECT: u8 = 5;
/// Cards can be forwarded again.
const RELEASE: u8 = 6;

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
    /// How many clients a user usually looks at within an hour (J6).
    Looks,
}

impl Settings {
    async fn keep_zone(&mut self, zone: Option<TimeZone>, cx: &mut Cx<'_>) -> Result<Step> {
        settings::set_time_zone(&mut cx.crm, zone).await?;
        *self = Self::Card;
        let zone = cx.crm.actor.time_zone(cx.crm.company);
        let now = cx.say.time_of_day(cx.crm.now, zone);
        Ok(Step::Notify(cx.say.settings_zone_done(city(zone.name(), cx.say), now)))
    }

    async fn keep_quiet(&mut self, quiet: Option<QuietHours>, cx: &mut Cx<'_>) -> Result<Step> {
        settings::set_quiet_hours(&mut cx.crm, quiet).await?;
        *self = Self::Card;
        Ok(Step::Notify(cx.say.saved()))
    }
}

/// A refusal keeps the question, as everywhere; a number that none can set is asked for again.
async fn keep_looks(text: &str, cx: &mut Cx<'_>) -> Result<Option<i32>> {
    let digits: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    let Some(number) = digits.parse().ok().filter(|number| look_policy::CLIENTS_PER_HOUR.contains(number)) else {
        return Ok(None);
    };
    look_policy::set_clients_per_hour(&mut cx.crm, number).await?;
    Ok(Some(number))
}

async fn protect(on: bool, cx: &mut Cx<'_>) -> Result<Step> {
    look_policy::protect_cards(&mut cx.crm, on).await?;
    Ok(Step::Notify(if on { cx.say.settings_protected() } else { cx.say.settings_released() }))
}

/// A tap on a topic carries what it is to become: on above zero, off below.
async fn switch(pick: i64, cx: &mut Cx<'_>) -> Result<Step> {
    let number = usize::try_from(pick.saturating_abs()).unwrap_or(usize::MAX).saturating_sub(1);
    if let Some(&topic) = Topic::ALL.get(number) {
        settings::set_topic(&mut cx.crm, topic, pick > 0).await?;
    }
    Ok(Step::Stay)
}

impl Flow for Settings {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self::Card))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        match (*self, event) {
            (Self::Card, Event::Pressed(ButtonAction::Act(ZONE))) => *self = Self::Zone,
            (Self::Card, Event::Pressed(ButtonAction::Act(QUIET))) => *self = Self::Quiet,
            (Self::Card, Event::Pressed(ButtonAction::Act(LOOKS))) => *self = Self::Looks,
            (Self::Card, Event::Pressed(ButtonAction::Act(PROTECT))) => return protect(true, cx).await,
            (Self::Card, Event::Pressed(ButtonAction::Act(RELEASE))) => return protect(false, cx).await,
            (Self::Looks, Event::Typed(text)) => {
                let Some(number) = keep_looks(&text, cx).await? else {
                    return Ok(Step::Reject(cx.say.settings_looks_wrong()));
                };
                *self = Self::Card;
                return Ok(Step::Notify(cx.say.settings_looks_done(number.to_string())));
            }
            (Self::Card, Event::Pressed(ButtonAction::Pick(pick))) => return switch(pick, cx).await,
            (Self::Card, Event::Pressed(ButtonAction::Back)) => return Ok(Step::Back(None)),
            (Self::Zone, Event::Pressed(ButtonAction::Act(NONE))) => return self.keep_zone(None, cx).await,
            (Self::Zone, Event::Pressed(ButtonAction::Pick(pick))) => {
                let name = usize::try_from(pick).ok().and_then(|number| ZONES.get(number));
                if let Some(zone) = name.and_then(|name| TimeZone::parse(name).ok()) {
                    return self.keep_zone(Some(zone), cx).await;
                }
            }
            (Self::Zone, Event::Typed(text)) => {
                return match TimeZone::parse(&text) {
                    Ok(zone) => self.keep_zone(Some(zone), cx).await,
                    Err(_) => Ok(Step::Reject(cx.say.settings_zone_unknown())),
                };
            }
            (Self::Quiet, Event::Pressed(ButtonAction::Act(NONE))) => return self.keep_quiet(None, cx).await,
            (Self::Quiet, Event::Typed(text)) => {
                return match QuietHours::parse(&text) {
                    Ok(quiet) => self.keep_quiet(Some(quiet), cx).await,
                    Err(_) => Ok(Step::Reject(cx.say.settings_quiet_wrong())),
                };
            }
            (_, Event::Pressed(ButtonAction::Back)) => *self = Self::Card,
            (_, Event::Pressed(_) | Event::Computed(_)) => {}
            _ => return Ok(Step::NotHandled),
        }
        Ok(Step::Stay)
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
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
            Self::Looks => {
                let now = look_policy::read(&mut cx.crm).await?.clients_per_hour;
                Screen::new(say.settings_ask_looks(now.to_string()))
            }
        }
        .leave(say))
    }
}

impl Settings {
    async fn card(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let Some(settings) = settings::read(&mut cx.crm).await? else { return Ok(Screen::new(cx.say.stranger())) };
        let company = match cx.crm.may(Permission::StaffManage) {
            true => Some(look_policy::read(&mut cx.crm).await?),
            false => None,
        };
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
        let text = match company {
            Some(LookPolicy { clients_per_hour, protect_cards }) => text.paragraph(say.settings_company(
                clients_per_hour.to_string(),
                if protect_cards { say.settings_cards_protected() } else { say.settings_cards_open() },
            )),
            None => text,
        };
        let rules = company.map(|policy| {
            let protection = match policy.protect_cards {
                true => Button::press(&say.button_release_cards(), ButtonAction::Act(RELEASE)),
                false => Button::press(&say.button_protect_cards(), ButtonAction::Act(PROTECT)),
            };
            [Button::press(&say.button_looks_per_hour(), ButtonAction::Act(LOOKS)), protection]
        });
        Ok(Screen::new(text)
            .row([Button::open(&say.button_language(), Route::at(ScreenId::Language))])
            .row([
                Button::press(&say.button_zone(), ButtonAction::Act(ZONE)),
                Button::press(&say.button_quiet(), ButtonAction::Act(QUIET)),
            ])
            .grid(topics, 1)
            .grid(rules.into_iter().flatten(), 1))
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
