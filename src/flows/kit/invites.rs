//! One-time links, shown once: who each is for, until when it works, and a button that copies it.
//!
//! A state that holds them skips them when it is stored, so that only their hashes remain.

use crate::crm::Issued;
use crate::flows::{Button, Cx, Screen};
use crate::text::Html;

/// The links as a paragraph; empty without any.
#[must_use]
pub fn paragraph(invites: &[Issued], cx: &Cx<'_>) -> Html {
    if invites.is_empty() {
        return Html::default();
    }
    let zone = cx.crm.actor.time_zone(cx.crm.company);
    let lines = invites.iter().map(|issued| {
        let until = cx.say.moment(issued.invite.expires_at, zone);
        let link = cx.crm.company.start_link(issued.invite.code.as_str());
        cx.say.invite_link(issued.full_name.as_str(), issued.username.as_str(), until, link)
    });
    cx.say.invite_links_once(invites.len()).paragraph(Html::join(lines, "\n\n"))
}

/// A button for each link that copies it.
#[must_use]
pub fn copies(screen: Screen, invites: &[Issued], cx: &Cx<'_>) -> Screen {
    let buttons = invites.iter().map(|issued| {
        let link = cx.crm.company.start_link(issued.invite.code.as_str());
        Button::copy(&cx.say.button_copy_invite(issued.username.as_str()), link)
    });
    screen.grid(buttons, 2)
}
