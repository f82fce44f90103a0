//! Quick capture in the terms of this program: which network a channel of ads is.

pub use lead_capture::{Draft, FoundPhone, KnownAd, has_phone, recognise};

use lead_capture::{Network, Presence};

use super::Channel;

impl Channel {
    /// The network that people name when an ad of this channel has brought them; `None` for channels without a name.
    #[must_use]
    pub const fn network(self) -> Option<Network> {
        Some(match self {
            Self::Instagram => Network::Instagram,
            Self::YouTube => Network::YouTube,
            Self::TwoGis => Network::TwoGis,
            Self::Google => Network::Google,
            Self::Yandex => Network::Yandex,
            Self::Site => Network::Site,
            Self::Avito => Network::Avito,
            Self::VkGroup => Network::Vk(Presence::Own),
            Self::VkAds => Network::Vk(Presence::Ads),
            Self::TgChannel => Network::Telegram(Presence::Own),
            Self::TgAds => Network::Telegram(Presence::Ads),
            Self::Other => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_channel_but_the_last_is_a_network_of_its_own() {
        let networks: HashSet<_> = Channel::ALL.iter().filter_map(|channel| channel.network()).collect();
        assert_eq!(networks.len(), Channel::ALL.len() - 1);
        assert_eq!(Channel::Other.network(), None);
    }
}
