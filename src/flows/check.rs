//! `/check`: the list of dead letters (R10), and the consistency check (X16).

use serde::{Deserialize, Serialize};

use super::kit::{Pager, pager};
use super::route::ScreenId;
use super::{Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Route, Screen, Step};
use crate::crm::{BackupCard, Consistency, Parked, Rest, Result, ads, backups, consistency, parked};
use crate::text::Html;

/// Repairs what the consistency check has found.
const REPAIR: u8 = 1;
/// How many drifting clients and ads are shown; all of them are repaired.
const SHOWN: usize = 10;

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Check {
    pager: Pager<i64>,
}

impl Flow for Check {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self::default()))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        Ok(match event {
            Event::Pressed(ButtonAction::Page(to)) => {
                let Rest { rows, .. } = parked::list(&mut cx.crm, self.pager.after().copied(), pager::ROWS).await?;
                self.pager.turn(to, rows.last().map(|parked| parked.id));
                Step::Stay
            }
            Event::Pressed(ButtonAction::Act(REPAIR)) => {
                let clients = consistency::repair(&mut cx.crm).await?;
                let ads = consistency::repair_figures(&mut cx.crm).await?;
                Step::Notify(repaired(clients.len(), ads.len(), cx))
            }
            event => event.otherwise(),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let Rest { rows: parked, rest } = parked::list(&mut cx.crm, self.pager.after().copied(), pager::ROWS).await?;
        let Consistency { drifts, ads, .. } = consistency::check(&mut cx.crm).await?;
        let figures = figures(ads.as_deref(), cx).await?;
        let backups = backups::list(&mut cx.crm).await?;
        let say = cx.say;
        let total = (self.pager.page() - 1).saturating_mul(pager::ROWS).saturating_add(rest);
        let lines = parked.iter().map(|parked| line(parked, cx));
        let mut text = match parked.is_empty() {
            true => say.check_parked_none(),
            false => say.check_parked(total).paragraph(Html::join(lines, "\n\n")),
        };
        let numbers = Html::join(drifts.iter().take(SHOWN).map(|drift| say.audit_number(drift.client)), ", ");
        text = text.paragraph(match drifts.is_empty() {
            true => say.check_consistent(),
            false => say.check_drifts(numbers),
        });
        text = text.line(figures);
        if let Some(backups) = backups {
            text = text.paragraph(backup_lines(&backups, cx));
        }
        let cards = parked.iter().map(|parked| {
            let label = say.button_check_parked(parked.code.as_str());
            Button::open(&label, Route::of(ScreenId::Parked, parked.id))
        });
        let holds = drifts.is_empty() && ads.is_none_or(|ads| ads.is_empty());
        let repair = (!holds).then(|| Button::press(&say.button_check_repair(), ButtonAction::Act(REPAIR)));
        Ok(Screen::new(text).grid(cards, 2).row(self.pager.arrows(total, say)).row(repair).leave(say))
    }
}

/// What was repaired, as far as anything was.
fn repaired(clients: usize, ads: usize, cx: &Cx<'_>) -> Html {
    let of_clients = (clients > 0 || ads == 0).then(|| cx.say.check_repaired(clients));
    let of_ads = (ads > 0).then(|| cx.say.check_figures_repaired(ads));
    Html::join(of_clients.into_iter().chain(of_ads), " ")
}

/// Whether the figures of the ads agree with a recount, and of which they do not.
async fn figures(ads: Option<&[i64]>, cx: &mut Cx<'_>) -> Result<Html> {
    let Some(ads) = ads else { return Ok(cx.say.check_figures_large()) };
    if ads.is_empty() {
        return Ok(cx.say.check_figures_kept());
    }
    let mut titles = ads::titles(&mut cx.crm, ads).await?.iter().map(|title| Html::data(title)).collect::<Vec<_>>();
    if ads.contains(&0) {
        titles.push(cx.say.check_figures_company());
    }
    Ok(cx.say.check_figures_drift(Html::join(titles.into_iter().take(SHOWN), ", ")))
}

/// The newest backup, and what is wrong with the next one.
fn backup_lines(card: &BackupCard, cx: &Cx<'_>) -> Html {
    let (say, zone) = (cx.say, cx.crm.actor.time_zone(cx.crm.company));
    let whole = match card.whole {
        // Begun megabytes count: a small backup is not none.
        Some((at, bytes)) => {
            let megabytes = bytes.saturating_add(999_999) / 1_000_000;
            say.check_backup(say.moment(at, zone), format!("{megabytes}"))
        }
        None => say.check_backup_none(),
    };
    let failed = card.failed.as_ref().map(|(at, fault)| say.check_backup_failed(say.moment(*at, zone), fault.as_str()));
    Html::join([whole].into_iter().chain(failed), "\n")
}

/// One parked update in a few words.
pub(super) fn line(parked: &Parked, cx: &Cx<'_>) -> Html {
    let (say, zone) = (cx.say, cx.crm.actor.time_zone(cx.crm.company));
    let who = parked.who.as_deref().map_or_else(|| say.dash(), Html::data);
    let kind = if parked.refused { say.check_refused(parked.kind.as_str()) } else { Html::data(&parked.kind) };
    say.check_line(parked.code.as_str(), say.moment(parked.at, zone), who, kind, parked.fault.as_str())
}
