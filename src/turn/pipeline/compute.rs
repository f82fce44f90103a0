//! Work outside the transaction: password hashes and files.

use std::future::Future;
use std::pin::Pin;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use bytes::Bytes;

use crate::crm::StaffId;
use crate::error::SystemError;
use crate::flows::{Compute, Computed, File, Secret};
use crate::turn::Cipher;

/// G4: argon2id, 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// How many passwords did not fit since the program began.
static WRONG_PASSWORDS: AtomicU64 = AtomicU64::new(0);

/// How many passwords did not fit since the program began: guessing shows here first.
#[must_use]
pub fn wrong_passwords() -> u64 {
    WRONG_PASSWORDS.load(Ordering::Relaxed)
}

/// Fetches a file's bytes; implemented in the Telegram layer.
pub trait Fetch: Send + Sync {
    /// The bytes of a file.
    fn fetch<'a>(&'a self, file: &'a File) -> Pin<Box<dyn Future<Output = Result<Bytes, FetchError>> + Send + 'a>>;
}

/// Why a file could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Telegram says no, or the file is too large for it.
    #[error("Telegram does not give the file")]
    Refused,
    #[error("the file could not be fetched")]
    Unreachable,
}

pub(in crate::turn) async fn compute(
    work: Compute,
    files: &dyn Fetch,
    cipher: &Cipher,
) -> Result<Computed, SystemError> {
    match work {
        Compute::CheckPassword { password, hash } => {
            blocking(move || {
                let fits = check(&password, hash.as_deref());
                if !fits {
                    WRONG_PASSWORDS.fetch_add(1, Ordering::Relaxed);
                }
                Ok(Computed::PasswordChecked { fits, hash })
            })
            .await
        }
        Compute::SealPassword { password, of } => {
            let hash = blocking(move || hash_password(&password)).await?;
            Ok(Computed::PasswordSealed(hex(&cipher.encrypt(hash.into_bytes(), &place(of))?)))
        }
        Compute::CheckSealed { password, sealed, of } => {
            let hash = unhex(&sealed).and_then(|encrypted| cipher.decrypt(&encrypted, &place(of)));
            let hash = hash.and_then(|hash| String::from_utf8(hash).ok());
            blocking(move || Ok(Computed::PasswordChecked { fits: check(&password, hash.as_deref()), hash })).await
        }
        Compute::Fetch(file) => match files.fetch(&file).await {
            Ok(bytes) => Ok(Computed::Fetched(file, bytes)),
            Err(error) => {
                tracing::warn!(%error, "a file was not fetched");
                Ok(Computed::NotFetched)
            }
        },
    }
}

/// The additional data of the cipher: a password is decrypted only for the user it was encrypted for.
fn place(of: StaffId) -> String {
    format!("new password of {}", of.0)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

/// Runs work off the threads that serve the chats.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SystemError> + Send + 'static,
) -> Result<T, SystemError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| SystemError::permanent("a computation panicked"))?
}

fn hasher() -> Option<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// An argon2id hash in PHC form, with a fresh salt (G4).
///
/// # Errors
/// A system error when the system gives no random numbers.
pub fn hash_password(password: &Secret) -> Result<String, SystemError> {
    let made = hasher().and_then(|hasher| hasher.hash_password(password.0.as_bytes()).ok());
    made.map(|hash| hash.to_string()).ok_or_else(|| SystemError::permanent("a password could not be hashed"))
}

/// The hash that is checked for an unknown user name: it costs the same time and fits no password (G4).
static DUMMY_HASH: LazyLock<Option<String>> = LazyLock::new(|| {
    let mut noise = [0; 32];
    getrandom::fill(&mut noise).ok()?;
    hasher()?.hash_password(&noise).ok().map(|hash| hash.to_string())
});

fn check(password: &Secret, hash: Option<&str>) -> bool {
    let known = hash.is_some();
    let Some(text) = hash.or(DUMMY_HASH.as_deref()) else { return false };
    let Ok(parsed) = PasswordHash::new(text) else { return false };
    let fits = hasher().is_some_and(|hasher| hasher.verify_password(password.0.as_bytes(), &parsed).is_ok());
    known && fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g4_a_hash_is_argon2id_with_the_promised_cost_and_only_its_password_fits() {
        let hash = hash_password(&Secret("корова на луне".into())).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(check(&Secret("корова на луне".into()), Some(&hash)));
        assert!(!check(&Secret("корова на Луне".into()), Some(&hash)));
        assert!(!check(&Secret("корова на луне".into()), None));
        assert_ne!(hash, hash_password(&Secret("корова на луне".into())).unwrap());
    }
}
