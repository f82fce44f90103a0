//! Names of codes, as people see them.

use crate::crm::Topic;
use crate::domain::{Channel, ClientState, ConsentMeans, ContractStatus, Permission};
use crate::text::{Html, Say};

#[must_use]
pub fn channel(channel: Channel, say: Say) -> Html {
    match channel {
        Channel::Instagram => say.channel_instagram(),
        Channel::YouTube => say.channel_youtube(),
        Channel::TwoGis => say.channel_two_gis(),
        Channel::Google => say.channel_google(),
        Channel::Yandex => say.channel_yandex(),
        Channel::Site => say.channel_site(),
        Channel::Avito => say.channel_avito(),
        Channel::VkGroup => say.channel_vk_group(),
        Channel::VkAds => say.channel_vk_ads(),
        Channel::TgChannel => say.channel_tg_channel(),
        Channel::TgAds => say.channel_tg_ads(),
        Channel::Other => say.channel_other(),
    }
}

/// By what a consent was given.
#[must_use]
pub fn consent_means(means: ConsentMeans, say: Say) -> Html {
    match means {
        ConsentMeans::Phone => say.consent_by_phone(),
        ConsentMeans::SiteForm => say.consent_by_site_form(),
        ConsentMeans::Contact => say.consent_by_contact(),
        ConsentMeans::Contract => say.consent_by_contract(),
        ConsentMeans::Import => say.consent_by_import(),
    }
}

/// The state of a client.
#[must_use]
pub fn state(state: ClientState, say: Say) -> Html {
    match state {
        ClientState::Potential => say.state_potential(),
        ClientState::Active => say.state_active(),
        ClientState::Inactive => say.state_inactive(),
    }
}

/// The sign of a state, for rows of lists.
#[must_use]
pub fn state_sign(state: ClientState, say: Say) -> Html {
    match state {
        ClientState::Potential => say.sign_potential(),
        ClientState::Active => say.sign_active(),
        ClientState::Inactive => say.sign_inactive(),
    }
}

/// The status of a contract.
#[must_use]
pub fn contract_status(status: ContractStatus, say: Say) -> Html {
    match status {
        ContractStatus::Running => say.status_running(),
        ContractStatus::Scheduled => say.status_scheduled(),
        ContractStatus::Expired => say.status_expired(),
        ContractStatus::Terminated => say.status_terminated(),
        ContractStatus::Void => say.status_void(),
    }
}

/// The sign of a contract's status, where there is no room for a word.
#[must_use]
pub const fn contract_sign(status: ContractStatus) -> &'static str {
    match status {
        ContractStatus::Void => "🚫",
        ContractStatus::Terminated => "⛔",
        ContractStatus::Expired => "⌛",
        ContractStatus::Scheduled => "🕓",
        ContractStatus::Running => "🟢",
    }
}

/// What a right allows.
#[must_use]
pub fn right(right: Permission, say: Say) -> Html {
    match right {
        Permission::StatsView => say.right_stats_view(),
        Permission::StatsMoney => say.right_stats_money(),
        Permission::StatsDrill => say.right_stats_drill(),
        Permission::ServicePick => say.right_service_pick(),
        Permission::ServicePrice => say.right_service_price(),
        Permission::ServiceView => say.right_service_view(),
        Permission::ServiceEdit => say.right_service_edit(),
        Permission::AdPick => say.right_ad_pick(),
        Permission::AdView => say.right_ad_view(),
        Permission::AdBudget => say.right_ad_budget(),
        Permission::AdEdit => say.right_ad_edit(),
        Permission::ClientView => say.right_client_view(),
        Permission::ClientAdd => say.right_client_add(),
        Permission::TouchAdd => say.right_touch_add(),
        Permission::ClientEdit => say.right_client_edit(),
        Permission::ClientTake => say.right_client_take(),
        Permission::ClientPhone => say.right_client_phone(),
        Permission::ClientMerge => say.right_client_merge(),
        Permission::ContractRelink => say.right_contract_relink(),
        Permission::ClientLose => say.right_client_lose(),
        Permission::TouchVoidOwn => say.right_touch_void_own(),
        Permission::TouchVoidAny => say.right_touch_void_any(),
        Permission::NoteView => say.right_note_view(),
        Permission::NoteAdd => say.right_note_add(),
        Permission::FollowUpView => say.right_followup_view(),
        Permission::FollowUpAdd => say.right_followup_add(),
        Permission::ContractDates => say.right_contract_dates(),
        Permission::ContractView => say.right_contract_view(),
        Permission::ContractAdd => say.right_contract_add(),
        Permission::ContractEdit => say.right_contract_edit(),
        Permission::ContractTerminate => say.right_contract_terminate(),
        Permission::ContractVoidOwn => say.right_contract_void_own(),
        Permission::ContractCorrect => say.right_contract_correct(),
        Permission::StaffManage => say.right_staff_manage(),
        Permission::GroupManage => say.right_group_manage(),
        Permission::AuditOwn => say.right_audit_own(),
        Permission::AuditAll => say.right_audit_all(),
        Permission::ExportAggregates => say.right_export_aggregates(),
        Permission::ExportOwn => say.right_export_own(),
        Permission::ExportAll => say.right_export_all(),
        Permission::ImportClients => say.right_import_clients(),
        Permission::SystemCheck => say.right_system_check(),
    }
}

/// What a person can be told of.
#[must_use]
pub fn topic(topic: Topic, say: Say) -> Html {
    match topic {
        Topic::Leads => say.topic_leads(),
        Topic::People => say.topic_people(),
    }
}
