//! Networks that ads run on.

/// Where an ad runs, as people name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Network {
    /// The classifieds of Avito.
    Avito,
    /// Instagram.
    Instagram,
    /// YouTube.
    YouTube,
    /// The city guide 2GIS.
    TwoGis,
    /// Google's search and network.
    Google,
    /// Yandex's search and network.
    Yandex,
    /// The company's own site.
    Site,
    /// VK.
    Vk(Presence),
    /// Telegram.
    Telegram(Presence),
}

/// How a company is present in a social network; "group", "channel" and "ads" in a message tell the two apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Presence {
    /// By its own group or channel.
    Own,
    /// By paid ads.
    Ads,
}
