//! Where an ad runs.

use super::coded_enum;

coded_enum! {
    /// The channel of an ad, in the order of pickers; people see it translated.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub serde enum Channel {
        /// Instagram.
        Instagram = "INSTAGRAM",
        /// YouTube.
        YouTube = "YOUTUBE",
        /// The city guide 2GIS.
        TwoGis = "2GIS",
        /// Google's search and network.
        Google = "GOOGLE",
        /// Yandex's search and network.
        Yandex = "YANDEX",
        /// The company's own site.
        Site = "SITE",
        /// The classifieds of Avito.
        Avito = "AVITO",
        /// A group on VK.
        VkGroup = "VK_GROUP",
        /// Paid ads on VK.
        VkAds = "VK_ADS",
        /// A Telegram channel.
        TgChannel = "TG_CHANNEL",
        /// Paid ads on Telegram.
        TgAds = "TG_ADS",
        /// Anything else: word of mouth, print, radio.
        Other = "OTHER",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_twelve_channels_with_the_databases_codes() {
        let codes: Vec<_> = Channel::ALL.iter().map(|channel| channel.code()).collect();
        let database = "INSTAGRAM YOUTUBE 2GIS GOOGLE YANDEX SITE AVITO VK_GROUP VK_ADS TG_CHANNEL TG_ADS OTHER";
        assert_eq!(codes.join(" "), database);
        assert!(Channel::ALL.iter().all(|channel| Channel::from_code(channel.code()) == Some(*channel)));
        assert_eq!(Channel::from_code("instagram"), None);
    }
}
