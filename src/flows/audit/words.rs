//! What was done, in words: a sentence for every action on every kind of record.

use crate::crm::{AuditLine, Entity, StaffId};
use crate::flows::kit::groups;
use crate::text::{Html, Say};

/// What was done; none for a pair that has no sentence yet.
#[must_use]
pub fn action_label(action: &str, of: &str, say: Say) -> Option<Html> {
    Some(match (of, action) {
        ("client", "create") => say.deed_client_create(),
        ("client", "edit") => say.deed_client_edit(),
        ("client", "fill") => say.deed_client_fill(),
        ("client", "revive") => say.deed_client_revive(),
        ("client", "view_phone") => say.deed_client_view_phone(),
        ("client", "take") => say.deed_client_take(),
        ("client", "lose") => say.deed_client_lose(),
        ("client", "bring_back") => say.deed_client_bring_back(),
        ("client", "end_lost") => say.deed_client_end_lost(),
        (of, "undo") => say.deed_undo(entity(Entity::from_code(of)?, say)),
        ("client", "phone") => say.deed_client_phone(),
        ("client", "merge") => say.deed_client_merge(),
        ("client", "offer") => say.deed_client_offer(),
        ("client", "accept") => say.deed_client_accept(),
        ("client", "decline") => say.deed_client_decline(),
        ("client", "withdraw") => say.deed_client_withdraw(),
        ("client", "hand_over") => say.deed_client_hand_over(),
        ("client", "repair") => say.deed_client_repair(),
        ("client", "erase") => say.deed_client_erase(),
        ("touch", "create") => say.deed_touch_create(),
        ("touch", "void") => say.deed_touch_void(),
        ("note", "create") => say.deed_note_create(),
        ("follow_up", "set") => say.deed_follow_up_set(),
        ("follow_up", "finish") => say.deed_follow_up_finish(),
        ("follow_up", "hand_over") => say.deed_follow_up_hand_over(),
        ("consent", "give") => say.deed_consent_give(),
        ("consent", "withdraw") => say.deed_consent_withdraw(),
        ("contract", "create") => say.deed_contract_create(),
        ("contract", "edit") => say.deed_contract_edit(),
        ("contract", "prolong") => say.deed_contract_prolong(),
        ("contract", "terminate") => say.deed_contract_terminate(),
        ("contract", "void") => say.deed_contract_void(),
        ("contract", "attach") => say.deed_contract_attach(),
        ("contract", "relink") => say.deed_contract_relink(),
        ("service", "create") => say.deed_service_create(),
        ("service", "edit") => say.deed_service_edit(),
        ("service", "archive") => say.deed_service_archive(),
        ("service", "restore") => say.deed_service_restore(),
        ("ad", "create") => say.deed_ad_create(),
        ("ad", "edit") => say.deed_ad_edit(),
        ("ad", "finish") => say.deed_ad_finish(),
        ("ad", "restart") => say.deed_ad_restart(),
        ("staff", "create") => say.deed_staff_create(),
        ("staff", "rename") => say.deed_staff_rename(),
        ("staff", "superuser") => say.deed_staff_superuser(),
        ("staff", "invite") => say.deed_staff_invite(),
        ("staff", "join") => say.deed_staff_join(),
        ("staff", "leave") => say.deed_staff_leave(),
        ("staff", "block") => say.deed_staff_block(),
        ("staff", "unblock") => say.deed_staff_unblock(),
        ("staff", "link") => say.deed_staff_link(),
        ("staff", "logout") => say.deed_staff_logout(),
        ("staff", "revoke") => say.deed_staff_revoke(),
        ("staff", "hand_over") => say.deed_staff_hand_over(),
        ("staff", "settings") => say.deed_staff_settings(),
        ("staff", "password") => say.deed_staff_password(),
        ("staff", "password_removed") => say.deed_staff_password_removed(),
        ("staff", "login_failed") => say.deed_staff_login_failed(),
        ("company", "password_logins") => say.deed_company_password_logins(),
        ("group", "create") => say.deed_group_create(),
        ("group", "grant") => say.deed_group_grant(),
        ("group", "withdraw") => say.deed_group_withdraw(),
        ("parked_update", "drop") => say.deed_parked_drop(),
        ("parked_update", "retry") => say.deed_parked_retry(),
        ("parked_update", "retry_failed") => say.deed_parked_retry_failed(),
        ("permission", "denied") => say.deed_denied(),
        _ => return None,
    })
}

/// What was done, whatever it was.
pub(super) fn what(line: &AuditLine, say: Say) -> Html {
    if let Some(undone) = line.undone.as_ref().and_then(|(action, of)| action_label(action, of, say)) {
        return say.deed_undo(undone);
    }
    action_label(&line.action, &line.entity, say)
        .unwrap_or_else(|| say.deed_other(line.entity.as_str(), line.action.as_str()))
}

pub(in crate::flows) fn actor(id: StaffId, name: &str, say: Say) -> Html {
    if id == StaffId::SYSTEM { say.audit_system() } else { Html::data(name) }
}

/// The record: its name where it has one, its number else; none for an event without a record.
pub(super) fn record(line: &AuditLine, say: Say) -> Option<Html> {
    let record = line.record.as_ref()?;
    let title = record.title.as_deref().map(|title| match Entity::from_code(&line.entity) {
        Some(Entity::Group) => groups::name(title, say),
        Some(Entity::Staff) => Html::data(title),
        _ => say.audit_titled(title),
    });
    let client = record.client.as_deref().map(Html::data);
    Some(match (title, client) {
        (None, None) => say.audit_number(record.id),
        (title, client) => Html::join([title, client].into_iter().flatten(), ", "),
    })
}

/// A kind of record.
pub(super) fn entity(entity: Entity, say: Say) -> Html {
    match entity {
        Entity::Client => say.entity_client(),
        Entity::Touch => say.entity_touch(),
        Entity::Note => say.entity_note(),
        Entity::FollowUp => say.entity_follow_up(),
        Entity::Contract => say.entity_contract(),
        Entity::Service => say.entity_service(),
        Entity::Ad => say.entity_ad(),
        Entity::Staff => say.entity_staff(),
        Entity::Group => say.entity_group(),
        Entity::Parked => say.entity_parked(),
        Entity::Consent => say.entity_consent(),
    }
}
