//! One event of the log: old and new, field by field.

use serde::{Deserialize, Serialize};

use super::{Audit, fields, words};
use crate::crm::{AuditCard, Entity, Result, SplitRefusal, audit_log};
use crate::error::SystemError;
use crate::flows::route::ScreenId;
use crate::flows::{Button, ButtonAction, Cx, Event, Navigation, OldFlow, OldStep, Route, Screen, refusals};
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

impl OldFlow for AuditEvent {
    async fn open(nav: &Navigation, _: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(OldStep::Stay(Self::Card(nav.route.id.unwrap_or_default())))
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        let id = match self {
            Self::Card(id) => id,
            Self::History(id, log) => {
                return Ok(match log.on(event, cx).await? {
                    OldStep::Back(_) => OldStep::Stay(Self::Card(id)),
                    step => step.map(|log| Self::History(id, log)),
                });
            }
        };
        Ok(match event {
            Event::Pressed(ButtonAction::Act(HISTORY)) => {
                match audit_log::event(&mut cx.crm, id).await.split_refusal()? {
                    Ok(card) => match record(&card) {
                        Some((entity, record)) => OldStep::Stay(Self::History(id, Audit::of(entity, record))),
                        None => OldStep::Stay(self),
                    },
                    Err(refusal) => OldStep::Back(Some(refusals::sentence(&refusal, cx))),
                }
            }
            Event::Pressed(ButtonAction::Back) => OldStep::Back(None),
            Event::Pressed(_) | Event::Computed(_) | Event::Retried(_) => OldStep::Stay(self),
            _ => OldStep::NotHandled(self),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let id = match self {
            Self::Card(id) => *id,
            Self::History(_, log) => return log.screen(cx).await,
        };
        let say = cx.say;
        let card = match audit_log::event(&mut cx.crm, id).await.split_refusal()? {
            Ok(card) => card,
            Err(refusal) => return Ok(Screen::new(refusals::sentence(&refusal, cx)).leave(say)),
        };
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
