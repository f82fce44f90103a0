//! Where an ad runs.

use serde::{Deserialize, Serialize};

/// Declares [`Channel`] and its codes in one table.
macro_rules! channels {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal,)+) => {
        /// The channel of an ad; people see it translated.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Channel {
            $($(#[doc = $doc])+ #[serde(rename = $code)] $name,)+
        }

        impl Channel {
            /// Every channel, in the order of pickers.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code that the database stores.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// The channel of a code; `None` for anything else.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code {
                    $($code => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

channels! {
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
