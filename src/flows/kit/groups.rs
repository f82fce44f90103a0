//! Groups and starter accounts, as people read them.

use crate::domain::Group;
use crate::domain::permission::Starter;
use crate::text::{Html, Say};

/// A group's name: translated for the four that `/seed_groups` makes, as stored for others.
#[must_use]
pub fn name(stored: &str, say: Say) -> Html {
    match Group::from_name(stored) {
        Some(Group::Operators) => say.group_operators(),
        Some(Group::Marketers) => say.group_marketers(),
        Some(Group::Managers) => say.group_managers(),
        Some(Group::Admins) => say.group_admins(),
        None => Html::data(stored),
    }
}

/// Names after one another; none, in words, for an empty list.
#[must_use]
pub fn names<'a>(stored: impl IntoIterator<Item = &'a str>, say: Say) -> Html {
    let names = Html::join(stored.into_iter().map(|stored| name(stored, say)), ", ");
    if names.is_empty() { say.invite_no_groups() } else { names }
}

/// The full name that a starter account gets.
#[must_use]
pub fn starter_name(starter: Starter, say: Say) -> String {
    let name = match starter.group {
        Group::Operators => say.starter_operator(),
        Group::Marketers => say.starter_marketer(),
        Group::Managers => say.starter_manager(),
        Group::Admins => say.starter_admin(),
    };
    name.plain()
}
