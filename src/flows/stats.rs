//! `/stats`: the results of each ad, by period and attribution model.

mod rows;

use serde::{Deserialize, Serialize};

use crate::crm::{Result, stats};
use crate::domain::stats::attribution::Model;
use crate::domain::{Lean, Period, Preset};
use crate::flows::kit::Given;
use crate::flows::{Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Screen, Step, kit::typed};
use crate::text::{Html, Say};

/// Ads on a page.
const ADS: usize = 6;
/// The first act of the periods, and of the models.
const PERIODS: u8 = 10;
const MODELS: u8 = 20;

#[derive(Clone, Serialize, Deserialize)]
pub struct Stats {
    period: Chosen,
    model: Model,
    page: usize,
}

/// A preset moves on with the days; typed days stay.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Chosen {
    Preset(Preset),
    Days(Period),
}

impl Chosen {
    fn period(self, cx: &Cx<'_>) -> Period {
        match self {
            Self::Preset(preset) => Period::of(preset, cx.crm.today()),
            Self::Days(period) => period,
        }
    }
}

impl Flow for Stats {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Self>> {
        let mut state = Self { period: Chosen::Preset(Preset::AllTime), model: Model::Direct, page: 1 };
        if nav.text.is_empty() {
            return Ok(Opened::Here(state));
        }
        Ok(match days(&nav.text, cx) {
            Ok(period) => {
                state.period = Chosen::Days(period);
                Opened::Here(state)
            }
            Err(why) => Opened::Rejecting(state, why),
        })
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        match event {
            Event::Typed(text) => match days(&text, cx) {
                Ok(period) => (self.period, self.page) = (Chosen::Days(period), 1),
                Err(why) => return Ok(Step::Reject(why)),
            },
            Event::Pressed(ButtonAction::Act(act)) => {
                let preset = Preset::ALL.iter().zip(PERIODS..).find(|(_, code)| *code == act);
                let model = Model::ALL.iter().zip(MODELS..).find(|(_, code)| *code == act);
                if let Some((preset, _)) = preset {
                    (self.period, self.page) = (Chosen::Preset(*preset), 1);
                }
                if let Some((model, _)) = model {
                    (self.model, self.page) = (*model, 1);
                }
            }
            Event::Pressed(ButtonAction::Page(page)) => self.page = usize::try_from(page).unwrap_or(1),
            Event::Pressed(ButtonAction::Back) => return Ok(Step::Back(None)),
            Event::Pressed(_) | Event::Computed(_) | Event::Retried(_) => {}
            Event::Shared(_) | Event::Sent(_) => return Ok(Step::NotHandled),
        }
        Ok(Step::Stay)
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let say = cx.say;
        let period = self.period.period(cx);
        let stats = stats::by_ad(&mut cx.crm, period, self.model).await?;
        // In a period, ads without anything to tell are left out.
        let told: Vec<_> = stats.ads.iter().filter(|ad| period.has_ratio() || rows::has_news(ad)).collect();
        let pages = told.len().div_ceil(ADS).max(1);
        let page = self.page.clamp(1, pages);
        let mut text = say.stats_title(self.period_label(cx));
        if stats.money && self.model != Model::Direct {
            text = text.line(say.stats_model(model_label(self.model, say)));
        }
        text = text.paragraph(rows::company(&stats, period, cx));
        for ad in told.into_iter().skip((page - 1) * ADS).take(ADS) {
            text = text.paragraph(rows::ad(ad, stats.money, period, cx));
        }
        if !period.has_ratio() {
            text = text.paragraph(say.stats_period_hint());
        }
        let chosen = |label: Html, is: bool| if is { say.mark_chosen(label) } else { label };
        let periods = Preset::ALL.iter().zip(PERIODS..).map(|(&preset, code)| {
            Button::press(
                &chosen(preset_label(preset, say), self.period == Chosen::Preset(preset)),
                ButtonAction::Act(code),
            )
        });
        let models = Model::ALL.iter().zip(MODELS..).map(|(&model, code)| {
            Button::press(&chosen(model_label(model, say), self.model == model), ButtonAction::Act(code))
        });
        let mut screen = Screen::new(text).grid(periods, 3);
        // The models share out revenue: they matter only to users who see it, or the ratio made of it.
        if stats.money || period.has_ratio() {
            screen = screen.grid(models, 4);
        }
        let number = |value: usize| i64::try_from(value).unwrap_or(1);
        let arrows = match pages > 1 {
            true => crate::flows::kit::pager::arrows(number(page), number(pages), say),
            false => Vec::new(),
        };
        Ok(screen.row(arrows).leave(say))
    }
}

impl Stats {
    fn period_label(&self, cx: &Cx<'_>) -> Html {
        let say = cx.say;
        let period = self.period.period(cx);
        match (period.from(), period.to()) {
            (Some(from), Some(to)) => say.stats_days(say.day(from), say.day(to)),
            _ => preset_label(Preset::AllTime, say),
        }
    }
}

/// The period of two typed days, both included.
fn days(text: &str, cx: &Cx<'_>) -> Result<Period, Html> {
    let parts: Vec<&str> = text.split_whitespace().filter(|part| !matches!(*part, "-" | "–" | "—")).collect();
    let [from, to] = parts[..] else { return Err(cx.say.stats_period_expected()) };
    let read = |part: &str| typed::day(Given::Text(part.to_owned()), Lean::Nearest, cx.say.field_period(), cx);
    Ok(Period::between(read(from)?, read(to)?))
}

fn preset_label(preset: Preset, say: Say) -> Html {
    match preset {
        Preset::AllTime => say.period_all_time(),
        Preset::ThisMonth => say.period_this_month(),
        Preset::LastMonth => say.period_last_month(),
        Preset::ThisYear => say.period_this_year(),
        Preset::Last30Days => say.period_30_days(),
    }
}

fn model_label(model: Model, say: Say) -> Html {
    match model {
        Model::Direct => say.model_direct(),
        Model::First => say.model_first(),
        Model::Last => say.model_last(),
        Model::Linear => say.model_linear(),
    }
}
