//! Names of codes, as people see them.

use crate::domain::Channel;
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
