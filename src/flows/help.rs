//! The help: the commands one may use, made from the registry.

use serde::{Deserialize, Serialize};

use super::{Cx, Event, Flow, Opening, Press, Screen, Step, commands};
use crate::crm::Fault;
use crate::text::Html;

#[derive(Serialize, Deserialize)]
pub struct Help;

impl Flow for Help {
    async fn open(_: &Opening, _: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        Ok(Step::Stay(Self))
    }

    async fn on(self, event: Event, _: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        Ok(match event {
            Event::Pressed(Press::Back) => Step::Back(None),
            Event::Pressed(_) | Event::Computed(_) => Step::Stay(self),
            _ => Step::Unheard(self),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, Fault> {
        let lines = commands::described(&cx.crm.actor, cx.say)
            .map(|(command, about)| cx.say.help_line(Html::data(&format!("/{command}")), about));
        let text = cx.say.help_title().bold().paragraph(Html::join(lines, "\n")).paragraph(cx.say.help_anywhere());
        Ok(Screen::new(text).button(&cx.say.button_home(), Press::Home))
    }
}
