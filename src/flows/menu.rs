//! The main menu: where everybody of the staff begins.

use serde::{Deserialize, Serialize};

use super::{Cx, Event, Navigation, OldFlow, OldStep, Screen, commands};
use crate::crm::{SplitRefusal, clients};
use crate::domain::Permission;
use crate::error::SystemError;
use crate::text::Html;

#[derive(Clone, Serialize, Deserialize)]
pub struct Menu;

impl OldFlow for Menu {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(OldStep::Stay(Self))
    }

    async fn on(self, event: Event, _: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(match event {
            Event::Typed(_) | Event::Shared(_) | Event::Sent(_) => OldStep::NotHandled(self),
            Event::Pressed(_) | Event::Computed(_) | Event::Retried(_) => OldStep::Stay(self),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let Some(staff) = cx.crm.actor.staff() else { return Ok(Screen::new(cx.say.stranger())) };
        let mut text = cx.say.menu_greeting(staff.full_name.as_str());
        if cx.crm.may(Permission::StatsView)
            && let Ok(counts) = clients::state_counts(&mut cx.crm).await.split_refusal()?
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
