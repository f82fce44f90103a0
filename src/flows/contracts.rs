//! Contracts in the chat: `/contract`, `/contracts`, the card, changes.

mod answers;
mod attach;
mod card;
mod change;
mod days;
mod form;
mod history;
mod list;
mod parties;
mod review;

pub use card::ContractCard;
pub use change::ChangeForm;
pub use form::ContractForm;
pub use history::ContractHistory;
pub use list::Contracts;
