//! What advertising brought, from kept figures (S1–S14): triggers write what each change of a touch or contract adds.

mod kept;

use super::catalogue::stored_money;
use super::{Crm, Result};
use crate::domain::stats::{AdFigures, Model, by_ratio, company};
use crate::domain::{Period, Permission};

pub use kept::fold;

/// What one ad brought.
#[derive(Debug, Clone)]
pub struct AdStats {
    pub ad: i64,
    pub title: String,
    /// Whether it is finished (P9).
    pub finished: bool,
    pub figures: AdFigures,
}

/// What all ads brought.
pub struct Stats {
    /// Every ad: by ratio over all time, by what it brought in a period (S12).
    pub ads: Vec<AdStats>,
    /// The company's row (S9).
    pub company: AdFigures,
    /// Whether the actor may see money: without the right only the ratio is shown.
    pub money: bool,
}

/// The figures of every ad and of the company in a period, the revenue by a model of attribution (S5, S10).
///
/// # Errors
/// [`Refusal::Denied`](super::Refusal::Denied) without the right.
pub async fn by_ad(crm: &mut Crm<'_>, period: Period, model: Model) -> Result<Stats> {
    crm.require(Permission::StatsView).await?;
    let mut kept = kept::figures(crm, period, model).await?;
    let rows = sqlx::query!(
        "select id, title, budget, archived_at is not null as \"finished!\" from ad where voided_at is null"
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let mut ads = Vec::with_capacity(rows.len());
    for row in rows {
        let budget = stored_money(row.budget)?.decimal();
        let figures = AdFigures { budget, ..kept.of_ads.remove(&row.id).unwrap_or_default() };
        ads.push(AdStats { ad: row.id, title: row.title, finished: row.finished, figures });
    }
    sort(&mut ads, period);
    let figures: Vec<AdFigures> = ads.iter().map(|ad| ad.figures).collect();
    let company = company(&figures, kept.company);
    Ok(Stats { ads, company, money: crm.may(Permission::StatsMoney) })
}

/// Over all time by ratio; a period has no ratio, so there the ad with more contracts and leads stands first.
fn sort(ads: &mut [AdStats], period: Period) {
    ads.sort_by(|one, other| {
        let by_title = by_ratio((&AdFigures::default(), &one.title), (&AdFigures::default(), &other.title));
        match period.has_ratio() {
            true => by_ratio((&one.figures, &one.title), (&other.figures, &other.title)),
            false => {
                let key = |ad: &AdStats| (ad.figures.contracts, ad.figures.leads);
                key(other).cmp(&key(one)).then(by_title)
            }
        }
        .then(one.ad.cmp(&other.ad))
    });
}
