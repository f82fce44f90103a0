//! Figures of ads counted plainly from all rows, to hold the kept ones against: no word of SQL is shared with the product.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use crmbot::domain::Period;
use crmbot::domain::stats::AdFigures;
use rust_decimal::Decimal;
use sqlx::PgPool;

/// The six models of attribution: those of the product, and those that are kept for it.
pub const MODELS: [&str; 6] = ["direct", "first", "last", "linear", "positional", "decay"];

/// The weight of a touch so many days before the signing: 10¹² · 2^(−days/7), rounded down.
const HALVING: [i128; 7] = [
    1_000_000_000_000,
    905_723_664_263,
    820_335_356_007,
    742_997_144_568,
    672_950_096_316,
    609_506_827_102,
    552_044_756_836,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
struct Touch {
    id: i64,
    client_id: i64,
    ad_id: i64,
    happened_at: DateTime<Utc>,
    local_day: NaiveDate,
    voided: bool,
}

#[derive(Debug, sqlx::FromRow)]
struct Sale {
    touch_id: i64,
    kopecks: i64,
    signed_on: NaiveDate,
}

/// All touches, and the contracts that count.
#[derive(Debug)]
pub struct Recount {
    touches: Vec<Touch>,
    sales: Vec<Sale>,
}

impl Recount {
    pub async fn read(sql: &PgPool) -> Self {
        let touches = sqlx::query_as(
            "select touch.id, client_id, ad_id, happened_at, local_day, touch.voided_at is not null as voided
               from touch order by happened_at, id",
        );
        let sales = sqlx::query_as(
            "select touch_id, (amount * 100)::bigint as kopecks, signed_on from contract
              where voided_at is null and confirmed_at is not null",
        );
        Self { touches: touches.fetch_all(sql).await.unwrap(), sales: sales.fetch_all(sql).await.unwrap() }
    }

    /// What each ad of a period brought that brought anything.
    pub fn by_ad(&self, period: Period, model: &str) -> BTreeMap<i64, AdFigures> {
        let mut figures: BTreeMap<i64, AdFigures> = BTreeMap::new();
        for ad in self.touches.iter().map(|touch| touch.ad_id).collect::<BTreeSet<_>>() {
            let of_ad = |touch: &Touch| touch.ad_id == ad;
            let came = || self.came(period).filter(|touch| of_ad(touch));
            let first = |touch: &&Touch| {
                self.touches.iter().find(|other| !other.voided && other.client_id == touch.client_id) == Some(*touch)
            };
            let ad = figures.entry(ad).or_default();
            ad.touches = number(came());
            ad.leads = distinct(came());
            ad.new_leads = number(came().filter(first));
            ad.conversions = distinct(came().filter(|touch| self.sold(touch)));
            ad.contracts = number(self.signed(period).filter(|sale| of_ad(self.touch(sale))));
        }
        for sale in self.signed(period) {
            for (ad, kopecks) in self.shares(sale, model) {
                figures.entry(ad).or_default().revenue += Decimal::new(kopecks, 2);
            }
        }
        figures.retain(|_, figures| *figures != AdFigures::default());
        figures
    }

    /// Distinct clients of the period, and of these the ones with a contract on a touch of it.
    pub fn company(&self, period: Period) -> (i64, i64) {
        (distinct(self.came(period)), distinct(self.came(period).filter(|touch| self.sold(touch))))
    }

    fn came(&self, period: Period) -> impl Iterator<Item = &Touch> {
        self.touches.iter().filter(move |touch| !touch.voided && period.contains(touch.local_day))
    }

    fn signed(&self, period: Period) -> impl Iterator<Item = &Sale> {
        self.sales.iter().filter(move |sale| period.contains(sale.signed_on))
    }

    fn sold(&self, touch: &Touch) -> bool {
        self.sales.iter().any(|sale| sale.touch_id == touch.id)
    }

    fn touch(&self, sale: &Sale) -> &Touch {
        self.touches.iter().find(|touch| touch.id == sale.touch_id).unwrap()
    }

    /// The kopecks of each touch that led to the contract.
    fn shares(&self, sale: &Sale, model: &str) -> Vec<(i64, i64)> {
        let own = self.touch(sale);
        let path: Vec<&Touch> = self
            .touches
            .iter()
            .filter(|touch| touch.client_id == own.client_id)
            .filter(|touch| touch.id == own.id || !touch.voided && touch.local_day <= sale.signed_on)
            .collect();
        let last = path.len() - 1;
        let only = |chosen: usize| (0..path.len()).map(|place| i128::from(place == chosen)).collect();
        let weights: Vec<i128> = match model {
            "direct" => path.iter().map(|touch| i128::from(touch.id == own.id)).collect(),
            "first" => only(0),
            "last" => only(last),
            "positional" if last >= 2 => {
                let ends = 2 * i128::try_from(last - 1).unwrap();
                (0..=last).map(|place| if place == 0 || place == last { ends } else { 1 }).collect()
            }
            "decay" => {
                let age = |touch: &Touch| (sale.signed_on - touch.local_day).num_days().max(0);
                let oldest = path.iter().map(|touch| age(touch) / 7).max().unwrap();
                path.iter()
                    .map(|touch| HALVING[usize::try_from(age(touch) % 7).unwrap()] << (oldest - age(touch) / 7))
                    .collect()
            }
            _ => vec![1; path.len()],
        };
        let whole: i128 = weights.iter().sum();
        let mut parts: Vec<i64> =
            weights.iter().map(|weight| i64::try_from(i128::from(sale.kopecks) * weight / whole).unwrap()).collect();
        let left = sale.kopecks - parts.iter().sum::<i64>();
        match model {
            "decay" => parts[last] += left,
            _ => parts.iter_mut().rev().take(usize::try_from(left).unwrap()).for_each(|part| *part += 1),
        }
        path.iter().map(|touch| touch.ad_id).zip(parts).collect()
    }
}

fn number<T>(rows: impl Iterator<Item = T>) -> i64 {
    i64::try_from(rows.count()).unwrap()
}

fn distinct<'t>(touches: impl Iterator<Item = &'t Touch>) -> i64 {
    number(touches.map(|touch| touch.client_id).collect::<BTreeSet<_>>().into_iter())
}
