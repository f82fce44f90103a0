//! The help: the commands one may use, made from the registry.

use serde::{Deserialize, Serialize};

use super::{ButtonAction, Cx, Event, Flow, Navigation, Screen, Step, commands};
use crate::error::SystemError;
use crate::text::Html;

#[derive(Serialize, Deserialize)]
pub struct Help;

impl Flow for Help {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<Step<Self>, SystemError> {
        Ok(Step::Stay(Self))
    }

    async fn on(self, event: Event, _: &mut Cx<'_>) -> Result<Step<Self>, SystemError> {
        Ok(match event {
            Event::Pressed(ButtonAction::Back) => Step::Back(None),
            Event::Pressed(_) | Event::Computed(_) => Step::Stay(self),
            _ => Step::NotHandled(self),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let lines = commands::described(&cx.crm.actor, cx.say)
            .map(|(command, about)| cx.say.help_line(Html::data(&format!("/{command}")), about));
        let text = cx.say.help_title().bold().paragraph(Html::join(lines, "\n")).paragraph(cx.say.help_anywhere());
        Ok(Screen::new(text).button(&cx.say.button_home(), ButtonAction::Home))
    }
}
