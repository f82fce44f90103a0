//! The outbox: outgoing messages, written in the turn's transaction and deleted when Telegram has them (R5, R6).

pub(super) mod amendment;
pub(super) mod broadcast;
pub(super) mod notifications;
pub(super) mod outgoing;
pub(super) mod reach;
pub(super) mod refused;
pub(super) mod rows;
pub(super) mod sent_messages;
pub(super) mod undeliverable;
