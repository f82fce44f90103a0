//! One-time codes: 256 bits, of which only a hash is stored (G2).

use crate::error::SystemError;
use sha2::{Digest, Sha256};

/// The letters that Telegram takes in a start link.
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

/// A code as it is shown to a user, once. No Debug: it is a secret.
#[derive(Clone)]
pub struct Code(String);

impl Code {
    /// A fresh code of 258 random bits.
    pub(super) fn fresh() -> Result<Self, SystemError> {
        let mut bytes = [0_u8; 43];
        getrandom::fill(&mut bytes).map_err(|_| SystemError::permanent("the system gives no random numbers"))?;
        Ok(Self(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 64)])).collect()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is stored of a code.
pub(super) fn hash(code: &str) -> Vec<u8> {
    Sha256::digest(code.trim().as_bytes()).to_vec()
}
