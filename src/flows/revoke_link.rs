//! The question before a user's link to Telegram is ended, from the notice of an invite that was opened (G2).

use serde::{Deserialize, Serialize};

use super::kit::question;
use super::{ButtonAction, Cx, Event, Flow, Navigation, Opened, Screen, Step, refusals};
use crate::crm::{Error, Refusal, Result, StaffId, access, staff};

/// The question before it.
#[derive(Clone, Serialize, Deserialize)]
pub struct RevokeLink {
    staff: StaffId,
}

impl Flow for RevokeLink {
    async fn open(nav: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self { staff: StaffId(nav.id()?) }))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        Ok(match event {
            Event::Pressed(ButtonAction::Yes) => {
                let name =
                    staff::person(&mut cx.crm, self.staff).await?.map(|person| person.full_name).unwrap_or_default();
                Step::Back(Some(match access::revoke_link(&mut cx.crm, self.staff).await {
                    Ok(()) => cx.say.revoke_done(name),
                    // The question has been answered.
                    Err(Error::Refused(refusal)) => refusals::sentence(&refusal, cx),
                    Err(error) => return Err(error),
                }))
            }
            Event::Pressed(_) => Step::Back(None),
            _ => Step::NotHandled,
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let person = staff::person(&mut cx.crm, self.staff).await?.ok_or(Refusal::Gone)?;
        Ok(question::yes_no(cx.say.revoke_confirm(person.full_name, person.username), cx.say))
    }
}
