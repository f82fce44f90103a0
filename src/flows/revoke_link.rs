//! Takes a person's access away: the button below the notice of an invite that was opened (G2).

use serde::{Deserialize, Serialize};

use super::kit::question;
use super::{ButtonAction, Cx, Event, Flow, Navigation, Screen, Step, refusals};
use crate::crm::{SplitRefusal, StaffId};
use crate::error::SystemError;

/// The question before it.
#[derive(Serialize, Deserialize)]
pub struct RevokeLink {
    staff: StaffId,
}

impl Flow for RevokeLink {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Step<Self>, SystemError> {
        Ok(match nav.route.id {
            Some(id) => Step::Stay(Self { staff: StaffId(id) }),
            None => Step::Back(Some(cx.say.refused_gone())),
        })
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<Step<Self>, SystemError> {
        match event {
            Event::Pressed(ButtonAction::Yes) => {
                let name = cx.crm.person(self.staff).await?.map(|person| person.full_name).unwrap_or_default();
                Ok(match cx.crm.revoke_link(self.staff).await.split_refusal()? {
                    Ok(()) => Step::Back(Some(cx.say.revoke_done(name))),
                    Err(refusal) => Step::Back(Some(refusals::sentence(&refusal, cx))),
                })
            }
            Event::Pressed(_) => Ok(Step::Back(None)),
            _ => Ok(Step::NotHandled(self)),
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let Some(person) = cx.crm.person(self.staff).await? else {
            return Ok(Screen::new(cx.say.refused_gone()).button(&cx.say.button_back(), ButtonAction::Back));
        };
        Ok(question::yes_no(cx.say.revoke_confirm(person.full_name, person.username), cx.say))
    }
}
