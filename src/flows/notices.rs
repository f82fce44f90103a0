//! The words of notices, and the buttons below them: they open places and do nothing else.

use chrono::{DateTime, Utc};

use super::about::About;
use super::registry::{ScreenId, UseCase};
use super::{Button, Route, Screen};
use crate::crm::{Company, HandoverEnd, Notice, PendingAction, Resolution, Workload};
use crate::domain::TimeZone;
use crate::text::{Html, Say};

/// A notice as a message.
#[must_use]
pub fn screen(notice: &Notice, say: Say, _: &Company) -> Screen {
    let card = |client: i64| Button::open(&say.button_open_card(), Route::of(ScreenId::Client, client));
    let take = |client: i64| Button::runs(&say.button_take(), UseCase::Take, client);
    let told = |text: Html, client: i64| Screen::new(text).row([card(client)]).about(About::told(client));
    match notice {
        Notice::Linked { staff, who, username, by_password } => {
            let (who, username) = (who.as_str(), username.as_str());
            let text =
                if *by_password { say.notice_logged_in(who, username) } else { say.notice_linked(who, username) };
            Screen::new(text).row([Button::open(&say.button_revoke_link(), Route::of(ScreenId::RevokeLink, staff.0))])
        }
        Notice::LoginFailed { who, username } => Screen::new(say.notice_login_failed(who.as_str(), username.as_str())),
        Notice::PasswordChanged { staff, who, username } => {
            Screen::new(say.notice_password_changed(who.as_str(), username.as_str()))
                .row([Button::open(&say.button_open_person(), Route::of(ScreenId::StaffCard, staff.0))])
        }
        Notice::OwnPasswordChanged => Screen::new(say.notice_own_password_changed()),
        Notice::PasswordRemoved => Screen::new(say.notice_password_removed()),
        Notice::EnteredElsewhere { username } => Screen::new(say.notice_entered_elsewhere(username.as_str())),
        Notice::ManyLooks { staff, who, username, clients } => {
            Screen::new(say.notice_many_looks(who.as_str(), username.as_str(), *clients))
                .row([Button::open(&say.button_open_person(), Route::of(ScreenId::StaffCard, staff.0))])
        }
        Notice::Unreachable { staff, who, username } => {
            Screen::new(say.notice_unreachable(who.as_str(), username.as_str()))
                .row([Button::open(&say.button_open_person(), Route::of(ScreenId::StaffCard, staff.0))])
        }
        Notice::NewLead { client, who, ad, returned, free } => {
            let text = match returned {
                true => say.notice_returned(who.as_str(), ad.as_str()),
                false => say.notice_new_lead(who.as_str(), ad.as_str()),
            };
            let take = free.then(|| take(*client));
            Screen::new(text).row(take.into_iter().chain([card(*client)])).about(About::new_lead(*client))
        }
        Notice::FreeAgain { client, who } => Screen::new(say.notice_free_again(who.as_str()))
            .row([take(*client), card(*client)])
            .about(About::new_lead(*client)),
        Notice::Waiting { client, who, ad, minutes } => {
            Screen::new(say.notice_waiting(who.as_str(), say.lasting(*minutes), ad.as_str()))
                .row([take(*client), card(*client)])
                .about(About::new_lead(*client))
        }
        Notice::ManyWaiting { clients } => Screen::new(say.notice_many_waiting(*clients))
            .row([Button::open(&say.label_queue(), Route::at(ScreenId::Queue))]),
        Notice::Offered { handover, client, who, phone, from, note } => {
            let mut text = say.notice_offered(from.as_str(), who.as_str(), phone.as_str());
            if !note.is_empty() {
                text = text.line(say.handover_note(note.as_str()));
            }
            let accept = Button::runs(&say.button_accept(), UseCase::AcceptHandover, *handover);
            let decline = Button::open(&say.button_decline(), Route::of(ScreenId::HandoverDecline, *handover));
            Screen::new(text).row([accept, decline]).row([card(*client)]).about(About::handover(*client))
        }
        Notice::OfferedForYou { client, who, to, by } => {
            told(say.notice_offered_for_you(by.as_str(), who.as_str(), to.as_str()), *client)
        }
        Notice::Answered { client, who, to, accepted: true, .. } => {
            told(say.notice_accepted(who.as_str(), to.as_str()), *client)
        }
        Notice::Answered { client, who, to, reason, .. } => {
            let text = say.notice_declined(to.as_str(), who.as_str());
            let reason = reason.as_deref().map(|reason| say.handover_reason(reason));
            told(reason.into_iter().fold(text, Html::line), *client)
        }
        Notice::AnswerUndone { client, who, to } => told(say.notice_answer_undone(to.as_str(), who.as_str()), *client),
        Notice::OfferReturned { client, who, to } => {
            told(say.notice_offer_returned(to.as_str(), who.as_str()), *client)
        }
        Notice::HandedOver { from, workload } => Screen::new(handed_over(from, *workload, say)),
        Notice::HandedBack { from, workload } => Screen::new(
            say.notice_handed_back(say.hand_over_what(workload.clients, workload.follow_ups), from.as_str()),
        ),
        Notice::BackupFailed { fault } => Screen::new(say.notice_backup_failed(fault.as_str())),
        Notice::LinkMoved => Screen::new(say.notice_link_moved()),
    }
}

fn handed_over(from: &str, workload: Workload, say: Say) -> Html {
    match (workload.clients, workload.follow_ups) {
        (clients, 0) => say.notice_handed_over(clients, from),
        (0, steps) => say.notice_handed_steps(steps, from),
        (clients, steps) => say.notice_handed_over(clients, from).line(say.notice_handed_steps_too(steps)),
    }
}

/// Which messages ask for this.
#[must_use]
pub fn about(asked: PendingAction) -> About {
    match asked {
        PendingAction::Take(client) => About::new_lead(client),
        PendingAction::Handover(client) => About::handover(client),
    }
}

/// What stands in their place once it is done: who, when, and no buttons.
#[must_use]
pub fn closed(resolution: &Resolution, say: Say, now: DateTime<Utc>, zone: TimeZone) -> Screen {
    Screen::new(match resolution {
        Resolution::Taken { who, by, at } => say.notice_taken(who.as_str(), by.as_str(), say.lately(*at, now, zone)),
        Resolution::Over { who } => say.notice_over(who.as_str()),
        Resolution::HandoverEnded { who, how, by, at } => {
            let (who, by, at) = (who.as_str(), by.as_str(), say.lately(*at, now, zone));
            match how {
                HandoverEnd::Accepted => say.notice_handover_accepted(who, by, at),
                HandoverEnd::Declined => say.notice_handover_declined(who, by, at),
                HandoverEnd::Withdrawn => say.notice_handover_withdrawn(who, by, at),
            }
        }
    })
}
