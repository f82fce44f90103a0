//! The hand-over of a departing user: all their clients, contracts and next steps go to a colleague.

use serde::{Deserialize, Serialize};

use crate::crm::{Error, Refusal, Rest, Result, StaffId, handover, staff};
use crate::flows::kit::{Pager, pager, question};
use crate::flows::{Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Screen, Step, refusals};
use crate::text::Html;

/// Whose, and to whom.
#[derive(Clone, Serialize, Deserialize)]
pub struct Handover {
    from: StaffId,
    to: Option<StaffId>,
    pager: Pager<i64>,
}

impl Flow for Handover {
    async fn open(nav: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self { from: StaffId(nav.id()?), to: None, pager: Pager::default() }))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        Ok(match (event, self.to) {
            (Event::Pressed(ButtonAction::Pick(to)), None) => {
                self.to = Some(StaffId(to));
                Step::Stay
            }
            (Event::Pressed(ButtonAction::Page(to)), None) => {
                let after = self.pager.after().copied();
                let Rest { rows: people, .. } =
                    handover::successors(&mut cx.crm, self.from, after, pager::ROWS).await?;
                self.pager.turn(to, people.last().map(|(id, _)| id.0));
                Step::Stay
            }
            (Event::Pressed(ButtonAction::Yes), Some(to)) => {
                match handover::transfer_all(&mut cx.crm, self.from, to).await {
                    Ok(workload) => Step::Back(Some(cx.say.hand_over_done(workload.clients, workload.follow_ups))),
                    Err(Error::Refused(refusal)) => {
                        // Another colleague can be chosen.
                        self.to = None;
                        Step::Reject(refusals::sentence(&refusal, cx))
                    }
                    Err(error) => return Err(error),
                }
            }
            (Event::Pressed(ButtonAction::No | ButtonAction::Back), Some(_)) => {
                self.to = None;
                Step::Stay
            }
            (Event::Pressed(ButtonAction::Back), None) => Step::Back(None),
            (Event::Pressed(_) | Event::Computed(_), _) => Step::Stay,
            _ => Step::NotHandled,
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let workload = handover::workload(&mut cx.crm, self.from).await?;
        let from = staff::person(&mut cx.crm, self.from).await?.ok_or(Refusal::Gone)?.full_name;
        let say = cx.say;
        let what = say.hand_over_what(workload.clients, workload.follow_ups);
        if let Some(to) = self.to {
            let to = staff::person(&mut cx.crm, to).await?.ok_or(Refusal::Gone)?.full_name;
            return Ok(question::yes_no(say.hand_over_confirm(from, to, what), say));
        }
        if workload.clients == 0 && workload.follow_ups == 0 {
            return Ok(Screen::new(say.hand_over_nothing(from)).leave(say));
        }
        let Rest { rows: people, rest } =
            handover::successors(&mut cx.crm, self.from, self.pager.after().copied(), pager::ROWS).await?;
        let total = (self.pager.page() - 1).saturating_mul(pager::ROWS).saturating_add(rest);
        let text = match people.is_empty() {
            true => say.hand_over_nobody(),
            false => say.hand_over_ask(from, what),
        };
        let people = people.iter().map(|(id, name)| Button::press(&Html::data(name), ButtonAction::Pick(id.0)));
        Ok(Screen::new(text).grid(people, 2).row(self.pager.arrows(total, say)).leave(say))
    }
}
