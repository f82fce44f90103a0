//! Undo, the same on every card that offers it.

use super::{Dialogue, Said};
use crate::crm::{Fault, Heard, Undone};
use crate::flows::registry::{Frame, PlaceKind};
use crate::flows::{Cx, Place, refusals};

impl Dialogue {
    /// Takes an own write back; a record that is no more is left. Before a record
    /// goes there is a question, whose Yes is the same press.
    pub(super) async fn undo(&mut self, event: i64, cx: &mut Cx<'_>) -> Result<Said, Fault> {
        if self.stack.pop_if(|frame| matches!(frame, Frame::Undo(question) if question.event() == event)).is_none() {
            match cx.crm.undo_question(event).await.heard()? {
                Ok(Some(_)) => return self.enter(Place::of(PlaceKind::Undo, event).into(), cx).await,
                Ok(None) => {}
                Err(refusal) => return Ok(Said::Warned(refusals::sentence(&refusal, cx))),
            }
        }
        let undone = match cx.crm.undo(event).await.heard()? {
            Ok(undone) => undone,
            Err(refusal) => return Ok(Said::Warned(refusals::sentence(&refusal, cx))),
        };
        if cx.crm.identity_changed() {
            cx.enter().await?;
        }
        if undone != Undone::Change {
            self.stack.pop();
        }
        if self.closed_door(cx).is_some() {
            // He has just given up the right to be here.
            self.stack.clear();
        }
        Ok(Said::Told(match undone {
            Undone::Lead => cx.say.undo_lead_done(),
            Undone::Entry | Undone::Change => cx.say.undo_done(),
        }))
    }
}
