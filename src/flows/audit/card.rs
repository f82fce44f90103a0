//! The card of one audit event: old and new values, field by field.

use serde::{Deserialize, Serialize};

use super::{Audit, fields, words};
use crate::crm::{AuditCard, Entity, Result, audit_log};
use crate::flows::route::ScreenId;
use crate::flows::{Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Route, Screen, Step};
use crate::text::Html;

/// Shows all events of the record.
const HISTORY: u8 = 1;

/// The card, or the log of its record.
#[derive(Clone, Serialize, Deserialize)]
pub enum AuditEvent {
    /// The card of the event of this id.
    Card(i64),
    /// The history of the event's record; Back returns to the card.
    History(i64, Audit),
}

impl Flow for AuditEvent {
    async fn open(nav: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self::Card(nav.id()?)))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        let id = match self {
            Self::Card(id) => *id,
            Self::History(id, log) => {
                let id = *id;
                return Ok(match log.on(event, cx).await? {
                    Step::Back(_) => {
                        *self = Self::Card(id);
                        Step::Stay
                    }
                    step => step,
                });
            }
        };
        Ok(match event {
            Event::Pressed(ButtonAction::Act(HISTORY)) => {
                let card = audit_log::event(&mut cx.crm, id).await?;
                if let Some((entity, record)) = record(&card) {
                    *self = Self::History(id, Audit::of(entity, record));
                }
                Step::Stay
            }
            event => event.otherwise(),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let id = match self {
            Self::Card(id) => *id,
            Self::History(_, log) => return log.screen(cx).await,
        };
        let say = cx.say;
        let card = audit_log::event(&mut cx.crm, id).await?;
        let mut screen = Screen::new(text(&card, cx));
        if let Some((entity, record)) = record(&card) {
            let mut buttons = vec![Button::press(&say.button_audit_history(), ButtonAction::Act(HISTORY))];
            let route = route(entity).filter(|kind| kind.entry().access.is_open(cx));
            buttons.extend(route.map(|kind| Button::open(&say.button_open_card(), Route::of(kind, record))));
            screen = screen.row(buttons);
        }
        Ok(screen.leave(say))
    }
}

/// The record of the event, where the log can be narrowed to it.
fn record(card: &AuditCard) -> Option<(Entity, i64)> {
    Entity::from_code(&card.line.entity).zip(card.line.record.as_ref().map(|record| record.id))
}

/// Where such a record has a card of its own.
fn route(entity: Entity) -> Option<ScreenId> {
    match entity {
        Entity::Client => Some(ScreenId::Client),
        Entity::Contract => Some(ScreenId::ContractCard),
        Entity::Service => Some(ScreenId::ServiceCard),
        Entity::Ad => Some(ScreenId::AdCard),
        Entity::Staff => Some(ScreenId::StaffCard),
        Entity::Touch | Entity::Note | Entity::FollowUp | Entity::Group | Entity::Parked | Entity::Consent => None,
    }
}

fn text(card: &AuditCard, cx: &Cx<'_>) -> Html {
    let line = &card.line;
    let what = words::what(line, cx.say).bold();
    let head = match words::record(line, cx.say) {
        Some(record) => what.line(record),
        None => what,
    };
    head.line(who_when(card, cx)).paragraph(changes(card, cx))
}

/// The same without the record, shorter: an event among others of one record.
pub fn told(card: &AuditCard, cx: &Cx<'_>) -> Html {
    words::what(&card.line, cx.say).bold().line(who_when(card, cx)).line(changes(card, cx))
}

fn who_when(card: &AuditCard, cx: &Cx<'_>) -> Html {
    let (say, zone, line) = (cx.say, cx.crm.actor.time_zone(cx.crm.company), &card.line);
    let who = words::actor(line.actor.0, &line.actor.1, say);
    let head = say.audit_who_when(who, say.moment(line.at, zone));
    match &card.reason {
        Some(reason) => head.line(say.audit_reason(reason.as_str())),
        None => head,
    }
}

fn changes(card: &AuditCard, cx: &Cx<'_>) -> Html {
    let mut changes: Vec<_> = card.changes.iter().collect();
    changes.sort_by_key(|change| fields::route(&change.field));
    Html::join(changes.into_iter().map(|change| fields::line(change, cx)), "\n")
}
