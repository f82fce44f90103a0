//! The next step with a client: presets, a calendar, or typed.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::crm::{Result, clients, follow_ups};
use crate::domain::{local_day, parse_moment};
use crate::flows::kit::calendar::Calendar;
use crate::flows::{Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Screen, Step};
use crate::text::Html;

const IN_AN_HOUR: u8 = 1;
const TONIGHT: u8 = 2;
const TOMORROW: u8 = 3;
const MONDAY: u8 = 4;

/// The hours that are offered for a day tapped in the calendar.
const HOURS: [u32; 6] = [9, 10, 12, 15, 17, 19];

#[derive(Clone, Serialize, Deserialize)]
pub struct FollowUp {
    client: i64,
    page: i64,
    /// The day that was tapped; its hour is asked for.
    day: Option<NaiveDate>,
}

impl FollowUp {
    fn moment(day: NaiveDate, hour: u32, cx: &Cx<'_>) -> Option<DateTime<Utc>> {
        cx.crm.actor.time_zone(cx.crm.company).at(day, NaiveTime::from_hms_opt(hour, 0, 0)?)
    }

    /// The presets that still lie ahead.
    fn presets(cx: &Cx<'_>) -> Vec<(u8, DateTime<Utc>)> {
        let today = local_day(cx.crm.now, cx.crm.actor.time_zone(cx.crm.company));
        let after = |days| today.checked_add_days(Days::new(days));
        let to_monday = 7 - u64::from(today.weekday().num_days_from_monday());
        let moments = [
            (IN_AN_HOUR, cx.crm.now.checked_add_signed(TimeDelta::hours(1))),
            (TONIGHT, Self::moment(today, 18, cx)),
            (TOMORROW, after(1).and_then(|day| Self::moment(day, 10, cx))),
            (MONDAY, after(to_monday).and_then(|day| Self::moment(day, 10, cx))),
        ];
        let ahead = moments.into_iter().filter_map(|(act, at)| Some((act, at?)));
        ahead.filter(|(_, at)| *at > cx.crm.now).collect()
    }

    async fn set(&self, at: DateTime<Utc>, cx: &mut Cx<'_>) -> Result<Step> {
        if at <= cx.crm.now {
            return Ok(Step::Reject(cx.say.follow_up_past()));
        }
        follow_ups::set(&mut cx.crm, self.client, at).await?;
        let zone = cx.crm.actor.time_zone(cx.crm.company);
        Ok(Step::Back(Some(cx.say.follow_up_set(cx.say.moment(at, zone)))))
    }

    async fn act(&self, act: u8, cx: &mut Cx<'_>) -> Result<Step> {
        let at = match self.day {
            Some(day) => Self::moment(day, u32::from(act), cx),
            None => Self::presets(cx).into_iter().find(|(preset, _)| *preset == act).map(|(_, at)| at),
        };
        match at {
            Some(at) => self.set(at, cx).await,
            None => Ok(Step::Stay),
        }
    }
}

impl Flow for FollowUp {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Self>> {
        let card = clients::card(&mut cx.crm, nav.id()?).await?;
        Ok(Opened::Here(Self { client: card.id, page: 0, day: None }))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        match event {
            Event::Typed(text) => {
                let zone = cx.crm.actor.time_zone(cx.crm.company);
                match parse_moment(&text, cx.crm.now, self.day, zone, cx.say.0) {
                    Ok(at) => return self.set(at, cx).await,
                    Err(error) => return Ok(Step::Reject(cx.say.follow_up_wrong(error.example))),
                }
            }
            Event::Pressed(ButtonAction::Act(act)) => return self.act(act, cx).await,
            Event::Pressed(ButtonAction::Pick(pick)) => self.day = Calendar::day(pick),
            Event::Pressed(ButtonAction::Page(page)) => self.page = page,
            Event::Pressed(ButtonAction::Back) if self.day.is_some() => self.day = None,
            Event::Pressed(ButtonAction::Back) => return Ok(Step::Back(None)),
            Event::Pressed(_) | Event::Computed(_) | Event::Retried(_) => {}
            Event::Shared(_) | Event::Sent(_) => return Ok(Step::NotHandled),
        }
        Ok(Step::Stay)
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let say = cx.say;
        if let Some(day) = self.day {
            let hours = HOURS.into_iter().filter_map(|hour| {
                Some(Button::press(&Html::data(&format!("{hour}:00")), ButtonAction::Act(u8::try_from(hour).ok()?)))
            });
            return Ok(Screen::new(say.follow_up_ask_hour(say.near_day(day))).grid(hours, 3).cancel(say));
        }
        let today = local_day(cx.crm.now, cx.crm.actor.time_zone(cx.crm.company));
        let presets = Self::presets(cx).into_iter().map(|(preset, _)| {
            let label = match preset {
                IN_AN_HOUR => say.follow_up_hour(),
                TONIGHT => say.follow_up_tonight(),
                TOMORROW => say.follow_up_tomorrow(),
                _ => say.follow_up_monday(),
            };
            Button::press(&label, ButtonAction::Act(preset))
        });
        let screen = Screen::new(say.follow_up_ask()).grid(presets, 2);
        Ok(Calendar::new(today, today, self.page).draw(screen, say).cancel(say))
    }
}
