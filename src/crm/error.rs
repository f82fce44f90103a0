//! How a use case ends when it does not succeed: refused by a rule, or stopped by a system error.

use super::refusal::{Refusal, by_constraint};
use crate::error::SystemError;

/// What a use case answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a use case stopped.
#[derive(Debug)]
pub enum Error {
    /// The user is told why; the turn goes on and nothing was changed.
    Refused(Refusal),
    System(SystemError),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<SystemError> for Error {
    fn from(fault: SystemError) -> Self {
        Self::System(fault)
    }
}

impl From<sqlx::Error> for Error {
    /// A broken constraint becomes a refusal by its name; anything else is a system error.
    fn from(error: sqlx::Error) -> Self {
        let named = error.as_database_error().and_then(|database| database.constraint()).and_then(by_constraint);
        match named {
            Some(refusal) => Self::Refused(refusal),
            None => Self::System(error.into()),
        }
    }
}

/// A use case as flows hear it: the refusal apart from the system error, so that `?` passes only system errors on.
pub trait SplitRefusal<T> {
    /// The result or the refusal.
    ///
    /// # Errors
    /// The system error.
    fn split_refusal(self) -> Result<Result<T, Refusal>, SystemError>;
}

impl<T> SplitRefusal<T> for Result<T, Error> {
    fn split_refusal(self) -> Result<Result<T, Refusal>, SystemError> {
        match self {
            Ok(value) => Ok(Ok(value)),
            Err(Error::Refused(refusal)) => Ok(Err(refusal)),
            Err(Error::System(fault)) => Err(fault),
        }
    }
}
