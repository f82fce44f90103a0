//! `/login NAME`: a password instead of an invite (A13). Unknown names and wrong passwords look and take the same.

use serde::{Deserialize, Serialize};

use super::kit::question;
use super::{Compute, Computed, Cx, Event, Extra, Flow, Opening, Press, Screen, Secret, Step, refusals};
use crate::crm::{Fault, Heard, StaffId};
use crate::domain::Username;

/// The way in by password.
#[derive(Serialize, Deserialize)]
pub enum Login {
    /// Asks for a login.
    Name,
    /// Asks for the password.
    Password {
        /// As typed, checked for form only.
        username: Username,
    },
    /// The password was right; the link has to be moved from another Telegram account.
    Move {
        /// Whose account.
        staff: StaffId,
        /// The login, whose hash must still be the one that was checked.
        username: Username,
        /// Tells that hash from a newer one without keeping it.
        proof: String,
    },
}

impl Flow for Login {
    const SECRET: bool = true;

    async fn open(opening: &Opening, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        if let Some(staff) = cx.crm.actor.staff() {
            return Ok(Step::Home(Some(cx.say.invite_already_linked(staff.full_name.as_str()))));
        }
        Ok(Step::Stay(Self::asking(&opening.text)))
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        match (self, event) {
            (Self::Name, Event::Typed(text)) => Ok(Step::Stay(Self::asking(&text))),
            (Self::Password { username }, Event::Typed(password)) => {
                if let Some(seconds) = cx.crm.login_pause().await? {
                    return Ok(Self::too_early(username, seconds, cx));
                }
                let hash = cx.crm.login_target(&username).await?.hash;
                Ok(Step::Compute(Compute::CheckPassword { password: Secret(password), hash }))
            }
            (Self::Password { username }, Event::Computed(Computed::PasswordChecked { fits, hash })) => {
                // Others may have been checked meanwhile: a burst of guesses gets no more tries than one after the other.
                if let Some(seconds) = cx.crm.login_pause().await? {
                    return Ok(Self::too_early(username, seconds, cx));
                }
                cx.extras.push(Extra::ForgetMessage);
                Self::checked(username, fits, hash, cx).await
            }
            (Self::Move { staff, username, proof }, Event::Pressed(Press::Yes)) => {
                let target = cx.crm.login_target(&username).await?;
                let unchanged = target.staff == Some(staff) && target.hash.as_deref().map(digest) == Some(proof);
                if !unchanged {
                    return Ok(Step::Warn(Self::Password { username }, cx.say.login_failed()));
                }
                Self::enter(staff, username, cx).await
            }
            (Self::Move { .. }, Event::Pressed(_)) => Ok(Step::Home(None)),
            (state, _) => Ok(Step::Stay(state)),
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, Fault> {
        let say = cx.say;
        Ok(match self {
            Self::Name => Screen::new(say.login_ask_name()).button(&say.button_cancel(), Press::Home),
            Self::Password { username } => {
                Screen::new(say.login_ask_password(username.as_str())).button(&say.button_cancel(), Press::Home)
            }
            Self::Move { .. } => question::yes_no(say.login_move_confirm(), say),
        })
    }
}

impl Login {
    /// Any well-formed name is asked for its password: whether there is such a person is not told.
    fn asking(name: &str) -> Self {
        Username::parse(name).map_or(Self::Name, |username| Self::Password { username })
    }

    /// A password that came too early is not looked at, and goes from the chat all the same.
    fn too_early(username: Username, seconds: i64, cx: &mut Cx<'_>) -> Step<Self> {
        cx.extras.push(Extra::ForgetMessage);
        let why = cx.say.login_wait(seconds);
        Step::Warn(Self::Password { username }, why)
    }

    async fn checked(
        username: Username,
        fits: bool,
        hash: Option<String>,
        cx: &mut Cx<'_>,
    ) -> Result<Step<Self>, Fault> {
        let target = cx.crm.login_target(&username).await?;
        let staff = target.staff.filter(|_| fits && target.hash == hash);
        let (Some(staff), Some(hash)) = (staff, hash) else {
            cx.crm.login_failed().await?;
            return Ok(Step::Warn(Self::Password { username }, cx.say.login_failed()));
        };
        if cx.crm.is_linked_elsewhere(staff).await? {
            return Ok(Step::Stay(Self::Move { staff, username, proof: digest(&hash) }));
        }
        Self::enter(staff, username, cx).await
    }

    async fn enter(staff: StaffId, username: Username, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        if let Err(refusal) = cx.crm.log_in(staff).await.heard()? {
            return Ok(Step::Warn(Self::Password { username }, refusals::sentence(&refusal, cx)));
        }
        cx.enter().await?;
        let name = cx.crm.actor.staff().map(|staff| staff.full_name.clone()).unwrap_or_default();
        Ok(Step::Home(Some(cx.say.login_welcome(name))))
    }
}

fn digest(hash: &str) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(hash.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
