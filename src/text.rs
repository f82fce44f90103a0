//! Every sentence the bot says, typed, in Russian and English; the only place where user data is escaped.
//!
//! `build.rs` makes one method of [`Say`] per sentence of `locales/`. Arguments of type `&str` are escaped, [`Html`] passes
//! as it is: escaping cannot be forgotten because a screen accepts nothing but [`Html`] (G8).

mod catalog;
mod format;
mod html;

pub use catalog::{Count, Say, Words};
pub use html::Html;
