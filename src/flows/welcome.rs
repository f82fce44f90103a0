//! The way in by invite, and what strangers see (A1–A3).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::kit::{expiry, groups, question};
use super::{ButtonAction, Cx, Event, Navigation, OldFlow, OldStep, Screen, refusals};
use crate::crm::{SplitRefusal, access};
use crate::error::SystemError;

#[derive(Clone, Serialize, Deserialize)]
pub enum Welcome {
    /// Nothing to offer: the one neutral line.
    Stranger,
    /// An invite that can be used. Its id stands for the code, which is kept nowhere (A17, G2).
    Invited {
        invite: i64,
        /// When it was asked: the question ends (A17).
        asked_at: DateTime<Utc>,
    },
}

impl OldFlow for Welcome {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        if let Some(staff) = cx.crm.actor.staff() {
            let words = cx.say.invite_already_linked(staff.full_name.as_str());
            return Ok(OldStep::Home(Some(words)));
        }
        if nav.text.is_empty() {
            return Ok(OldStep::Stay(Self::Stranger));
        }
        Ok(match access::find_invite(&mut cx.crm, &nav.text).await.split_refusal()? {
            Ok(found) => OldStep::Stay(Self::Invited { invite: found.invite, asked_at: cx.crm.now }),
            Err(refusal) => OldStep::Reject(Self::Stranger, refusals::sentence(&refusal, cx)),
        })
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        match (self, event) {
            (Self::Invited { asked_at, .. }, _) if expiry::is_over(asked_at, cx) => {
                Ok(OldStep::Reject(Self::Stranger, cx.say.invite_too_old()))
            }
            (Self::Invited { invite, .. }, Event::Pressed(ButtonAction::Yes)) => {
                Ok(match access::redeem_invite(&mut cx.crm, invite).await.split_refusal()? {
                    Ok(entered) => {
                        cx.enter().await?;
                        OldStep::Home(Some(cx.say.invite_welcome(entered.full_name)))
                    }
                    Err(refusal) => OldStep::Reject(Self::Stranger, refusals::sentence(&refusal, cx)),
                })
            }
            (Self::Invited { .. }, Event::Pressed(_)) => Ok(OldStep::Stay(Self::Stranger)),
            (state, _) => Ok(OldStep::Stay(state)),
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let Self::Invited { invite, .. } = self else { return Ok(Screen::new(cx.say.stranger())) };
        let Ok(invite) = access::preview_invite(&mut cx.crm, *invite).await.split_refusal()? else {
            return Ok(Screen::new(cx.say.invite_unusable()));
        };
        let groups = groups::names(invite.groups.iter().map(String::as_str), cx.say);
        Ok(question::yes_no(cx.say.invite_confirm(invite.full_name, invite.username, groups), cx.say))
    }
}
