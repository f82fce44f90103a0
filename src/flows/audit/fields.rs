//! Fields of records by name, and their values: old → new.

use crate::crm::{Change, Shown};
use crate::flows::kit::groups;
use crate::flows::{Cx, labels};
use crate::text::{Html, Say};

/// What stands first among the fields of a record, as on its card; the others follow.
const FIRST: [&str; 12] = [
    "title",
    "client",
    "phone",
    "name",
    "touch",
    "service",
    "channel",
    "amount",
    "signed_on",
    "starts_on",
    "ends_on",
    "document",
];

/// Where a field stands.
pub(super) fn route(field: &str) -> usize {
    FIRST.iter().position(|known| *known == field).unwrap_or(FIRST.len())
}

/// A field's name; none for one that has no sentence yet.
#[must_use]
pub fn label(field: &str, say: Say) -> Option<Html> {
    Some(match field {
        "phone" => say.field_phone(),
        "name" => say.field_name(),
        "full_name" => say.field_name(),
        "email" => say.field_email(),
        "ad" => say.field_ad(),
        "client" => say.field_client(),
        "touch" => say.field_touch(),
        "corrects" => say.audit_field_corrects(),
        "day" => say.audit_field_day(),
        "service" => say.field_service(),
        "title" => say.field_title(),
        "description" => say.field_description(),
        "price" => say.field_price(),
        "budget" => say.field_budget(),
        "channel" => say.field_channel(),
        "aliases" => say.field_aliases(),
        "amount" => say.field_amount(),
        "signed_on" => say.field_signed_on(),
        "starts_on" => say.field_starts_on(),
        "ends_on" => say.field_ends_on(),
        "terminated_on" => say.audit_field_terminated_on(),
        "termination_reason" => say.audit_field_termination_reason(),
        "archived" => say.audit_field_archived(),
        "finished" => say.audit_field_finished(),
        "note" => say.field_remark(),
        "document" => say.field_document(),
        "username" => say.field_username(),
        "group_id" => say.audit_field_group(),
        "active" => say.audit_field_active(),
        "is_superuser" => say.audit_field_superuser(),
        "expires_at" => say.audit_field_expires_at(),
        "telegram_id" => say.audit_field_telegram(),
        "way" => say.audit_field_way(),
        "failures" => say.audit_field_failures(),
        "password_logins" => say.audit_field_password_logins(),
        "protect_cards" => say.audit_field_protect_cards(),
        "clients_per_hour" => say.audit_field_clients_per_hour(),
        "granted" => say.audit_field_granted(),
        "revoked" => say.audit_field_revoked(),
        "permission" => say.audit_field_permission(),
        "voided" => say.audit_field_voided(),
        "void_reason" => say.audit_field_void_reason(),
        "lost_at" => say.audit_field_lost_at(),
        "lost_reason" => say.audit_field_lost_reason(),
        "responsible" => say.audit_field_responsible(),
        "owner" => say.audit_field_owner(),
        "due_at" => say.audit_field_due_at(),
        "time_zone" => say.audit_field_time_zone(),
        "quiet_hours" => say.audit_field_quiet_hours(),
        "muted" => say.audit_field_muted(),
        "merged" => say.audit_field_merged(),
        "merged_into" => say.audit_field_merged_into(),
        "freed" => say.audit_field_freed(),
        "touches" => say.audit_field_touches(),
        "clients" => say.audit_field_clients(),
        "follow_ups" => say.audit_field_follow_ups(),
        "from" => say.audit_field_from(),
        "to" => say.audit_field_to(),
        "handover" => say.audit_field_handover(),
        "taken_at" => say.audit_field_taken_at(),
        "next_step" => say.audit_field_next_step(),
        "code" => say.audit_field_code(),
        "kind" => say.audit_field_kind(),
        "last_live_day" => say.audit_field_last_live_day(),
        "open_touch" => say.audit_field_open_touch(),
        "spans" => say.audit_field_spans(),
        "means" => say.audit_field_means(),
        "language" => say.audit_field_language(),
        _ => return None,
    })
}

/// `Budget: 500 ₽ → 700 ₽`; one side alone where there is but one.
pub(super) fn line(change: &Change, cx: &Cx<'_>) -> Html {
    let say = cx.say;
    let label = label(&change.field, say).unwrap_or_else(|| Html::data(&change.field));
    let show = |shown: &Option<Shown>| {
        shown.as_ref().map(|shown| match (change.field.as_str(), shown) {
            ("way", Shown::Text(way)) if way == "password" => say.audit_way_password(),
            ("way", Shown::Text(_)) => say.audit_way_invite(),
            _ => value(shown, cx),
        })
    };
    match (show(&change.before), show(&change.after)) {
        (None, Some(after)) => say.form_line(label, after),
        (before, after) => {
            let or_dash = |value: Option<Html>| value.unwrap_or_else(|| say.dash());
            say.form_line_changed(label, or_dash(before), or_dash(after))
        }
    }
}

fn value(shown: &Shown, cx: &Cx<'_>) -> Html {
    let say = cx.say;
    match shown {
        Shown::Text(text) => Html::data(text),
        Shown::Money(money) => say.money(*money, cx.crm.company.currency),
        Shown::Day(day) => say.day(*day),
        Shown::Moment(at) => say.moment(*at, cx.crm.actor.time_zone(cx.crm.company)),
        Shown::Is(true) => say.audit_yes(),
        Shown::Is(false) => say.audit_no(),
        Shown::Right(right) => labels::right(*right, say),
        Shown::Channel(channel) => labels::channel(*channel, say),
        Shown::Language(language) => Say(*language).language_name(),
        Shown::Topic(topic) => labels::topic(*topic, say),
        Shown::Group(name) => groups::name(name, say),
        Shown::Means(means) => labels::consent_means(*means, say),
        Shown::Number(id) => say.audit_number(*id),
        Shown::Many(items) => Html::join(items.iter().map(|item| value(item, cx)), "; "),
    }
}
