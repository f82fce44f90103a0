//! `/password`: sets or changes the user's own password, after the present one (A13, A17).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::kit::expiry;
use super::{ButtonAction, Compute, Computed, Cx, Event, Flow, Navigation, Opened, Screen, Secret, Step, refusals};
use crate::crm::{Error, Result, logins, passwords};
use crate::domain::{Password, PasswordError, Permission, Username};
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

impl Flow for ChangePassword {
    const SECRET: bool = true;

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Self>> {
        if !nav.text.is_empty() {
            // `/password SECRET` (A18).
            cx.forget_message();
        }
        if !passwords::password_logins(&mut cx.crm).await? {
            return Ok(Opened::Elsewhere(Step::Back(Some(cx.say.password_logins_off()))));
        }
        let asked_at = cx.crm.now;
        Ok(Opened::Here(match cx.crm.actor.staff().is_some_and(|staff| staff.has_password) {
            true => Self::Present { asked_at },
            false => Self::New { epoch: passwords::epoch(&mut cx.crm).await?, asked_at },
        }))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        let own = cx.crm.actor.staff().map(|staff| (staff.id, Username::parse(&staff.username)));
        let Some((of, Ok(username))) = own else { return Ok(Step::Home(None)) };
        if matches!(event, Event::Pressed(ButtonAction::Back)) {
            return Ok(Step::Back(None));
        }
        if !passwords::password_logins(&mut cx.crm).await? {
            return Ok(Step::Back(Some(cx.say.password_logins_off())));
        }
        if expiry::is_over(self.asked_at(), cx) {
            return Ok(Step::Back(Some(cx.say.question_too_old())));
        }
        let now = cx.crm.now;
        Ok(match (&*self, event) {
            (Self::Present { .. }, Event::Typed(text)) => {
                if let Some(seconds) = logins::pause(&mut cx.crm, &username).await? {
                    return Ok(Step::Reject(cx.say.login_wait(seconds)));
                }
                let hash = logins::target(&mut cx.crm, &username).await?.hash;
                Step::Compute(Compute::CheckPassword { password: Secret(text), hash })
            }
            (Self::Present { .. }, Event::Computed(Computed::PasswordChecked { fits, hash })) => {
                // Others may have been checked meanwhile.
                if let Some(seconds) = logins::pause(&mut cx.crm, &username).await? {
                    return Ok(Step::Reject(cx.say.login_wait(seconds)));
                }
                let target = logins::target(&mut cx.crm, &username).await?;
                if !fits || target.hash != hash {
                    logins::failed(&mut cx.crm, &username).await?;
                    return Ok(Step::Reject(cx.say.password_wrong()));
                }
                *self = Self::New { epoch: target.epoch, asked_at: now };
                Step::Stay
            }
            (Self::New { .. }, Event::Typed(text)) => match fault(&text, &username, cx) {
                Some(why) => Step::Reject(why),
                None => Step::Compute(Compute::SealPassword { password: Secret(text), of }),
            },
            (&Self::New { epoch, .. }, Event::Computed(Computed::PasswordSealed(sealed))) => {
                *self = Self::Again { epoch, sealed, asked_at: now };
                Step::Stay
            }
            (Self::Again { sealed, .. }, Event::Typed(text)) => {
                Step::Compute(Compute::CheckSealed { password: Secret(text), sealed: sealed.clone(), of })
            }
            (
                &Self::Again { epoch, .. },
                Event::Computed(Computed::PasswordChecked { fits: true, hash: Some(hash) }),
            ) => Step::Back(Some(match passwords::set(&mut cx.crm, &hash, epoch).await {
                Ok(()) => cx.say.password_done(username.as_str()),
                // The present password has changed meanwhile: the whole change begins again.
                Err(Error::Refused(refusal)) => refusals::sentence(&refusal, cx),
                Err(error) => return Err(error),
            })),
            (&Self::Again { epoch, .. }, Event::Computed(Computed::PasswordChecked { .. })) => {
                *self = Self::New { epoch, asked_at: now };
                Step::Reject(cx.say.password_differs())
            }
            _ => Step::Stay,
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
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
}

/// The fewest characters for this user.
fn shortest(cx: &Cx<'_>) -> usize {
    Password::shortest(cx.crm.may(Permission::StaffManage))
}

/// Why a password is rejected.
fn fault(text: &str, username: &Username, cx: &Cx<'_>) -> Option<Html> {
    let shortest = shortest(cx);
    match Password::parse(text, username, shortest) {
        Ok(_) => None,
        Err(PasswordError::TooShort) => Some(cx.say.password_short(shortest)),
        Err(PasswordError::Slash) => Some(cx.say.password_slash()),
        Err(_) => Some(cx.say.password_common()),
    }
}
