//! `/login NAME`: the login by password (A13).
//!
//! Unknown names and wrong passwords get the same answers after the same time.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::kit::{expiry, question};
use super::{ButtonAction, Compute, Computed, Cx, Event, Flow, Navigation, Opened, Screen, Secret, Step, refusals};
use crate::crm::{Error, Result, StaffId, logins, passwords};
use crate::domain::Username;
use crate::text::Html;

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

impl Flow for Login {
    const SECRET: bool = true;

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Self>> {
        if nav.text.split_whitespace().nth(1).is_some() {
            // `/login NAME PASSWORD` (A18).
            cx.forget_message();
        }
        if let Some(staff) = cx.crm.actor.staff() {
            let words = cx.say.invite_already_linked(staff.full_name.as_str());
            return Ok(Opened::Elsewhere(Step::Home(Some(words))));
        }
        if !passwords::password_logins(&mut cx.crm).await? {
            return Ok(Opened::Elsewhere(Step::Home(Some(cx.say.password_logins_off()))));
        }
        Ok(Opened::Here(Self::asking(&nav.text, cx)))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        if !passwords::password_logins(&mut cx.crm).await? {
            return Ok(Step::Home(Some(cx.say.password_logins_off())));
        }
        if self.asked_at().is_some_and(|at| expiry::is_over(at, cx)) {
            return Ok(Step::Home(Some(cx.say.question_too_old())));
        }
        Ok(match (self.clone(), event) {
            (Self::Name, Event::Typed(text)) => {
                *self = Self::asking(&text, cx);
                Step::Stay
            }
            (Self::Password { username, .. }, Event::Typed(password)) => {
                if let Some(seconds) = logins::pause(&mut cx.crm, &username).await? {
                    // A password that came too early is not looked at.
                    return Ok(self.ask_again(username, cx.say.login_wait(seconds), cx));
                }
                let hash = logins::target(&mut cx.crm, &username).await?.hash;
                Step::Compute(Compute::CheckPassword { password: Secret(password), hash })
            }
            (Self::Password { username, .. }, Event::Computed(Computed::PasswordChecked { fits, hash })) => {
                // Others may have been checked meanwhile: a burst of guesses gets no more tries than one after the other.
                logins::hold(&mut cx.crm, &username).await?;
                if let Some(seconds) = logins::pause(&mut cx.crm, &username).await? {
                    return Ok(self.ask_again(username, cx.say.login_wait(seconds), cx));
                }
                return self.checked(username, fits, hash, cx).await;
            }
            (Self::Move { staff, username, epoch, .. }, Event::Pressed(ButtonAction::Yes)) => {
                let target = logins::target(&mut cx.crm, &username).await?;
                if target.staff != Some(staff) || target.epoch != epoch {
                    return Ok(self.ask_again(username, cx.say.login_failed(), cx));
                }
                return self.enter(staff, username, cx).await;
            }
            (Self::Move { .. }, Event::Pressed(_)) => Step::Home(None),
            _ => Step::Stay,
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
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

    /// Asks for the password once more, and says why.
    fn ask_again(&mut self, username: Username, why: Html, cx: &Cx<'_>) -> Step {
        *self = Self::password(username, cx);
        Step::Reject(why)
    }

    async fn checked(&mut self, username: Username, fits: bool, hash: Option<String>, cx: &mut Cx<'_>) -> Result<Step> {
        let target = logins::target(&mut cx.crm, &username).await?;
        let Some(staff) = target.staff.filter(|_| fits && target.hash == hash) else {
            logins::failed(&mut cx.crm, &username).await?;
            return Ok(self.ask_again(username, cx.say.login_failed(), cx));
        };
        if logins::is_linked_elsewhere(&mut cx.crm, staff).await? {
            *self = Self::Move { staff, username, epoch: target.epoch, asked_at: cx.crm.now };
            return Ok(Step::Stay);
        }
        self.enter(staff, username, cx).await
    }

    async fn enter(&mut self, staff: StaffId, username: Username, cx: &mut Cx<'_>) -> Result<Step> {
        match logins::log_in(&mut cx.crm, staff).await {
            // The question whether to move the link has been answered.
            Err(Error::Refused(refusal)) => {
                let why = refusals::sentence(&refusal, cx);
                return Ok(self.ask_again(username, why, cx));
            }
            done => done?,
        }
        cx.enter().await?;
        let name = cx.crm.actor.staff().map(|staff| staff.full_name.clone()).unwrap_or_default();
        Ok(Step::Home(Some(cx.say.login_welcome(name))))
    }
}
