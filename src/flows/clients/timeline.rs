//! A client's timeline: every event, the newest first, page by page.

use serde::{Deserialize, Serialize};

use crate::crm::{Happened, Result, Timeline as Page, TimelineKey, TimelineLine, clients};
use crate::domain::{ContractStatus, local_day};
use crate::flows::kit::{Pager, pager::ROWS};
use crate::flows::{
    About, Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Screen, Step, UseCase, audit, labels,
};
use crate::text::Html;

/// A note shows so many UTF-16 units: a page of them stays within a message.
const NOTE_UNITS: usize = 400;

#[derive(Clone, Serialize, Deserialize)]
pub struct Timeline {
    client: i64,
    pager: Pager<TimelineKey>,
}

impl Flow for Timeline {
    fn about(&self) -> Option<About> {
        Some(About::timeline(self.client))
    }

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Self>> {
        let page = clients::timeline(&mut cx.crm, nav.id()?, None, ROWS).await?;
        Ok(Opened::Here(Self { client: page.client, pager: Pager::default() }))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        Ok(match event {
            Event::Pressed(ButtonAction::Page(to)) => {
                let page = clients::timeline(&mut cx.crm, self.client, self.pager.after().copied(), ROWS).await?;
                self.pager.turn(to, page.last);
                Step::Stay
            }
            event => event.otherwise(),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let say = cx.say;
        let card = clients::card(&mut cx.crm, self.client).await?;
        let page = clients::timeline(&mut cx.crm, self.client, self.pager.after().copied(), ROWS).await?;
        let who = card.name.display().unwrap_or_else(|| card.phone.masked());
        let lines = page.lines.iter().map(|line| line_of(line, cx));
        let text = say.timeline_title(who, page.total).paragraph(Html::join(lines, "\n"));
        let screen = Screen::new(text).grid(files(&page, cx), 2);
        Ok(screen.row(self.pager.arrows(page.total, say)).leave(say))
    }
}

/// A button for every file on the page.
fn files(page: &Page, cx: &Cx<'_>) -> Vec<Button> {
    let file = |line: &TimelineLine| match &line.what {
        Happened::Note { id, file: Some(file), .. } => {
            Some(Button::runs(&cx.say.card_note_file(file.as_str()), UseCase::SendNoteFile, *id))
        }
        _ => None,
    };
    page.lines.iter().filter_map(file).collect()
}

fn line_of(line: &TimelineLine, cx: &Cx<'_>) -> Html {
    // With the year: a timeline goes back further than a list of what is due.
    let zone = cx.crm.actor.time_zone(cx.crm.company);
    let moment = Html::join([cx.say.day(local_day(line.at, zone)), cx.say.time_of_day(line.at, zone)], " ");
    let (id, name) = &line.by;
    cx.say.timeline_line(moment, audit::actor(*id, name, cx.say), what(line, cx))
}

fn what(line: &TimelineLine, cx: &Cx<'_>) -> Html {
    let say = cx.say;
    match &line.what {
        Happened::Entered => say.timeline_entered(),
        Happened::Touch { ad, day, instead_of, void } => {
            let mut text = match instead_of {
                Some(wrong) => say.timeline_touch_instead(ad.as_str(), wrong.as_str()),
                None => say.timeline_touch(ad.as_str()),
            };
            if *day != local_day(line.at, cx.crm.company.time_zone) {
                text = Html::join([text, say.day(*day)], ", ");
            }
            if *void { Html::join([text, say.timeline_void()], " ") } else { text }
        }
        Happened::TouchVoid { ad, reason } => because(say.timeline_touch_void(ad.as_str()), reason.as_deref()),
        Happened::Contract { whole, starts_on, ends_on, void } => {
            let days = say.card_days(say.day(*starts_on), say.day(*ends_on));
            let text = match whole {
                Some((title, amount)) => {
                    say.timeline_contract_whole(title.as_str(), say.money(*amount, cx.crm.company.currency), days)
                }
                None => say.timeline_contract(days),
            };
            let status = void.then(|| labels::contract_status(ContractStatus::Void, say));
            Html::join([text].into_iter().chain(status), ", ")
        }
        Happened::Note { text, call, file, .. } => {
            let call = call.map(|outcome| super::call::label(outcome, say));
            let file = file.as_deref().map(|file| say.card_note_file(file));
            let text = Html::data(text).trimmed(NOTE_UNITS);
            let said = Html::join([file, Some(text)].into_iter().flatten().filter(|part| !part.is_empty()), " ");
            call.unwrap_or_else(|| say.timeline_note(said))
        }
        Happened::NextStep(due) => say.timeline_next_step(say.moment(*due, cx.crm.actor.time_zone(cx.crm.company))),
        Happened::HandedOver { from, to, note } => {
            let from = from.as_deref().map_or_else(|| say.dash(), Html::data);
            because(say.timeline_handed_over(from, to.as_str()), Some(note.as_str()).filter(|note| !note.is_empty()))
        }
        Happened::Renamed { from, to } => {
            let name = |name: &str| if name.is_empty() { say.dash() } else { Html::data(name) };
            say.timeline_renamed(name(from), name(to))
        }
        Happened::Result { action, entity, reason } => {
            let action_label = audit::action_label(action, entity, say);
            because(action_label.unwrap_or_else(|| Html::data(action)), reason.as_deref())
        }
    }
}

/// What was done, and why.
fn because(what: Html, reason: Option<&str>) -> Html {
    Html::join([Some(what), reason.map(Html::data)].into_iter().flatten(), ": ")
}
