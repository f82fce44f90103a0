//! Pieces that conversations are made of: a form of fields, a date picker, a pager, a question.

pub mod calendar;
pub mod form;
pub mod pager;
pub mod question;

pub use form::{Ask, Choice, Form, Given, Taken, Wizard};
pub use pager::Pager;
