//! The lines of one ad and of the company, as far as rights and the period go (A9, S10).

use rust_decimal::Decimal;

use crate::crm::{AdStats, Stats};
use crate::domain::Period;
use crate::domain::money::grouped;
use crate::domain::stats::{AdFigures, percent, rounded2};
use crate::flows::Cx;
use crate::text::Html;

/// The company's row: every client once.
pub fn company(stats: &Stats, period: Period, cx: &Cx<'_>) -> Html {
    figures(cx.say.stats_company(), &stats.company, stats.money, period, cx)
}

pub fn has_news(ad: &AdStats) -> bool {
    ad.figures.touches > 0 || ad.figures.contracts > 0 || !ad.figures.revenue.is_zero()
}

/// An ad's row; a finished ad is marked (P9).
pub fn ad(ad: &AdStats, money: bool, period: Period, cx: &Cx<'_>) -> Html {
    let title = Html::data(&ad.title).bold();
    let title = if ad.finished { cx.say.mark_finished(title) } else { title };
    figures(title, &ad.figures, money, period, cx)
}

fn figures(title: Html, figures: &AdFigures, money: bool, period: Period, cx: &Cx<'_>) -> Html {
    let say = cx.say;
    let sum = |amount: Option<Decimal>| match amount {
        Some(amount) => Html::data(&grouped(amount, cx.crm.company.currency, say.0)),
        None => say.dash(),
    };
    let share = |value: Option<Decimal>| match value {
        Some(value) => say.stats_percent(say.decimal(percent(value))),
        None => say.dash(),
    };
    let ratio = figures.ratio().map_or_else(|| say.dash(), |ratio| say.decimal(rounded2(ratio)));
    let mut text = title.line(say.stats_leads(
        figures.leads,
        figures.new_leads,
        figures.conversions,
        share(figures.rate()),
        figures.contracts,
    ));
    match (money, period.has_ratio()) {
        (true, true) => {
            text = text
                .line(say.stats_money(sum(Some(figures.revenue)), sum(Some(figures.budget)), ratio))
                .line(say.stats_profit(sum(figures.profit()), share(figures.roi())))
                .line(say.stats_costs(sum(figures.cpl()), sum(figures.cac())));
        }
        (true, false) => text = text.line(say.stats_revenue(sum(Some(figures.revenue)))),
        (false, true) => text = text.line(say.stats_ratio(ratio)),
        (false, false) => {}
    }
    text
}
