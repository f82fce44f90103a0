//! E-mail addresses of clients: optional and not unique, since families share them (C13).

use std::fmt;

use email_address::{EmailAddress, Options};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What the column takes, and what mail servers do (RFC 5321).
const LONGEST: usize = 254;

/// A well-formed address; personal data, so its `Debug` is blind (G9).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// The text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not an e-mail address; an example: ivan@example.com")]
pub struct EmailError;

impl Email {
    /// Reads an address; an empty text is no address (C13).
    ///
    /// # Errors
    /// [`EmailError`] when it is not `name@domain.tld`. Cyrillic domains are as good as any.
    pub fn parse(typed: &str) -> Result<Option<Self>, EmailError> {
        let text = typed.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
        // Quoted local parts are legal and may hold spaces and a second @, but no mail server gives one out.
        let plain = text.len() <= LONGEST && !text.contains(|sign: char| sign.is_whitespace() || sign == '"');
        if plain && EmailAddress::parse_with_options(text, options).is_ok() {
            Ok(Some(Self(text.to_owned())))
        } else {
            Err(EmailError)
        }
    }

    /// The address as typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Email(hidden)")
    }
}

impl TryFrom<String> for Email {
    type Error = EmailError;

    fn try_from(text: String) -> Result<Self, EmailError> {
        Self::parse(&text)?.ok_or(EmailError)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

#[cfg(test)]
mod tests;
