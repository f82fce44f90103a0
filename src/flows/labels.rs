//! Names of codes, as people see them.

use crate::domain::{Channel, ClientState, ContractStatus};
use crate::text::{Html, Say};

/// A channel.
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
