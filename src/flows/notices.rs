//! The words of notices, and the buttons below them: they open places and do nothing else.

use super::about::About;
use super::registry::PlaceKind;
use super::{Button, Place, Screen};
use crate::crm::{Company, Notice};
use crate::text::Say;

/// A notice as a message.
#[must_use]
pub fn screen(notice: &Notice, say: Say, _: &Company) -> Screen {
    match notice {
        Notice::Linked { staff, who, username } => Screen::new(say.notice_linked(who.as_str(), username.as_str()))
            .row([Button::open(&say.button_revoke_link(), Place::of(PlaceKind::RevokeLink, staff.0))]),
        Notice::NewLead { client, who, ad, returned, free } => {
            let text = match returned {
                true => say.notice_returned(who.as_str(), ad.as_str()),
                false => say.notice_new_lead(who.as_str(), ad.as_str()),
            };
            let take = free.then(|| Button::open(&say.button_take(), Place::of(PlaceKind::Take, *client)));
            let card = Button::open(&say.button_open_card(), Place::of(PlaceKind::Client, *client));
            Screen::new(text).row(take.into_iter().chain([card])).about(About::new_lead(*client))
        }
        Notice::HandedOver { from, clients } => Screen::new(say.notice_handed_over(*clients, from.as_str())),
        Notice::BackupFailed { fault } => Screen::new(say.notice_backup_failed(fault.as_str())),
        Notice::LinkMoved => Screen::new(say.notice_link_moved()),
    }
}
