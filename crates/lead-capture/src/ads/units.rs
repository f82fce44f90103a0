//! Words of a message or a title as the ad matcher sees them: networks under one tag, in whatever spelling.

use std::sync::LazyLock;

use crate::lexicon::section;
use crate::tokens::{Kind, TokenStream};
use crate::{Network, Presence};

/// A word or a network's name of one or more words.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub key: String,
    pub tag: Option<Tag>,
    /// Tokens `from..to` of the stream.
    pub from: usize,
    pub to: usize,
    /// Whether a comma, a full stop or a line break separates it from the unit before.
    pub starts_part: bool,
}

/// What a unit names, whatever the language, case or spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    Avito,
    Instagram,
    Youtube,
    Gis,
    Google,
    Yandex,
    Site,
    Vk,
    Tg,
    /// A product of a search engine: Direct, Maps and the like.
    Direct,
    Maps,
    Services,
    /// Words that tell the two presences in a network apart.
    Ads,
    Group,
    Feed,
}

impl Tag {
    /// Every tag and its list in `networks.txt`.
    const ALL: [(Self, &'static str); 15] = [
        (Self::Avito, "avito"),
        (Self::Instagram, "instagram"),
        (Self::Youtube, "youtube"),
        (Self::Gis, "gis"),
        (Self::Google, "google"),
        (Self::Yandex, "yandex"),
        (Self::Site, "site"),
        (Self::Vk, "vk"),
        (Self::Tg, "tg"),
        (Self::Direct, "direct"),
        (Self::Maps, "maps"),
        (Self::Services, "services"),
        (Self::Ads, "ads"),
        (Self::Group, "group"),
        (Self::Feed, "feed"),
    ];

    /// Whether the tag names a place of its own, not a part of one.
    pub(super) fn is_place(self) -> bool {
        !matches!(self, Self::Maps | Self::Services | Self::Ads | Self::Group | Self::Feed)
    }

    pub(super) fn is_product(self) -> bool {
        matches!(self, Self::Direct | Self::Maps | Self::Services)
    }

    /// The network the tag belongs to: Direct is Yandex's.
    pub(super) fn family(self) -> Self {
        if self == Self::Direct { Self::Yandex } else { self }
    }

    /// The place that stands for a network and, for one with two ways in, which of them.
    pub(super) fn of_network(network: Network) -> (Self, Option<Presence>) {
        match network {
            Network::Avito => (Self::Avito, None),
            Network::Instagram => (Self::Instagram, None),
            Network::YouTube => (Self::Youtube, None),
            Network::TwoGis => (Self::Gis, None),
            Network::Google => (Self::Google, None),
            Network::Yandex => (Self::Yandex, None),
            Network::Site => (Self::Site, None),
            Network::Vk(presence) => (Self::Vk, Some(presence)),
            Network::Telegram(presence) => (Self::Tg, Some(presence)),
        }
    }
}

/// One spelling: words in a row; a star stands for any ending.
static SPELLINGS: LazyLock<Vec<(Tag, Vec<&str>)>> = LazyLock::new(|| {
    let forms =
        |name| section(include_str!("../../data/networks.txt"), name).flat_map(|line| line.split(" | ")).collect();
    Tag::ALL.iter().map(|&(tag, name)| (tag, forms(name))).collect()
});

/// The units of a message or a title, in order; what another field has consumed is left out.
pub(super) fn of_tokens(tokens: &TokenStream) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut starts_part = true;
    let mut at = 0;
    while at < tokens.len() {
        match tokens.kind(at) {
            Some(Kind::Word | Kind::Digits) if !tokens.is_consumed(at) && !tokens.is_linked(at) => {
                let (tag, to) = spelled_at(tokens, at).map_or((None, at + 1), |(tag, to)| (Some(tag), to));
                let key = tokens.key(at).to_owned();
                units.push(Unit { key, tag, from: at, to, starts_part });
                starts_part = false;
                at = to;
                continue;
            }
            Some(Kind::Space) => {}
            Some(Kind::Sign) if tokens.is_any_sign(at, "-_.'\"/&") && !ends_sentence(tokens, at) => {}
            _ => starts_part = true,
        }
        at += 1;
    }
    drop_loose_products(&mut units);
    units
}

/// A full stop before a space ends a part; inside `Яндекс.Директ` it does not.
fn ends_sentence(tokens: &TokenStream, at: usize) -> bool {
    tokens.is_any_sign(at, ".") && !matches!(tokens.kind(at + 1), Some(Kind::Word | Kind::Digits))
        || (tokens.is_any_sign(at, "-/") && tokens.kind(at + 1) == Some(Kind::Space))
}

/// «карты» and «услуги» are products only right behind a search engine's name.
fn drop_loose_products(units: &mut [Unit]) {
    for at in 0..units.len() {
        let follows =
            at > 0 && !units[at].starts_part && matches!(units[at - 1].tag, Some(Tag::Yandex | Tag::Google | Tag::Gis));
        if matches!(units[at].tag, Some(Tag::Maps | Tag::Services)) && !follows {
            units[at].tag = None;
        }
    }
}

fn spelled_at(tokens: &TokenStream, at: usize) -> Option<(Tag, usize)> {
    SPELLINGS
        .iter()
        .flat_map(|(tag, forms)| forms.iter().map(move |form| (*tag, *form)))
        .filter_map(|(tag, form)| ends_at(tokens, at, form).map(|to| (tag, to)))
        .max_by_key(|&(_, to)| to)
}

/// The token after the spelling when it begins at this token.
fn ends_at(tokens: &TokenStream, begin: usize, form: &str) -> Option<usize> {
    let mut at = begin;
    for (index, word) in form.split(' ').enumerate() {
        if index > 0 {
            at = tokens.skip_spaces(at);
            if tokens.is_any_sign(at, "-.") {
                at += 1;
            }
        }
        let key = tokens.key(at);
        let fits = match word.strip_suffix('*') {
            Some(start) => key.starts_with(start) && key.chars().count() <= start.chars().count() + 4,
            None => key == word,
        };
        if !fits || tokens.is_consumed(at) {
            return None;
        }
        at += 1;
    }
    Some(at)
}
