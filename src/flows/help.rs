//! The help: the commands one may use, made from the registry.

use serde::{Deserialize, Serialize};

use super::{ButtonAction, Cx, Event, Navigation, OldFlow, OldStep, Screen, commands};
use crate::error::SystemError;
use crate::text::Html;

#[derive(Clone, Serialize, Deserialize)]
pub struct Help;

impl OldFlow for Help {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(OldStep::Stay(Self))
    }

    async fn on(self, event: Event, _: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(match event {
            Event::Pressed(ButtonAction::Back) => OldStep::Back(None),
            Event::Pressed(_) | Event::Computed(_) | Event::Retried(_) => OldStep::Stay(self),
            _ => OldStep::NotHandled(self),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let lines = commands::described(&cx.crm.actor, cx.say)
            .map(|(command, about)| cx.say.help_line(Html::data(&format!("/{command}")), about));
        let text = cx.say.help_title().bold().paragraph(Html::join(lines, "\n")).paragraph(cx.say.help_anywhere());
        Ok(Screen::new(text).button(&cx.say.button_home(), ButtonAction::Home))
    }
}
