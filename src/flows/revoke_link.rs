//! Takes a person's access away: the button below the notice of an invite that was opened (G2).

use serde::{Deserialize, Serialize};

use super::kit::question;
use super::{Cx, Event, Flow, Opening, Press, Screen, Step, refusals};
use crate::crm::{Fault, Heard, StaffId};

/// The question before it.
#[derive(Serialize, Deserialize)]
pub struct RevokeLink {
    staff: StaffId,
}

impl Flow for RevokeLink {
    async fn open(opening: &Opening, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        Ok(match opening.place.id {
            Some(id) => Step::Stay(Self { staff: StaffId(id) }),
            None => Step::Back(Some(cx.say.refused_gone())),
        })
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        match event {
            Event::Pressed(Press::Yes) => {
                let name = cx.crm.person(self.staff).await?.map(|person| person.full_name).unwrap_or_default();
                Ok(match cx.crm.revoke_link(self.staff).await.heard()? {
                    Ok(()) => Step::Back(Some(cx.say.revoke_done(name))),
                    Err(refusal) => Step::Back(Some(refusals::sentence(&refusal, cx))),
                })
            }
            Event::Pressed(_) => Ok(Step::Back(None)),
            _ => Ok(Step::Unheard(self)),
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, Fault> {
        let Some(person) = cx.crm.person(self.staff).await? else {
            return Ok(Screen::new(cx.say.refused_gone()).button(&cx.say.button_back(), Press::Back));
        };
        Ok(question::yes_no(cx.say.revoke_confirm(person.full_name, person.username), cx.say))
    }
}
