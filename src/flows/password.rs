//! `/password`: sets or changes one's own, typed twice, after the present one where there is one (A13, A17).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::kit::expiry;
use super::{ButtonAction, Compute, Computed, Cx, Event, Navigation, OldFlow, OldStep, Screen, Secret, refusals};
use crate::crm::{SplitRefusal, logins, passwords};
use crate::domain::{Password, PasswordError, Permission, Username};
use crate::error::SystemError;
use crate::text::Html;

/// The change of one's own password.
#[derive(Clone, Serialize, Deserialize)]
pub enum ChangePassword {
    /// Asks for the present one.
    Present {
        /// When it was asked: the question ends (A17).
        asked_at: DateTime<Utc>,
    },
    /// Asks for the new one.
    New {
        /// Tells the present password, or that there is none, from a later one.
        epoch: i32,
        /// When it was asked.
        asked_at: DateTime<Utc>,
    },
    /// Asks for it once more. The first typing is kept as a sealed hash, whose key is not in the database.
    Again {
        epoch: i32,
        /// argon2id, sealed.
        sealed: String,
        /// When it was asked.
        asked_at: DateTime<Utc>,
    },
}

impl OldFlow for ChangePassword {
    const SECRET: bool = true;

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        if !nav.text.is_empty() {
            // `/password SECRET` (A18).
            cx.forget_message();
        }
        if !passwords::password_logins(&mut cx.crm).await? {
            return Ok(OldStep::Back(Some(cx.say.password_logins_off())));
        }
        let asked_at = cx.crm.now;
        Ok(OldStep::Stay(match cx.crm.actor.staff().is_some_and(|staff| staff.has_password) {
            true => Self::Present { asked_at },
            false => Self::New { epoch: passwords::epoch(&mut cx.crm).await?, asked_at },
        }))
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        let own = cx.crm.actor.staff().map(|staff| (staff.id, Username::parse(&staff.username)));
        let Some((of, Ok(username))) = own else { return Ok(OldStep::Home(None)) };
        if matches!(event, Event::Pressed(ButtonAction::Back)) {
            return Ok(OldStep::Back(None));
        }
        if !passwords::password_logins(&mut cx.crm).await? {
            return Ok(OldStep::Back(Some(cx.say.password_logins_off())));
        }
        if expiry::is_over(self.asked_at(), cx) {
            return Ok(OldStep::Back(Some(cx.say.question_too_old())));
        }
        let now = cx.crm.now;
        match (self, event) {
            (state @ Self::Present { .. }, Event::Typed(text)) => {
                if let Some(seconds) = logins::pause(&mut cx.crm, &username).await? {
                    return Ok(OldStep::Reject(state, cx.say.login_wait(seconds)));
                }
                let hash = logins::target(&mut cx.crm, &username).await?.hash;
                Ok(OldStep::Compute(Compute::CheckPassword { password: Secret(text), hash }))
            }
            (state @ Self::Present { .. }, Event::Computed(Computed::PasswordChecked { fits, hash })) => {
                // Others may have been checked meanwhile.
                if let Some(seconds) = logins::pause(&mut cx.crm, &username).await? {
                    return Ok(OldStep::Reject(state, cx.say.login_wait(seconds)));
                }
                let target = logins::target(&mut cx.crm, &username).await?;
                if !fits || target.hash != hash {
                    logins::failed(&mut cx.crm, &username).await?;
                    return Ok(OldStep::Reject(state, cx.say.password_wrong()));
                }
                Ok(OldStep::Stay(Self::New { epoch: target.epoch, asked_at: now }))
            }
            (state @ Self::New { .. }, Event::Typed(text)) => match fault(&text, &username, cx) {
                Some(why) => Ok(OldStep::Reject(state, why)),
                None => Ok(OldStep::Compute(Compute::SealPassword { password: Secret(text), of })),
            },
            (Self::New { epoch, .. }, Event::Computed(Computed::PasswordSealed(sealed))) => {
                Ok(OldStep::Stay(Self::Again { epoch, sealed, asked_at: now }))
            }
            (Self::Again { sealed, .. }, Event::Typed(text)) => {
                Ok(OldStep::Compute(Compute::CheckSealed { password: Secret(text), sealed, of }))
            }
            (
                Self::Again { epoch, .. },
                Event::Computed(Computed::PasswordChecked { fits: true, hash: Some(hash) }),
            ) => Self::set(&hash, epoch, username, cx).await,
            (Self::Again { epoch, .. }, Event::Computed(Computed::PasswordChecked { .. })) => {
                Ok(OldStep::Reject(Self::New { epoch, asked_at: now }, cx.say.password_differs()))
            }
            (state, _) => Ok(OldStep::Stay(state)),
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let text = match self {
            Self::Present { .. } => cx.say.password_ask_present(),
            Self::New { .. } => cx.say.password_ask_new(shortest(cx)),
            Self::Again { .. } => cx.say.password_ask_again(),
        };
        Ok(Screen::new(text).button(&cx.say.button_cancel(), ButtonAction::Home))
    }
}

impl ChangePassword {
    fn asked_at(&self) -> DateTime<Utc> {
        match self {
            Self::Present { asked_at } | Self::New { asked_at, .. } | Self::Again { asked_at, .. } => *asked_at,
        }
    }

    async fn set(hash: &str, epoch: i32, username: Username, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(OldStep::Back(Some(match passwords::set(&mut cx.crm, hash, epoch).await.split_refusal()? {
            Ok(()) => cx.say.password_done(username.as_str()),
            Err(refusal) => refusals::sentence(&refusal, cx),
        })))
    }
}

/// The fewest characters for this user.
fn shortest(cx: &Cx<'_>) -> usize {
    Password::shortest(cx.crm.may(Permission::StaffManage))
}

/// Why a password is not taken.
fn fault(text: &str, username: &Username, cx: &Cx<'_>) -> Option<Html> {
    let shortest = shortest(cx);
    match Password::parse(text, username, shortest) {
        Ok(_) => None,
        Err(PasswordError::TooShort) => Some(cx.say.password_short(shortest)),
        Err(PasswordError::Slash) => Some(cx.say.password_slash()),
        Err(_) => Some(cx.say.password_common()),
    }
}
