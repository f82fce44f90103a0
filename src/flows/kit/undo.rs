//! The undo button of a card, and the question before an undo that removes a record.
//!
//! The undo itself is the dialogue's.

use serde::{Deserialize, Serialize};

use crate::crm::{Entity, Result, SplitRefusal, undo};
use crate::error::SystemError;
use crate::flows::audit::action_label;
use crate::flows::{Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Screen, Step};

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
        let what = asked.and_then(|write| action_label(&write.action, &write.entity, say));
        let screen = match what {
            Some(what) => Screen::new(say.undo_question(what))
                .button(&say.button_no(), ButtonAction::No)
                .button(&say.button_yes(), ButtonAction::Undo(self.event)),
            None => Screen::new(say.refused_gone()),
        };
        Ok(screen.leave(say))
    }
}
