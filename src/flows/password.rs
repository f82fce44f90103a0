//! `/password`: sets or changes one's own, typed twice, both messages deleted (A13).

use serde::{Deserialize, Serialize};

use super::{Compute, Computed, Cx, Event, Extra, Flow, Opening, Press, Screen, Secret, Step};
use crate::crm::Fault;
use crate::domain::{Password, PasswordError, Username};
use crate::text::Html;

/// The change of one's own password.
#[derive(Serialize, Deserialize)]
pub enum ChangePassword {
    /// Asks for the new one.
    New,
    /// Asks for it once more; of the first only its hash is kept.
    Again {
        /// argon2id.
        hash: String,
    },
}

impl Flow for ChangePassword {
    const SECRET: bool = true;

    async fn open(_: &Opening, _: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        Ok(Step::Stay(Self::New))
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        match (self, event) {
            (_, Event::Pressed(Press::Back)) => Ok(Step::Back(None)),
            (Self::New, Event::Typed(text)) => match fault(&text, cx) {
                Some(why) => {
                    cx.extras.push(Extra::ForgetMessage);
                    Ok(Step::Warn(Self::New, why))
                }
                None => Ok(Step::Compute(Compute::HashPassword(Secret(text)))),
            },
            (Self::New, Event::Computed(Computed::PasswordHashed(hash))) => {
                cx.extras.push(Extra::ForgetMessage);
                Ok(Step::Stay(Self::Again { hash }))
            }
            (Self::Again { hash }, Event::Typed(text)) => {
                Ok(Step::Compute(Compute::CheckPassword { password: Secret(text), hash: Some(hash) }))
            }
            (Self::Again { hash }, Event::Computed(Computed::PasswordChecked { fits, .. })) => {
                cx.extras.push(Extra::ForgetMessage);
                if !fits {
                    return Ok(Step::Warn(Self::New, cx.say.password_differs()));
                }
                cx.crm.set_password(&hash).await?;
                let username = cx.crm.actor.staff().map(|staff| staff.username.clone()).unwrap_or_default();
                Ok(Step::Back(Some(cx.say.password_done(username))))
            }
            (state, _) => Ok(Step::Stay(state)),
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, Fault> {
        let text = match self {
            Self::New => cx.say.password_ask_new(),
            Self::Again { .. } => cx.say.password_ask_again(),
        };
        Ok(Screen::new(text).button(&cx.say.button_cancel(), Press::Home))
    }
}

/// Why a password is not taken.
fn fault(text: &str, cx: &Cx<'_>) -> Option<Html> {
    let username = Username::parse(&cx.crm.actor.staff()?.username).ok()?;
    match Password::parse(text, &username) {
        Ok(_) => None,
        Err(PasswordError::TooShort) => Some(cx.say.password_short()),
        Err(_) => Some(cx.say.password_common()),
    }
}
