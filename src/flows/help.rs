//! `/help`: the commands that the user may use, made from the registry.

use serde::{Deserialize, Serialize};

use super::{ButtonAction, Cx, Event, Flow, Navigation, Opened, Screen, Step, commands};
use crate::crm::Result;
use crate::text::Html;

#[derive(Clone, Serialize, Deserialize)]
pub struct Help;

impl Flow for Help {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self))
    }

    async fn on(&mut self, event: Event, _: &mut Cx<'_>) -> Result<Step> {
        Ok(match event {
            Event::Pressed(ButtonAction::Back) => Step::Back(None),
            Event::Pressed(_) | Event::Computed(_) | Event::Retried(_) => Step::Stay,
            _ => Step::NotHandled,
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let lines = commands::described(&cx.crm.actor, cx.say)
            .map(|(command, about)| cx.say.help_line(Html::data(&format!("/{command}")), about));
        let text = cx.say.help_title().bold().paragraph(Html::join(lines, "\n")).paragraph(cx.say.help_anywhere());
        Ok(Screen::new(text).button(&cx.say.button_home(), ButtonAction::Home))
    }
}
