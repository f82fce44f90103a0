//! When somebody leaves: all his clients, their contracts and his next steps go to a colleague in one go.

use serde::{Deserialize, Serialize};

use crate::crm::{Refusal, Result, SplitRefusal, StaffId, handover, staff};
use crate::error::SystemError;
use crate::flows::kit::{Pager, pager, question};
use crate::flows::{Button, ButtonAction, Cx, Event, Navigation, OldFlow, OldStep, Screen, refusals};
use crate::text::Html;

/// Whose, and to whom.
#[derive(Clone, Serialize, Deserialize)]
pub struct HandOver {
    from: StaffId,
    to: Option<StaffId>,
    pager: Pager<i64>,
}

impl OldFlow for HandOver {
    async fn open(nav: &Navigation, _: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        let from = StaffId(nav.route.id.unwrap_or_default());
        Ok(OldStep::Stay(Self { from, to: None, pager: Pager::default() }))
    }

    async fn on(mut self, event: Event, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(match (event, self.to) {
            (Event::Pressed(ButtonAction::Pick(to)), None) => OldStep::Stay(Self { to: Some(StaffId(to)), ..self }),
            (Event::Pressed(ButtonAction::Page(to)), None) => {
                let shown = handover::successors(&mut cx.crm, self.from, self.pager.after().copied(), pager::ROWS)
                    .await
                    .split_refusal()?;
                self.pager.turn(to, shown.ok().and_then(|(people, _)| people.last().map(|(id, _)| id.0)));
                OldStep::Stay(self)
            }
            (Event::Pressed(ButtonAction::Yes), Some(to)) => {
                match handover::hand_over_all(&mut cx.crm, self.from, to).await.split_refusal()? {
                    Ok(workload) => OldStep::Back(Some(cx.say.hand_over_done(workload.clients, workload.follow_ups))),
                    Err(refusal) => OldStep::Reject(Self { to: None, ..self }, refusals::sentence(&refusal, cx)),
                }
            }
            (Event::Pressed(ButtonAction::No | ButtonAction::Back), Some(_)) => {
                OldStep::Stay(Self { to: None, ..self })
            }
            (Event::Pressed(ButtonAction::Back), None) => OldStep::Back(None),
            (Event::Pressed(_) | Event::Computed(_), _) => OldStep::Stay(self),
            _ => OldStep::NotHandled(self),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        Ok(match self.draw(cx).await.split_refusal()? {
            Ok(screen) => screen,
            Err(refusal) => Screen::new(refusals::sentence(&refusal, cx)).leave(cx.say),
        })
    }
}

impl HandOver {
    async fn draw(&self, cx: &mut Cx<'_>) -> Result<Screen> {
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
        let (people, rest) =
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
