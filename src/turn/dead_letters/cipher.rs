//! Encryption of what the database must not read: ChaCha20-Poly1305, with a key from the bot's token (G9).

use crate::error::SystemError;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::error::Unspecified;
use ring::hkdf::{HKDF_SHA256, Salt};

/// Says what the key is for, so that the same token gives another key to another purpose.
const PURPOSE: &[u8] = b"crmbot: parked updates, 1";

/// A key. It has no Debug, and is nowhere kept.
pub struct Cipher(LessSafeKey);

impl Cipher {
    /// The key that a secret gives; the same secret gives the same key in every process.
    ///
    /// # Errors
    /// None that can happen: the length of the key is the cipher's.
    pub fn from_secret(secret: &str) -> Result<Self, SystemError> {
        let derived = Salt::new(HKDF_SHA256, &[]).extract(secret.as_bytes());
        let key = UnboundKey::from(derived.expand(&[PURPOSE], &CHACHA20_POLY1305).map_err(failed)?);
        Ok(Self(LessSafeKey::new(key)))
    }

    /// Encrypts a text for the row that `place` names; its nonce stands before it.
    pub(in crate::turn) fn encrypt(&self, text: Vec<u8>, place: &str) -> Result<Vec<u8>, SystemError> {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(|_| SystemError::permanent("the system gives no random numbers"))?;
        let mut encrypted = text;
        let with = Nonce::assume_unique_for_key(nonce);
        self.0.seal_in_place_append_tag(with, Aad::from(place), &mut encrypted).map_err(failed)?;
        Ok([&nonce[..], &encrypted].concat())
    }

    /// Decrypts a text; none with another key, for another row, or when a bit was changed.
    pub(in crate::turn) fn decrypt(&self, encrypted: &[u8], place: &str) -> Option<Vec<u8>> {
        let (nonce, text) = encrypted.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_owned();
        let length = self.0.open_in_place(nonce, Aad::from(place), &mut text).ok()?.len();
        text.truncate(length);
        Some(text)
    }
}

fn failed(_: Unspecified) -> SystemError {
    SystemError::permanent("a text could not be sealed")
}

#[cfg(test)]
mod tests {
    use super::Cipher;

    #[test]
    fn g9_only_the_same_token_opens_and_only_what_stands_in_its_place() {
        let cipher = Cipher::from_secret("42:token").unwrap();
        let encrypted = cipher.encrypt("+7 921 555-01-47".into(), "row 1").unwrap();
        assert!(!encrypted.windows(3).any(|part| part == b"921"));
        assert_ne!(encrypted, cipher.encrypt("+7 921 555-01-47".into(), "row 1").unwrap(), "a nonce of its own");
        assert_eq!(Cipher::from_secret("42:token").unwrap().decrypt(&encrypted, "row 1").unwrap(), b"+7 921 555-01-47");
        assert!(Cipher::from_secret("42:other").unwrap().decrypt(&encrypted, "row 1").is_none());
        assert!(cipher.decrypt(&encrypted, "row 2").is_none());
        for place in [0, 12, encrypted.len() - 1] {
            let mut spoilt = encrypted.clone();
            spoilt[place] ^= 1;
            assert!(cipher.decrypt(&spoilt, "row 1").is_none());
        }
        assert!(cipher.decrypt(b"", "row 1").is_none());
    }
}
