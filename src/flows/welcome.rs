//! The way in by invite, and what strangers see (A1–A3).

use serde::{Deserialize, Serialize};

use super::kit::{groups, question};
use super::{Cx, Event, Flow, Opening, Press, Screen, Step, refusals};
use crate::crm::{Fault, Heard};

/// The door.
#[derive(Serialize, Deserialize)]
pub enum Welcome {
    /// Nothing to offer: the one neutral line.
    Stranger,
    /// An invite that can be used; the code is kept as long as the question stands.
    Invited {
        /// The code.
        code: String,
    },
}

impl Flow for Welcome {
    async fn open(opening: &Opening, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        if let Some(staff) = cx.crm.actor.staff() {
            let words = cx.say.invite_already_linked(staff.full_name.as_str());
            return Ok(Step::Home(Some(words)));
        }
        if opening.text.is_empty() {
            return Ok(Step::Stay(Self::Stranger));
        }
        Ok(match cx.crm.preview_invite(&opening.text).await.heard()? {
            Ok(_) => Step::Stay(Self::Invited { code: opening.text.clone() }),
            Err(refusal) => Step::Warn(Self::Stranger, refusals::sentence(&refusal, cx)),
        })
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        match (self, event) {
            (Self::Invited { code }, Event::Pressed(Press::Yes)) => {
                Ok(match cx.crm.redeem_invite(&code).await.heard()? {
                    Ok(entered) => {
                        cx.enter().await?;
                        Step::Home(Some(cx.say.invite_welcome(entered.full_name)))
                    }
                    Err(refusal) => Step::Warn(Self::Stranger, refusals::sentence(&refusal, cx)),
                })
            }
            (Self::Invited { .. }, Event::Pressed(_)) => Ok(Step::Stay(Self::Stranger)),
            (state, _) => Ok(Step::Stay(state)),
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, Fault> {
        let Self::Invited { code } = self else { return Ok(Screen::new(cx.say.stranger())) };
        let Ok(invite) = cx.crm.preview_invite(code).await.heard()? else {
            return Ok(Screen::new(cx.say.invite_unusable()));
        };
        let groups = groups::names(invite.groups.iter().map(String::as_str), cx.say);
        Ok(question::yes_no(cx.say.invite_confirm(invite.full_name, invite.username, groups), cx.say))
    }
}
