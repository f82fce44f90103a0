//! Takes a person's access away: the button below the notice of an invite that was opened (G2).

use serde::{Deserialize, Serialize};

use super::kit::question;
use super::{ButtonAction, Cx, Event, Navigation, OldFlow, OldStep, Screen, refusals};
use crate::crm::{SplitRefusal, StaffId, access, staff};
use crate::error::SystemError;

/// The question before it.
#[derive(Clone, Serialize, Deserialize)]
pub struct RevokeLink {
    staff: StaffId,
}

impl OldFlow for RevokeLink {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(match nav.route.id {
            Some(id) => OldStep::Stay(Self { staff: StaffId(id) }),
            None => OldStep::Back(Some(cx.say.refused_gone())),
        })
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        match event {
            Event::Pressed(ButtonAction::Yes) => {
                let name =
                    staff::person(&mut cx.crm, self.staff).await?.map(|person| person.full_name).unwrap_or_default();
                Ok(match access::revoke_link(&mut cx.crm, self.staff).await.split_refusal()? {
                    Ok(()) => OldStep::Back(Some(cx.say.revoke_done(name))),
                    Err(refusal) => OldStep::Back(Some(refusals::sentence(&refusal, cx))),
                })
            }
            Event::Pressed(_) => Ok(OldStep::Back(None)),
            _ => Ok(OldStep::NotHandled(self)),
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let Some(person) = staff::person(&mut cx.crm, self.staff).await? else {
            return Ok(Screen::new(cx.say.refused_gone()).button(&cx.say.button_back(), ButtonAction::Back));
        };
        Ok(question::yes_no(cx.say.revoke_confirm(person.full_name, person.username), cx.say))
    }
}
