//! `/services`: what the company sells.

mod card;
mod form;
mod list;
mod pick;

pub use card::ServiceCard;
pub use form::ServiceForm;
pub use list::Services;
pub use pick::ServicePick;
