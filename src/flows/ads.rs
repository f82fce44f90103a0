//! `/ads`: where clients come from.

mod card;
mod form;
mod list;
mod pick;

pub use card::AdCard;
pub use form::AdForm;
pub use list::Ads;
pub use pick::AdPick;
