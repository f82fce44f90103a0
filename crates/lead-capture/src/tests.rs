//! Labelled messages, single rules, and properties that hold for any text.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod corpus;
mod properties;
mod rules;

use crate::{Network, Presence};

/// The network of a channel's code in the labelled messages.
fn network(channel: &str) -> Option<Network> {
    Some(match channel {
        "INSTAGRAM" => Network::Instagram,
        "YOUTUBE" => Network::YouTube,
        "2GIS" => Network::TwoGis,
        "GOOGLE" => Network::Google,
        "YANDEX" => Network::Yandex,
        "SITE" => Network::Site,
        "AVITO" => Network::Avito,
        "VK_GROUP" => Network::Vk(Presence::Own),
        "VK_ADS" => Network::Vk(Presence::Ads),
        "TG_CHANNEL" => Network::Telegram(Presence::Own),
        "TG_ADS" => Network::Telegram(Presence::Ads),
        "OTHER" => return None,
        unknown => panic!("no such channel: {unknown}"),
    })
}
