//! The main menu: where everybody of the staff begins.

use serde::{Deserialize, Serialize};

use super::{Cx, Event, Flow, Opening, Screen, Step, commands};
use crate::crm::{Fault, Heard};
use crate::domain::Permission;
use crate::text::Html;

#[derive(Serialize, Deserialize)]
pub struct Menu;

impl Flow for Menu {
    async fn open(_: &Opening, _: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        Ok(Step::Stay(Self))
    }

    async fn on(self, event: Event, _: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        Ok(match event {
            Event::Typed(_) | Event::Shared(_) | Event::Sent(_) => Step::Unheard(self),
            Event::Pressed(_) | Event::Computed(_) => Step::Stay(self),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, Fault> {
        let Some(staff) = cx.crm.actor.staff() else { return Ok(Screen::new(cx.say.stranger())) };
        let mut text = cx.say.menu_greeting(staff.full_name.as_str());
        if cx.crm.may(Permission::StatsView)
            && let Ok(counts) = cx.crm.state_counts().await.heard()?
        {
            text = text.paragraph(cx.say.menu_counters(counts.potential, counts.active, counts.inactive));
        }
        let hint = match (cx.crm.may(Permission::ClientAdd), cx.crm.may(Permission::ClientView)) {
            (true, _) => cx.say.menu_hint_capture(),
            (false, true) => cx.say.menu_hint(),
            (false, false) => Html::default(),
        };
        Ok(Screen::new(text.paragraph(hint)).grid(commands::places(cx), 2))
    }
}
