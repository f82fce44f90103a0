//! The words of notices, and the buttons below them: they open places and do nothing else.

use super::registry::PlaceKind;
use super::{Button, Place, Press, Screen};
use crate::crm::{Company, Notice};
use crate::text::Say;

/// A notice as a message.
#[must_use]
pub fn screen(notice: &Notice, say: Say, _: &Company) -> Screen {
    match notice {
        Notice::Linked { staff, who, username } => Screen::new(say.notice_linked(who.as_str(), username.as_str()))
            .row([Button::open(&say.button_revoke_link(), Place::of(PlaceKind::RevokeLink, staff.0))]),
        Notice::NewLead { client, who, ad, returned } => {
            let text = match returned {
                true => say.notice_returned(who.as_str(), ad.as_str()),
                false => say.notice_new_lead(who.as_str(), ad.as_str()),
            };
            Screen::new(text).button(&say.button_open_card(), Press::Open(Place::of(PlaceKind::Client, *client)))
        }
        Notice::LinkMoved => Screen::new(say.notice_link_moved()),
    }
}
