//! Logins of colleagues.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A login: 3 to 32 of `a-z 0-9 _ . -`, lower case, so that two people never differ by case alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Username(String);

/// Why a text is not a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum UsernameError {
    /// It is shorter than 3 or longer than 32.
    #[error("3 to 32 characters; an example: anna.petrova")]
    Length,
    /// It has a sign that logins do not have.
    #[error("{sign:?} cannot be in a login; an example: anna.petrova")]
    Sign {
        /// The first such sign.
        sign: char,
    },
}

impl Username {
    /// Reads a login in any case, with or without Telegram's `@`.
    ///
    /// # Errors
    /// [`UsernameError`] names what is wrong.
    pub fn parse(typed: &str) -> Result<Self, UsernameError> {
        let text = typed.trim();
        let login = text.strip_prefix('@').unwrap_or(text).to_lowercase();
        let allowed = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || "_.-".contains(sign);
        if let Some(sign) = login.chars().find(|&sign| !allowed(sign)) {
            return Err(UsernameError::Sign { sign });
        }
        if (3..=32).contains(&login.len()) { Ok(Self(login)) } else { Err(UsernameError::Length) }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Username {
    type Error = UsernameError;

    fn try_from(text: String) -> Result<Self, UsernameError> {
        Self::parse(&text)
    }
}

impl From<Username> for String {
    fn from(username: Username) -> Self {
        username.0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::domain::permission::STARTERS;

    #[test]
    fn logins_are_lower_case_and_plain() {
        for (typed, login) in
            [(" Anna.Petrova ", "anna.petrova"), ("@manager-2", "manager-2"), ("CRM_admin1", "crm_admin1")]
        {
            assert_eq!(Username::parse(typed).unwrap().as_str(), login);
        }
        for (typed, error) in [
            ("ab", UsernameError::Length),
            ("", UsernameError::Length),
            (&"a".repeat(33), UsernameError::Length),
            ("#system", UsernameError::Sign { sign: '#' }),
            ("a b c", UsernameError::Sign { sign: ' ' }),
            ("anna\u{2024}p", UsernameError::Sign { sign: '\u{2024}' }),
        ] {
            assert_eq!(Username::parse(typed), Err(error), "{typed:?}");
        }
    }

    #[test]
    fn starter_accounts_have_valid_logins() {
        for starter in STARTERS {
            assert_eq!(Username::parse(starter.username).unwrap().as_str(), starter.username);
        }
    }
}
