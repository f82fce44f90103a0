//! What advertising brought, counted fresh every time (S1–S14). Touches and contracts are aggregated apart: joined
//! together they would multiply each other.

mod revenue;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::catalogue::stored_money;
use super::{Crm, Result};
use crate::domain::stats::attribution::Model;
use crate::domain::stats::{AdFigures, Distinct, by_ratio, company};
use crate::domain::{Period, Permission};
use crate::error::SystemError;

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

/// Touches of an ad, or of the company.
#[derive(Default, Clone, Copy)]
struct Touched {
    touches: i64,
    leads: i64,
    conversions: i64,
}

/// The figures of every ad and of the company in a period, the revenue by a model of attribution (S5, S10).
///
/// # Errors
/// [`Refusal::Denied`](super::Refusal::Denied) without the right.
pub async fn by_ad(crm: &mut Crm<'_>, period: Period, model: Model) -> Result<Stats> {
    crm.require(Permission::StatsView).await?;
    let bounds = (period.from(), period.to());
    let touched = touched(crm, bounds).await?;
    let new_leads = new_leads(crm, bounds).await?;
    let contracts = contracts_by_ad(crm, bounds).await?;
    let revenue = revenue::revenue(crm, bounds, model).await?;
    let rows = sqlx::query!(
        "select id, title, budget, archived_at is not null as \"finished!\" from ad where voided_at is null"
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let mut ads = Vec::with_capacity(rows.len());
    for row in rows {
        let Touched { touches, leads, conversions } = touched.get(&Some(row.id)).copied().unwrap_or_default();
        let figures = AdFigures {
            touches,
            leads,
            new_leads: new_leads.get(&row.id).copied().unwrap_or_default(),
            conversions,
            contracts: contracts.get(&row.id).copied().unwrap_or_default(),
            revenue: revenue.get(&row.id).copied().unwrap_or_default(),
            budget: stored_money(row.budget)?.decimal(),
        };
        ads.push(AdStats { ad: row.id, title: row.title, finished: row.finished, figures });
    }
    sort(&mut ads, period);
    let all = touched.get(&None).copied().unwrap_or_default();
    let figures: Vec<AdFigures> = ads.iter().map(|ad| ad.figures).collect();
    let company = company(&figures, Distinct { leads: all.leads, conversions: all.conversions });
    Ok(Stats { ads, company, money: crm.may(Permission::StatsMoney) })
}

/// Touches, leads and conversions per ad, and of the company under no ad. A client converts when there is a contract
/// on the very touch, so that the rate of a period is that of its cohort (S10).
async fn touched(crm: &mut Crm<'_>, (from, to): Bounds) -> Result<BTreeMap<Option<i64>, Touched>, SystemError> {
    let rows = sqlx::query!(
            r#"with counted as (
                   select t.ad_id, t.client_id, exists (
                          select from contract k
                           where k.touch_id = t.id and k.voided_at is null and k.confirmed_at is not null) as converted
                     from touch t join client c on c.id = t.client_id and c.voided_at is null
                    where t.voided_at is null
                      and t.local_day >= coalesce($1::date, '-infinity') and t.local_day <= coalesce($2::date, 'infinity'))
               select ad_id as "ad_id?", count(*) as "touches!", count(distinct client_id) as "leads!",
                      count(distinct client_id) filter (where converted) as "conversions!"
                 from counted group by grouping sets ((ad_id), ())"#,
            from,
            to
        )
        .fetch_all(&mut *crm.connection)
        .await?;
    let touched = |touches, leads, conversions| Touched { touches, leads, conversions };
    Ok(rows.into_iter().map(|row| (row.ad_id, touched(row.touches, row.leads, row.conversions))).collect())
}

/// Clients whose first touch of all was by the ad, in the period.
async fn new_leads(crm: &mut Crm<'_>, (from, to): Bounds) -> Result<BTreeMap<i64, i64>, SystemError> {
    let rows = sqlx::query!(
        r#"select ad_id as "ad_id!", count(*) as "new_leads!"
                 from (select distinct on (t.client_id) t.ad_id, t.local_day
                         from touch t join client c on c.id = t.client_id and c.voided_at is null
                        where t.voided_at is null order by t.client_id, t.happened_at, t.id) first
                where local_day >= coalesce($1::date, '-infinity') and local_day <= coalesce($2::date, 'infinity')
                group by ad_id"#,
        from,
        to
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.ad_id, row.new_leads)).collect())
}

/// Contracts signed in the period, by the ad of their touch (S3).
async fn contracts_by_ad(crm: &mut Crm<'_>, (from, to): Bounds) -> Result<BTreeMap<i64, i64>, SystemError> {
    let rows = sqlx::query!(
        r#"select t.ad_id, count(*) as "contracts!" from contract k join touch t on t.id = k.touch_id
                where k.voided_at is null and k.confirmed_at is not null
                  and k.signed_on >= coalesce($1::date, '-infinity') and k.signed_on <= coalesce($2::date, 'infinity')
                group by t.ad_id"#,
        from,
        to
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.ad_id, row.contracts)).collect())
}

/// First and last day, both in; none is without end.
type Bounds = (Option<NaiveDate>, Option<NaiveDate>);

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
