//! Pieces that conversations are made of: a form of fields, a date picker, a pager, a question.

pub mod amount;
pub mod calendar;
pub mod expiry;
pub mod form;
pub mod groups;
pub mod invites;
pub mod pager;
pub mod pick;
pub mod question;
pub mod record;
pub mod titles;
pub mod typed;
pub mod undo;
pub mod wizard;

pub use amount::Amount;
pub use form::{Ask, Choice, Confirmed, Form, Given, Taken};
pub use pager::Pager;
pub use pick::{Named, Offered, Offers, TitlePick, only};
pub use record::{Edited, RecordForm, Saved};
pub use undo::UndoQuestion;
pub use wizard::Wizard;
