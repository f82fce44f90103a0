//! `/audit`: the log of actions, the newest first; without the right to all of it, the user's own (E2).

mod card;
mod fields;
mod words;

pub use card::{AuditEvent, told};
pub use fields::label as field_label;
pub use words::action_label;
pub(super) use words::actor;

use serde::{Deserialize, Serialize};

use super::kit::{Given, Pager, pager, typed};
use super::route::ScreenId;
use super::{Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Route, Screen, Step};
use crate::crm::{AuditFilter, AuditLine, Entity, Rest, Result, StaffId, audit_log, staff};
use crate::domain::{Lean, Permission};
use crate::text::Html;

const WHO: u8 = 1;
/// Chooses the kind of record.
const WHAT: u8 = 2;
/// Denials alone, or not.
const DENIALS: u8 = 3;
const ALL: u8 = 4;
/// Looks at phones alone, or not.
const LOOKS: u8 = 5;

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Audit {
    view: View,
    filter: AuditFilter,
    pager: Pager<i64>,
}

/// What is on the screen.
#[derive(Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum View {
    #[default]
    Events,
    /// The people to choose from.
    People(Pager<i64>),
    /// The kinds of records to choose from.
    Kinds,
}

impl Audit {
    /// The log of one record.
    pub(super) fn of(entity: Entity, record: i64) -> Self {
        let filter = AuditFilter { entity: Some(entity), record: Some(record), ..AuditFilter::default() };
        Self { filter, ..Self::default() }
    }

    /// The looks at a client's phone.
    fn looks_at(client: i64) -> Self {
        let filter =
            AuditFilter { entity: Some(Entity::Client), record: Some(client), looks: true, ..AuditFilter::default() };
        Self { filter, ..Self::default() }
    }

    /// From the first page of what the filter leaves.
    fn narrow(&mut self, filter: AuditFilter) {
        *self = Self { filter, ..Self::default() };
    }

    async fn page(&self, cx: &mut Cx<'_>) -> Result<Rest<AuditLine>> {
        audit_log::page(&mut cx.crm, self.filter, self.pager.after().copied(), pager::ROWS).await
    }

    fn press(&mut self, act: u8) {
        let filter = self.filter;
        match act {
            WHO => self.view = View::People(Pager::default()),
            WHAT => self.view = View::Kinds,
            DENIALS => {
                let denials = !filter.denials;
                self.narrow(AuditFilter { denials, looks: false, entity: None, record: None, ..filter });
            }
            LOOKS => {
                let looks = !filter.looks;
                self.narrow(AuditFilter { looks, denials: false, entity: None, record: None, ..filter });
            }
            ALL => self.narrow(AuditFilter::default()),
            _ => {}
        }
    }

    fn pick(&mut self, number: i64) {
        let filter = self.filter;
        match self.view {
            View::Events => {}
            View::People(_) => self.narrow(AuditFilter { person: Some(StaffId(number)), ..filter }),
            View::Kinds => {
                let entity = usize::try_from(number).ok().and_then(|number| Entity::ALL.get(number)).copied();
                self.narrow(AuditFilter { entity, record: None, denials: false, looks: false, ..filter });
            }
        }
    }

    async fn turn(&mut self, to: i64, cx: &mut Cx<'_>) -> Result<()> {
        if let View::People(pager) = &mut self.view {
            let Rest { rows: people, .. } = audit_log::people(&mut cx.crm, pager.after().copied(), pager::ROWS).await?;
            pager.turn(to, people.last().map(|(id, _)| id.0));
        } else {
            let last = self.page(cx).await?.rows.last().map(|line| line.id);
            self.pager.turn(to, last);
        }
        Ok(())
    }

    /// A number is a record's, anything else is read as a day.
    fn typed(&mut self, text: String, cx: &Cx<'_>) -> Step {
        let filter = self.filter;
        let number = text.trim().strip_prefix(['\u{2116}', '#']).and_then(|number| number.trim().parse().ok());
        if let Some(record) = number {
            self.narrow(AuditFilter { record: Some(record), ..filter });
            return Step::Stay;
        }
        match typed::day(Given::Text(text), Lean::Nearest, cx.say.audit_field_until(), cx) {
            Ok(day) => {
                self.narrow(AuditFilter { until: Some(day), ..filter });
                Step::Stay
            }
            Err(why) => Step::Reject(why),
        }
    }
}

impl Flow for Audit {
    const SEARCH: bool = true;

    /// With an id it is the log of looks at that client's phone; the client's card leads there.
    async fn open(nav: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(nav.route.id.map_or_else(Self::default, Self::looks_at)))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        match event {
            Event::Pressed(ButtonAction::Act(act)) => self.press(act),
            Event::Pressed(ButtonAction::Pick(number)) => self.pick(number),
            Event::Pressed(ButtonAction::Page(to)) => self.turn(to, cx).await?,
            Event::Pressed(ButtonAction::Back) if self.view != View::Events => self.view = View::Events,
            Event::Pressed(ButtonAction::Back) => return Ok(Step::Back(None)),
            Event::Typed(text) => return Ok(self.typed(text, cx)),
            Event::Pressed(_) | Event::Computed(_) | Event::Retried(_) => {}
            Event::Shared(_) | Event::Sent(_) => return Ok(Step::NotHandled),
        }
        Ok(Step::Stay)
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let say = cx.say;
        match &self.view {
            View::Events => self.events(cx).await,
            View::People(pager) => self.people(pager, cx).await,
            View::Kinds => {
                let kinds = (0..)
                    .zip(Entity::ALL)
                    .map(|(number, entity)| Button::press(&words::entity(entity, say), ButtonAction::Pick(number)));
                Ok(Screen::new(say.audit_ask_kind()).grid(kinds, 2).leave(say))
            }
        }
    }
}

impl Audit {
    async fn events(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let page = self.page(cx).await?;
        let say = cx.say;
        let everybody = cx.crm.may(Permission::AuditAll);
        let mut title = if everybody { say.audit_title() } else { say.audit_title_own() };
        for line in self.filters(cx).await? {
            title = title.line(line);
        }
        let lines =
            (1_i64..).zip(&page.rows).map(|(number, line)| say.audit_numbered(number, one(line, everybody, cx)));
        let text = match page.rows.is_empty() {
            true => title.paragraph(say.audit_none()),
            false => title.paragraph(Html::join(lines, "\n")).paragraph(say.audit_hint()),
        };
        let open = (1..).zip(&page.rows).map(|(number, line)| {
            Button::open(&Html::data(&format!("{number}")), Route::of(ScreenId::AuditEvent, line.id))
        });
        let shown_before = (self.pager.page() - 1).saturating_mul(pager::ROWS);
        let mut filters = vec![Button::press(&say.button_audit_kind(), ButtonAction::Act(WHAT))];
        if everybody {
            filters.insert(0, Button::press(&say.button_audit_who(), ButtonAction::Act(WHO)));
        }
        let denials = say.button_audit_denials();
        let denials = if self.filter.denials { say.mark_chosen(denials) } else { denials };
        let looks = say.button_audit_looks();
        let looks = if self.filter.looks { say.mark_chosen(looks) } else { looks };
        filters.push(Button::press(&denials, ButtonAction::Act(DENIALS)));
        if cx.crm.may(Permission::ClientView) {
            filters.push(Button::press(&looks, ButtonAction::Act(LOOKS)));
        }
        let clear = (self.filter != AuditFilter::default())
            .then(|| Button::press(&say.button_audit_all(), ButtonAction::Act(ALL)));
        Ok(Screen::new(text)
            .grid(open, 4)
            .row(self.pager.arrows(shown_before.saturating_add(page.rest), say))
            .grid(filters, 2)
            .row(clear)
            .leave(say))
    }

    /// What the list is narrowed to, in words.
    async fn filters(&self, cx: &mut Cx<'_>) -> Result<Vec<Html>> {
        let AuditFilter { person, entity, record, until, denials, looks } = self.filter;
        // Without the right to the whole log no other user is named, whatever a forged button says.
        let who = match person.filter(|_| cx.crm.may(Permission::AuditAll)) {
            Some(person) => staff::person(&mut cx.crm, person).await?.map(|person| person.full_name),
            None => None,
        };
        let say = cx.say;
        let mut lines = Vec::new();
        if let Some(person) = person {
            lines.push(say.audit_only_who(words::actor(person, who.as_deref().unwrap_or_default(), say)));
        }
        match (entity, record) {
            (Some(entity), Some(record)) => {
                lines.push(say.audit_only_record(words::entity(entity, say), record));
            }
            (None, Some(record)) => lines.push(say.audit_only_number(record)),
            (Some(entity), None) => lines.push(say.audit_only_kind(words::entity(entity, say))),
            (None, None) => {}
        }
        lines.extend(until.map(|day| say.audit_only_until(say.day(day))));
        lines.extend(denials.then(|| say.audit_only_denials()));
        lines.extend(looks.then(|| say.audit_only_looks()));
        Ok(lines)
    }

    async fn people(&self, pager: &Pager<i64>, cx: &mut Cx<'_>) -> Result<Screen> {
        let say = cx.say;
        let Rest { rows: people, rest } = audit_log::people(&mut cx.crm, pager.after().copied(), pager::ROWS).await?;
        let total = (pager.page() - 1).saturating_mul(pager::ROWS).saturating_add(rest);
        let people =
            people.iter().map(|(id, name)| Button::press(&words::actor(*id, name, say), ButtonAction::Pick(id.0)));
        Ok(Screen::new(say.audit_ask_who()).grid(people, 2).row(pager.arrows(total, say)).leave(say))
    }
}

/// Time, actor, action in words, record.
fn one(line: &AuditLine, everybody: bool, cx: &Cx<'_>) -> Html {
    let (say, zone) = (cx.say, cx.crm.actor.time_zone(cx.crm.company));
    let who = everybody.then(|| words::actor(line.actor.0, &line.actor.1, say));
    let record = words::record(line, say);
    let parts = [Some(say.moment(line.at, zone)), who, Some(words::what(line, say)), record];
    Html::join(parts.into_iter().flatten(), " · ")
}
