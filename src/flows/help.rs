//! `/help`: the commands that the user may use, made from the registry.

use serde::{Deserialize, Serialize};

use super::{ButtonAction, Cx, Flow, Navigation, Opened, Screen, commands};
use crate::crm::Result;
use crate::text::Html;

#[derive(Clone, Serialize, Deserialize)]
pub struct Help;

impl Flow for Help {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self))
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let lines = commands::described(&cx.crm.actor, cx.say)
            .map(|(command, about)| cx.say.help_line(Html::data(&format!("/{command}")), about));
        let text = cx.say.help_title().bold().paragraph(Html::join(lines, "\n")).paragraph(cx.say.help_anywhere());
        Ok(Screen::new(text).button(&cx.say.button_home(), ButtonAction::Home))
    }
}
