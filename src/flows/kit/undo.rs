//! The undo buttons of a card, and the question before an undo that removes a record.
//!
//! The undo itself is the dialogue's.

use serde::{Deserialize, Serialize};

use crate::crm::{Entity, Result, SplitRefusal, Undoable, undo};
use crate::error::SystemError;
use crate::flows::audit::action_label;
use crate::flows::{Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Screen, Step};
use crate::text::Say;

/// The buttons: what the user did last, and what the user has undone last; none when there is nothing of their own.
pub async fn buttons(entity: Entity, id: i64, cx: &mut Cx<'_>) -> Result<Vec<Button>, SystemError> {
    let offers = undo::offers(&mut cx.crm, entity, id).await.split_refusal()?.unwrap_or_default();
    let undo = offers.undo.and_then(|write| {
        let what = action_label(&write.action, &write.entity, cx.say)?;
        Some(Button::press(&cx.say.button_undo(what), ButtonAction::Undo(write.event)))
    });
    let again = offers.again.and_then(|undone| again(&undone, cx.say));
    Ok(undo.into_iter().chain(again).collect())
}

/// The button that undoes an undo.
#[must_use]
pub fn again(undone: &Undoable, say: Say) -> Option<Button> {
    let what = action_label(&undone.action, &undone.entity, say)?;
    Some(Button::press(&say.button_again(what), ButtonAction::Undo(undone.event)))
}

/// The question before an undo that takes a record away.
#[derive(Clone, Serialize, Deserialize)]
pub struct UndoQuestion {
    event: i64,
}

impl UndoQuestion {
    /// The event of the write that it asks about.
    #[must_use]
    pub const fn event(&self) -> i64 {
        self.event
    }
}

impl Flow for UndoQuestion {
    async fn open(nav: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self { event: nav.id()? }))
    }

    async fn on(&mut self, event: Event, _: &mut Cx<'_>) -> Result<Step> {
        Ok(match event {
            Event::Pressed(_) => Step::Back(None),
            _ => Step::NotHandled,
        })
    }

    /// Yes is the undo itself, in a row of its own, which the dialogue keeps away from the button that was tapped last.
    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let say = cx.say;
        let asked = undo::question(&mut cx.crm, self.event).await?;
        let what = asked.and_then(|asked| {
            let what = action_label(&asked.write.action, &asked.write.entity, say)?;
            Some(if asked.again { say.again_question(what) } else { say.undo_question(what) })
        });
        let screen = match what {
            Some(question) => Screen::new(question)
                .button(&say.button_no(), ButtonAction::No)
                .button(&say.button_yes(), ButtonAction::Undo(self.event)),
            None => Screen::new(say.refused_gone()),
        };
        Ok(screen.leave(say))
    }
}
