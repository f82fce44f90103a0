//! The sentence for every refusal.

use chrono::{DateTime, Utc};

use super::audit::action_label;
use super::{Cx, clients};
use crate::crm::{Field, HandoverEnd, Refusal};
use crate::domain::DocumentError;
use crate::text::{Html, Say};

/// Why it was refused, with an example of the right form where there is one.
#[must_use]
pub fn sentence(refusal: &Refusal, cx: &Cx<'_>) -> Html {
    let say = cx.say;
    match refusal {
        Refusal::Denied => say.refused_denied(),
        Refusal::Gone => say.refused_gone(),
        Refusal::Changed => say.refused_changed(),
        Refusal::InviteUnusable => say.invite_unusable(),
        Refusal::PhoneOf(client) => say.refused_phone_of(*client),
        Refusal::Taken(Field::Phone) => say.refused_phone_taken(),
        Refusal::Taken(named) => say.refused_taken(field(*named, say)),
        Refusal::ServiceArchived => say.refused_service_archived(),
        Refusal::AdFinished => say.refused_ad_finished(),
        Refusal::AdBuiltIn => say.refused_ad_built_in(),
        Refusal::TouchUnusable => say.refused_touch_unusable(),
        Refusal::TouchHasContract => say.refused_touch_has_contract(),
        Refusal::ContractNotLive => say.refused_contract_not_live(),
        Refusal::Document(error) => match error {
            DocumentError::Empty => say.refused_document_empty(),
            DocumentError::TooLarge => say.refused_document_large(),
            DocumentError::NotAllowed => say.refused_document_kind(),
            DocumentError::NotAttachable => say.refused_attachment_kind(),
        },
        Refusal::NotOwnPhone => say.refused_not_own_phone(),
        Refusal::NotOwnToday => say.refused_not_own_today(),
        Refusal::Terms(named) => match named {
            Field::Amount => say.refused_amount(),
            Field::SignedOn => say.refused_signed_on(),
            Field::EndsOn | Field::StartsOn => say.refused_ends_on(),
            other => say.refused_invalid(field(*other, say)),
        },
        Refusal::HasLiveContracts(contracts) => {
            let lines = contracts.iter().map(|contract| clients::contract_line(contract, cx));
            Html::join([say.refused_has_live_contracts()].into_iter().chain(lines), "\n")
        }
        Refusal::HasDependents => say.refused_has_dependents(),
        Refusal::TooLate => say.refused_too_late(),
        Refusal::ChangedSince { by, at, action, entity } => {
            let zone = cx.crm.actor.time_zone(cx.crm.company);
            let what =
                action_label(action, entity, say).unwrap_or_else(|| say.deed_other(entity.as_str(), action.as_str()));
            say.refused_changed_since(by.as_str(), say.time_of_day(*at, zone), what)
        }
        Refusal::NeedsTouch => say.refused_needs_touch(),
        Refusal::LastAdministrator => say.refused_last_administrator(),
        Refusal::Invalid(named) => say.refused_invalid(field(*named, say)),
        Refusal::AlreadyDone { by, at } => say.refused_already_done(by.as_str(), lately(*at, cx)),
        Refusal::TakenBy { by, at } => say.refused_taken_by(by.as_str(), lately(*at, cx)),
        Refusal::Untaken => say.refused_untaken(),
        Refusal::HandoverWaits { to } => say.refused_handover_waits(to.as_str()),
        Refusal::HandoverEnded { how, by, at } => {
            let (by, at) = (by.as_str(), lately(*at, cx));
            match how {
                HandoverEnd::Accepted => say.refused_handover_accepted(by, at),
                HandoverEnd::Declined => say.refused_handover_declined(by, at),
                HandoverEnd::Withdrawn => say.refused_handover_withdrawn(by, at),
            }
        }
        Refusal::NoAssignee => say.refused_no_taker(),
        Refusal::Day(day) => say.refused_day(say.day(*day)),
    }
}

fn lately(at: DateTime<Utc>, cx: &Cx<'_>) -> Html {
    cx.say.lately(at, cx.crm.now, cx.crm.actor.time_zone(cx.crm.company))
}

/// The name of a field, as it stands in sentences.
#[must_use]
pub fn field(field: Field, say: Say) -> Html {
    match field {
        Field::Title => say.field_title(),
        Field::Description => say.field_description(),
        Field::Price => say.field_price(),
        Field::Budget => say.field_budget(),
        Field::Amount => say.field_amount(),
        Field::SignedOn => say.field_signed_on(),
        Field::StartsOn => say.field_starts_on(),
        Field::EndsOn => say.field_ends_on(),
        Field::Name => say.field_name(),
        Field::Email => say.field_email(),
        Field::Phone => say.field_phone(),
        Field::Username => say.field_username(),
        Field::Reason => say.field_reason(),
        Field::Document => say.field_document(),
    }
}
