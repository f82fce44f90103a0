//! The start by an invite link, and the screen of strangers (A1–A3).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::kit::{expiry, groups, question};
use super::{ButtonAction, Cx, Event, Flow, Navigation, Opened, Screen, Step, refusals};
use crate::crm::{Error, Result, access};

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

impl Flow for Welcome {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Self>> {
        if let Some(staff) = cx.crm.actor.staff() {
            let words = cx.say.invite_already_linked(staff.full_name.as_str());
            return Ok(Opened::Elsewhere(Step::Home(Some(words))));
        }
        if nav.text.is_empty() {
            return Ok(Opened::Here(Self::Stranger));
        }
        match access::find_invite(&mut cx.crm, &nav.text).await {
            Ok(found) => Ok(Opened::Here(Self::Invited { invite: found.invite, asked_at: cx.crm.now })),
            Err(Error::Refused(refusal)) => Ok(Opened::Rejecting(Self::Stranger, refusals::sentence(&refusal, cx))),
            Err(error) => Err(error),
        }
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        let Self::Invited { invite, asked_at } = *self else { return Ok(Step::Stay) };
        if expiry::is_over(asked_at, cx) {
            *self = Self::Stranger;
            return Ok(Step::Reject(cx.say.invite_too_old()));
        }
        match event {
            Event::Pressed(ButtonAction::Yes) => match access::redeem_invite(&mut cx.crm, invite).await {
                Ok(entered) => {
                    cx.enter().await?;
                    Ok(Step::Home(Some(cx.say.invite_welcome(entered.full_name))))
                }
                Err(Error::Refused(refusal)) => {
                    *self = Self::Stranger;
                    Ok(Step::Reject(refusals::sentence(&refusal, cx)))
                }
                Err(error) => Err(error),
            },
            Event::Pressed(_) => {
                *self = Self::Stranger;
                Ok(Step::Stay)
            }
            _ => Ok(Step::Stay),
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let Self::Invited { invite, .. } = self else { return Ok(Screen::new(cx.say.stranger())) };
        let invite = match access::preview_invite(&mut cx.crm, *invite).await {
            // A stranger has nowhere to go back to.
            Err(Error::Refused(_)) => return Ok(Screen::new(cx.say.invite_unusable())),
            found => found?,
        };
        let groups = groups::names(invite.groups.iter().map(String::as_str), cx.say);
        Ok(question::yes_no(cx.say.invite_confirm(invite.full_name, invite.username, groups), cx.say))
    }
}
