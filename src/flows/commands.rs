//! The command menu: only what the person may do, in their language (experience, convention 4).

use sha2::{Digest, Sha256};

use super::registry::ScreenId;
use super::{Access, Button, Cx, Route};
use crate::crm::Actor;
use crate::text::{Html, Say};

/// The commands that a person sees in Telegram's menu.
pub struct Menu {
    pub commands: Vec<(String, String)>,
    /// Changes with the commands: the menu is set again only then.
    pub digest: String,
}

impl Menu {
    /// The menu of `actor`, in the language of `say`.
    #[must_use]
    pub fn of(actor: &Actor, say: Say) -> Self {
        let commands: Vec<(String, String)> =
            described(actor, say).map(|(command, about)| (command.to_owned(), about.plain())).collect();
        let mut hash = Sha256::new();
        for (command, about) in &commands {
            hash.update(command);
            hash.update(about);
        }
        let digest = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Self { commands, digest }
    }
}

/// Whether there is such a command, whatever rights it asks for.
#[must_use]
pub(super) fn is_known(name: &str) -> bool {
    matches!(name, "start" | "cancel") || ScreenId::by_command(name).is_some()
}

/// The commands that `actor` may use, with what they do; strangers see none.
pub fn described(actor: &Actor, say: Say) -> impl Iterator<Item = (&'static str, Html)> {
    ScreenId::ALL.iter().filter_map(move |kind| {
        let entry = kind.entry();
        let Access::Staff(rights) = entry.access else { return None };
        let about = entry.about.filter(|_| actor.may_any(rights))?;
        Some((entry.command?, about(say)))
    })
}

/// The screens of the main menu that the person may enter: the union over their groups, nothing twice (A7).
pub(super) fn places(cx: &Cx<'_>) -> impl Iterator<Item = Button> {
    ScreenId::ALL.iter().filter_map(|&kind| {
        let entry = kind.entry();
        let label = entry.label.filter(|_| entry.access.is_open(cx))?;
        Some(Button::open(&label(cx.say), Route::at(kind)))
    })
}
