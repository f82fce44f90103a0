//! `/stats`: what each ad brought, by period and model of attribution.

mod rows;

use serde::{Deserialize, Serialize};

use crate::crm::{SplitRefusal, stats};
use crate::domain::stats::attribution::Model;
use crate::domain::{Period, Preset};
use crate::error::SystemError;
use crate::flows::{Button, ButtonAction, Cx, Event, Navigation, OldFlow, OldStep, Screen, kit::typed, refusals};
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

impl OldFlow for Stats {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        let state = Self { period: Chosen::Preset(Preset::AllTime), model: Model::Direct, page: 1 };
        Ok(if nav.text.is_empty() { OldStep::Stay(state) } else { state.typed(&nav.text, cx) })
    }

    async fn on(mut self, event: Event, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        match event {
            Event::Typed(text) => return Ok(self.typed(&text, cx)),
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
            Event::Pressed(ButtonAction::Back) => return Ok(OldStep::Back(None)),
            Event::Pressed(_) | Event::Computed(_) | Event::Retried(_) => {}
            Event::Shared(_) | Event::Sent(_) => return Ok(OldStep::NotHandled(self)),
        }
        Ok(OldStep::Stay(self))
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let say = cx.say;
        let period = self.period.period(cx);
        let stats = match stats::by_ad(&mut cx.crm, period, self.model).await.split_refusal()? {
            Ok(stats) => stats,
            Err(refusal) => return Ok(Screen::new(refusals::sentence(&refusal, cx))),
        };
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
        // The models share out revenue: they mean something only to those who see it, or the ratio made of it.
        if stats.money || period.has_ratio() {
            screen = screen.grid(models, 4);
        }
        let number = |value: usize| i64::try_from(value).unwrap_or(1);
        let arrows = match pages > 1 {
            true => crate::flows::kit::pager::arrows(number(page), number(pages), say),
            false => Vec::new(),
        };
        Ok(screen.row(arrows).row([
            Button::press(&say.button_back(), ButtonAction::Back),
            Button::press(&say.button_home(), ButtonAction::Home),
        ]))
    }
}

impl Stats {
    /// Two days, both in, for any period.
    fn typed(self, text: &str, cx: &Cx<'_>) -> OldStep<Self> {
        let name = cx.say.field_period();
        let parts: Vec<&str> = text.split_whitespace().filter(|part| !matches!(*part, "-" | "–" | "—")).collect();
        let [from, to] = parts[..] else { return OldStep::Reject(self, cx.say.stats_period_expected()) };
        let read = |part: &str| typed::day(crate::flows::kit::Given::Text(part.to_owned()), name.clone(), cx);
        match (read(from), read(to)) {
            (Ok(from), Ok(to)) => {
                OldStep::Stay(Self { period: Chosen::Days(Period::between(from, to)), page: 1, ..self })
            }
            (Err(why), _) | (_, Err(why)) => OldStep::Reject(self, why),
        }
    }

    fn period_label(&self, cx: &Cx<'_>) -> Html {
        let say = cx.say;
        let period = self.period.period(cx);
        match (period.from(), period.to()) {
            (Some(from), Some(to)) => say.stats_days(say.day(from), say.day(to)),
            _ => preset_label(Preset::AllTime, say),
        }
    }
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
