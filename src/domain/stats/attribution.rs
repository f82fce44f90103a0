//! Which ads a contract's revenue is credited to (S3–S5).

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::Money;

/// How revenue is shared among the touches that led to a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Model {
    /// All to the ad of the contract's own touch.
    #[default]
    Direct,
    /// All to the client's first touch.
    First,
    /// All to the client's last touch up to the day of signing.
    Last,
    /// In equal parts to all of them.
    Linear,
}

impl Model {
    /// Every model, in the order of the switch.
    pub const ALL: [Self; 4] = [Self::Direct, Self::First, Self::Last, Self::Linear];
}

/// A touch that is not void.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// Its number: the order of touches at one moment.
    pub id: i64,
    pub client_id: i64,
    /// The ad it is credited to.
    pub ad_id: i64,
    /// When the client came.
    pub happened_at: DateTime<Utc>,
    /// That day in the company's time zone.
    pub local_day: NaiveDate,
}

/// A contract that counts: confirmed and not void (S7). Its status does not matter (S6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sale {
    /// The contract's own touch, which names the client, too.
    pub touch: Touch,
    pub amount: Money,
    /// The day it counts on.
    pub signed_on: NaiveDate,
}

/// The revenue of each ad that got any, in the company's currency; the sum over ads is the sum over sales, to the
/// kopeck, under every model (S5).
///
/// `touches` are all touches of the sales' clients. Those up to the end of the day of signing take part, and always the
/// sale's own, even if it came later.
#[must_use]
pub fn attribute(model: Model, sales: &[Sale], touches: &[Touch]) -> BTreeMap<i64, Decimal> {
    let mut by_client: BTreeMap<i64, Vec<Touch>> = BTreeMap::new();
    for touch in touches {
        by_client.entry(touch.client_id).or_default().push(*touch);
    }
    let mut revenue = BTreeMap::new();
    for sale in sales {
        let of_client = by_client.get(&sale.touch.client_id).map_or(&[][..], Vec::as_slice);
        for (ad_id, kopecks) in shares(model, sale, of_client) {
            *revenue.entry(ad_id).or_default() += Decimal::new(kopecks, 2);
        }
    }
    revenue
}

/// The kopecks each ad gets of one sale, one entry per touch that takes part.
fn shares(model: Model, sale: &Sale, of_client: &[Touch]) -> Vec<(i64, i64)> {
    let total = sale.amount.kopecks();
    let path = path(sale, of_client);
    let whole = |touch: Option<&Touch>| vec![(touch.unwrap_or(&sale.touch).ad_id, total)];
    match model {
        Model::Direct => whole(Some(&sale.touch)),
        Model::First => whole(path.first()),
        Model::Last => whole(path.last()),
        Model::Linear => split(total, &path),
    }
}

/// The touches that led to the sale, oldest first.
fn path(sale: &Sale, of_client: &[Touch]) -> Vec<Touch> {
    let earlier = of_client.iter().filter(|touch| touch.local_day <= sale.signed_on && touch.id != sale.touch.id);
    let mut path: Vec<Touch> = earlier.copied().chain([sale.touch]).collect();
    path.sort_by_key(|touch| (touch.happened_at, touch.id));
    path
}

/// Equal parts in whole kopecks; what is left over goes to the latest touches, a kopeck each.
fn split(total: i64, path: &[Touch]) -> Vec<(i64, i64)> {
    let count = i64::try_from(path.len()).unwrap_or(i64::MAX);
    let (part, left_over) = (total / count, total % count);
    let from_latest = (0..count).rev();
    path.iter().zip(from_latest).map(|(touch, rank)| (touch.ad_id, part + i64::from(rank < left_over))).collect()
}
