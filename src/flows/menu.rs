//! The main menu: the first screen of every linked user.

use serde::{Deserialize, Serialize};

use super::{Cx, Event, Flow, Navigation, Opened, Screen, Step, commands};
use crate::crm::{Result, SplitRefusal, clients};
use crate::domain::Permission;
use crate::text::Html;

#[derive(Clone, Serialize, Deserialize)]
pub struct Menu;

impl Flow for Menu {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self))
    }

    async fn on(&mut self, event: Event, _: &mut Cx<'_>) -> Result<Step> {
        Ok(match event {
            Event::Typed(_) | Event::Shared(_) | Event::Sent(_) => Step::NotHandled,
            Event::Pressed(_) | Event::Computed(_) | Event::Retried(_) => Step::Stay,
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
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
