//! Dead letters: what cannot be handled, kept encrypted until an administrator retries or drops it (R10, R17).

pub(super) mod cipher;
pub(super) mod parking;
pub(super) mod payload;
pub(super) mod retry;
