//! What was done, in words: a sentence for every action on every kind of record.

use crate::crm::{AuditAction, AuditLine, Entity, StaffId};
use crate::flows::kit::groups;
use crate::text::{Html, Say};

/// What was done; none for a pair that only another version of the program knows.
#[must_use]
pub fn action_label(action: &str, of: &str, say: Say) -> Option<Html> {
    if action == "undo" {
        return Some(say.deed_undo(entity(Entity::from_code(of)?, say)));
    }
    AuditAction::from_stored(of, action).map(|action| words(action, say))
}

fn words(action: AuditAction, say: Say) -> Html {
    use AuditAction as A;
    match action {
        A::ClientCreate => say.deed_client_create(),
        A::ClientEdit => say.deed_client_edit(),
        A::ClientFill => say.deed_client_fill(),
        A::ClientRevive => say.deed_client_revive(),
        A::ClientViewPhone => say.deed_client_view_phone(),
        A::ClientFindPhone => say.deed_client_find_phone(),
        A::ClientViewCard => say.deed_client_view_card(),
        A::ClientTake => say.deed_client_take(),
        A::ClientLose => say.deed_client_lose(),
        A::ClientBringBack => say.deed_client_bring_back(),
        A::ClientEndLost => say.deed_client_end_lost(),
        A::ClientPhone => say.deed_client_phone(),
        A::ClientMerge => say.deed_client_merge(),
        A::ClientOffer => say.deed_client_offer(),
        A::ClientAccept => say.deed_client_accept(),
        A::ClientDecline => say.deed_client_decline(),
        A::ClientWithdraw => say.deed_client_withdraw(),
        A::ClientHandOver => say.deed_client_hand_over(),
        A::ClientRepair => say.deed_client_repair(),
        A::ClientErase => say.deed_client_erase(),
        A::TouchCreate => say.deed_touch_create(),
        A::TouchVoid => say.deed_touch_void(),
        A::NoteCreate => say.deed_note_create(),
        A::FollowUpSet => say.deed_follow_up_set(),
        A::FollowUpFinish => say.deed_follow_up_finish(),
        A::FollowUpHandOver => say.deed_follow_up_hand_over(),
        A::ConsentGive => say.deed_consent_give(),
        A::ConsentWithdraw => say.deed_consent_withdraw(),
        A::ContractCreate => say.deed_contract_create(),
        A::ContractEdit => say.deed_contract_edit(),
        A::ContractProlong => say.deed_contract_prolong(),
        A::ContractTerminate => say.deed_contract_terminate(),
        A::ContractVoid => say.deed_contract_void(),
        A::ContractBringBack => say.deed_contract_bring_back(),
        A::ContractAttach => say.deed_contract_attach(),
        A::ContractRelink => say.deed_contract_relink(),
        A::ServiceCreate => say.deed_service_create(),
        A::ServiceEdit => say.deed_service_edit(),
        A::ServiceArchive => say.deed_service_archive(),
        A::ServiceRestore => say.deed_service_restore(),
        A::AdCreate => say.deed_ad_create(),
        A::AdEdit => say.deed_ad_edit(),
        A::AdFinish => say.deed_ad_finish(),
        A::AdRestart => say.deed_ad_restart(),
        A::AdRepair => say.deed_ad_repair(),
        A::StaffCreate => say.deed_staff_create(),
        A::StaffRename => say.deed_staff_rename(),
        A::StaffSuperuser => say.deed_staff_superuser(),
        A::StaffInvite => say.deed_staff_invite(),
        A::StaffInviteEnd => say.deed_staff_invite_end(),
        A::StaffJoin => say.deed_staff_join(),
        A::StaffLeave => say.deed_staff_leave(),
        A::StaffBlock => say.deed_staff_block(),
        A::StaffUnblock => say.deed_staff_unblock(),
        A::StaffLink => say.deed_staff_link(),
        A::StaffLogout => say.deed_staff_logout(),
        A::StaffRevoke => say.deed_staff_revoke(),
        A::StaffHandOver => say.deed_staff_hand_over(),
        A::StaffErase => say.deed_staff_erase(),
        A::StaffSettings => say.deed_staff_settings(),
        A::StaffPassword => say.deed_staff_password(),
        A::StaffPasswordRemoved => say.deed_staff_password_removed(),
        A::StaffLoginFailed => say.deed_staff_login_failed(),
        A::CompanyPasswordLogins => say.deed_company_password_logins(),
        A::CompanyLooks => say.deed_company_looks(),
        A::GroupCreate => say.deed_group_create(),
        A::GroupGrant => say.deed_group_grant(),
        A::GroupWithdraw => say.deed_group_withdraw(),
        A::ParkedDrop => say.deed_parked_drop(),
        A::ParkedRetry => say.deed_parked_retry(),
        A::ParkedRetryFailed => say.deed_parked_retry_failed(),
        A::PermissionDenied => say.deed_denied(),
    }
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
