//! The button that takes the latest write on a record back, and the question before a record goes; the tap is the dialogue's.

use serde::{Deserialize, Serialize};

use crate::crm::{Entity, Result, SplitRefusal, undo};
use crate::error::SystemError;
use crate::flows::audit::action_label;
use crate::flows::{Button, ButtonAction, Cx, Event, Navigation, OldFlow, OldStep, Screen, refusals};

/// The button; none when there is nothing of the person's own to take back.
pub async fn button(entity: Entity, id: i64, cx: &mut Cx<'_>) -> Result<Option<Button>, SystemError> {
    let Some(write) = undo::undoable(&mut cx.crm, entity, id).await.split_refusal()?.ok().flatten() else {
        return Ok(None);
    };
    let what = action_label(&write.action, &write.entity, cx.say);
    Ok(what.map(|what| Button::press(&cx.say.button_undo(what), ButtonAction::Undo(write.event))))
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

impl OldFlow for UndoQuestion {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(match nav.route.id {
            Some(event) => OldStep::Stay(Self { event }),
            None => OldStep::Back(Some(cx.say.refused_gone())),
        })
    }

    async fn on(self, event: Event, _: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(match event {
            Event::Pressed(_) => OldStep::Back(None),
            _ => OldStep::NotHandled(self),
        })
    }

    /// Yes is the undo itself, in a row of its own, which the dialogue keeps away from the button that was tapped last.
    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let say = cx.say;
        let asked = undo::question(&mut cx.crm, self.event).await.split_refusal()?.map(|write| {
            let what = write.and_then(|write| action_label(&write.action, &write.entity, say));
            what.map(|what| say.undo_question(what))
        });
        let screen = match asked {
            Ok(Some(question)) => Screen::new(question)
                .button(&say.button_no(), ButtonAction::No)
                .button(&say.button_yes(), ButtonAction::Undo(self.event)),
            Ok(None) => Screen::new(say.refused_gone()),
            Err(refusal) => Screen::new(refusals::sentence(&refusal, cx)),
        };
        Ok(screen.leave(say))
    }
}
