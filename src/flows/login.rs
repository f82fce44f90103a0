//! `/login NAME`: a password instead of an invite (A13). Unknown names and wrong passwords look and take the same.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::kit::{expiry, question};
use super::{ButtonAction, Compute, Computed, Cx, Event, Navigation, OldFlow, OldStep, Screen, Secret, refusals};
use crate::crm::{SplitRefusal, StaffId, logins, passwords};
use crate::domain::Username;
use crate::error::SystemError;

/// The way in by password.
#[derive(Clone, Serialize, Deserialize)]
pub enum Login {
    /// Asks for a login.
    Name,
    /// Asks for the password.
    Password {
        /// As typed, checked for form only.
        username: Username,
        /// When it was asked: the question ends (A17).
        asked_at: DateTime<Utc>,
    },
    /// The password was right; the link has to be moved from another Telegram account.
    Move {
        staff: StaffId,
        username: Username,
        /// Tells the password that was checked from a newer one.
        epoch: i32,
        /// When it was asked: the question ends (A17).
        asked_at: DateTime<Utc>,
    },
}

impl OldFlow for Login {
    const SECRET: bool = true;

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        if nav.text.split_whitespace().nth(1).is_some() {
            // `/login NAME PASSWORD` (A18).
            cx.forget_message();
        }
        if let Some(staff) = cx.crm.actor.staff() {
            return Ok(OldStep::Home(Some(cx.say.invite_already_linked(staff.full_name.as_str()))));
        }
        if !passwords::password_logins(&mut cx.crm).await? {
            return Ok(OldStep::Home(Some(cx.say.password_logins_off())));
        }
        Ok(OldStep::Stay(Self::asking(&nav.text, cx)))
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        if !passwords::password_logins(&mut cx.crm).await? {
            return Ok(OldStep::Home(Some(cx.say.password_logins_off())));
        }
        if self.asked_at().is_some_and(|at| expiry::is_over(at, cx)) {
            return Ok(OldStep::Home(Some(cx.say.question_too_old())));
        }
        match (self, event) {
            (Self::Name, Event::Typed(text)) => Ok(OldStep::Stay(Self::asking(&text, cx))),
            (Self::Password { username, .. }, Event::Typed(password)) => {
                if let Some(seconds) = logins::pause(&mut cx.crm, &username).await? {
                    return Ok(Self::too_early(username, seconds, cx));
                }
                let hash = logins::target(&mut cx.crm, &username).await?.hash;
                Ok(OldStep::Compute(Compute::CheckPassword { password: Secret(password), hash }))
            }
            (Self::Password { username, .. }, Event::Computed(Computed::PasswordChecked { fits, hash })) => {
                // Others may have been checked meanwhile: a burst of guesses gets no more tries than one after the other.
                logins::hold(&mut cx.crm, &username).await?;
                if let Some(seconds) = logins::pause(&mut cx.crm, &username).await? {
                    return Ok(Self::too_early(username, seconds, cx));
                }
                Self::checked(username, fits, hash, cx).await
            }
            (Self::Move { staff, username, epoch, .. }, Event::Pressed(ButtonAction::Yes)) => {
                let target = logins::target(&mut cx.crm, &username).await?;
                if target.staff != Some(staff) || target.epoch != epoch {
                    let why = cx.say.login_failed();
                    return Ok(OldStep::Reject(Self::password(username, cx), why));
                }
                Self::enter(staff, username, cx).await
            }
            (Self::Move { .. }, Event::Pressed(_)) => Ok(OldStep::Home(None)),
            (state, _) => Ok(OldStep::Stay(state)),
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let say = cx.say;
        Ok(match self {
            Self::Name => Screen::new(say.login_ask_name()).button(&say.button_cancel(), ButtonAction::Home),
            Self::Password { username, .. } => {
                Screen::new(say.login_ask_password(username.as_str())).button(&say.button_cancel(), ButtonAction::Home)
            }
            Self::Move { .. } => question::yes_no(say.login_move_confirm(), say),
        })
    }
}

impl Login {
    /// Any well-formed name is asked for its password: whether there is such a user is not told. What stands behind the name
    /// is not looked at.
    fn asking(text: &str, cx: &Cx<'_>) -> Self {
        let name = text.split_whitespace().next().unwrap_or_default();
        Username::parse(name).map_or(Self::Name, |username| Self::password(username, cx))
    }

    fn password(username: Username, cx: &Cx<'_>) -> Self {
        Self::Password { username, asked_at: cx.crm.now }
    }

    fn asked_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Name => None,
            Self::Password { asked_at, .. } | Self::Move { asked_at, .. } => Some(*asked_at),
        }
    }

    /// A password that came too early is not looked at.
    fn too_early(username: Username, seconds: i64, cx: &Cx<'_>) -> OldStep<Self> {
        OldStep::Reject(Self::password(username, cx), cx.say.login_wait(seconds))
    }

    async fn checked(
        username: Username,
        fits: bool,
        hash: Option<String>,
        cx: &mut Cx<'_>,
    ) -> Result<OldStep<Self>, SystemError> {
        let target = logins::target(&mut cx.crm, &username).await?;
        let Some(staff) = target.staff.filter(|_| fits && target.hash == hash) else {
            logins::failed(&mut cx.crm, &username).await?;
            let why = cx.say.login_failed();
            return Ok(OldStep::Reject(Self::password(username, cx), why));
        };
        if logins::is_linked_elsewhere(&mut cx.crm, staff).await? {
            return Ok(OldStep::Stay(Self::Move { staff, username, epoch: target.epoch, asked_at: cx.crm.now }));
        }
        Self::enter(staff, username, cx).await
    }

    async fn enter(staff: StaffId, username: Username, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        if let Err(refusal) = logins::log_in(&mut cx.crm, staff).await.split_refusal()? {
            let why = refusals::sentence(&refusal, cx);
            return Ok(OldStep::Reject(Self::password(username, cx), why));
        }
        cx.enter().await?;
        let name = cx.crm.actor.staff().map(|staff| staff.full_name.clone()).unwrap_or_default();
        Ok(OldStep::Home(Some(cx.say.login_welcome(name))))
    }
}
