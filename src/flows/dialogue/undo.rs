//! Undo, the same on every card that offers it.

use super::{Dialogue, Said};
use crate::crm::{SplitRefusal, Undone, undo};
use crate::error::SystemError;
use crate::flows::registry::{Frame, ScreenId};
use crate::flows::{Cx, Route, refusals};

impl Dialogue {
    /// Takes an own write back; a record that is no more is left. Before a record
    /// goes there is a question, whose Yes is the same press.
    pub(super) async fn undo(&mut self, event: i64, cx: &mut Cx<'_>) -> Result<Said, SystemError> {
        if self.stack.pop_if(|frame| matches!(frame, Frame::Undo(question) if question.event() == event)).is_none() {
            match undo::question(&mut cx.crm, event).await.split_refusal()? {
                Ok(Some(_)) => return self.enter(Route::of(ScreenId::Undo, event).into(), cx).await,
                Ok(None) => {}
                Err(refusal) => return Ok(Said::Warned(refusals::sentence(&refusal, cx))),
            }
        }
        let undone = match undo::undo(&mut cx.crm, event).await.split_refusal()? {
            Ok(undone) => undone,
            Err(refusal) => return Ok(Said::Warned(refusals::sentence(&refusal, cx))),
        };
        if cx.crm.identity_changed() {
            cx.enter().await?;
        }
        if matches!(undone, Undone::Lead | Undone::Entry) {
            self.stack.pop();
            // The card that would offer it is gone: the next screen does.
            self.again = undo::repeatable(&mut cx.crm, event).await.split_refusal()?.ok().flatten();
        }
        if self.denied_access(cx).is_some() {
            // He has just given up the right to be here.
            self.stack.clear();
        }
        Ok(Said::Told(match undone {
            Undone::Lead => cx.say.undo_lead_done(),
            Undone::Entry | Undone::Change => cx.say.undo_done(),
            Undone::Again => cx.say.again_done(),
        }))
    }
}
