//! Reads kept figures and adds up their deltas: each statement sees a change once, folded or not (S13).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use sqlx::PgConnection;

use crate::crm::Crm;
use crate::domain::stats::{AdFigures, Distinct, Model};
use crate::domain::{Period, whole_months};
use crate::error::SystemError;

/// Deltas that are folded in one statement.
const BATCH: i64 = 5_000;

/// The figures of a period, without budgets.
pub(super) struct Figures {
    pub of_ads: BTreeMap<i64, AdFigures>,
    /// What the company counts once.
    pub company: Distinct,
}

/// Sums of one ad; those of ad 0 are what the company counts once and the ads count several times.
struct Sums {
    ad_id: i64,
    touches: i64,
    leads: i64,
    new_leads: i64,
    conversions: i64,
    /// Touches with a contract; over all time only the first of each client.
    sold: i64,
    contracts: i64,
    kopecks: i64,
}

/// The figures of a period under a model, all of them by one statement.
pub(super) async fn figures(crm: &mut Crm<'_>, period: Period, model: Model) -> Result<Figures, SystemError> {
    let Period::Days { from, to } = period else {
        let sums = of_all_time(crm.connection, model).await?;
        let company = Distinct {
            // A client has one first touch, and one first touch with a contract.
            leads: sums.iter().map(|sums| sums.new_leads).sum(),
            conversions: sums.iter().map(|sums| sums.sold).sum(),
        };
        return Ok(by_ad(sums, company));
    };
    let mut sums = of_days(crm.connection, (from, to), whole_months(from, to), model).await?;
    let again = sums.iter().position(|sums| sums.ad_id == 0).map(|place| sums.swap_remove(place));
    // A client who came several times in the period is counted by the first touch: the later ones are taken off.
    let (again, sold_again) = again.map_or((0, 0), |again| (again.leads, again.conversions));
    let company = Distinct {
        leads: sums.iter().map(|sums| sums.touches).sum::<i64>() + again,
        conversions: sums.iter().map(|sums| sums.sold).sum::<i64>() + sold_again,
    };
    Ok(by_ad(sums, company))
}

fn by_ad(sums: Vec<Sums>, company: Distinct) -> Figures {
    let figures = |sums: &Sums| AdFigures {
        touches: sums.touches,
        leads: sums.leads,
        new_leads: sums.new_leads,
        conversions: sums.conversions,
        contracts: sums.contracts,
        revenue: Decimal::new(sums.kopecks, 2),
        budget: Decimal::ZERO,
    };
    Figures { of_ads: sums.iter().map(|sums| (sums.ad_id, figures(sums))).collect(), company }
}

async fn of_all_time(connection: &mut PgConnection, model: Model) -> Result<Vec<Sums>, SystemError> {
    Ok(sqlx::query_as!(
        Sums,
        r#"select ad_id as "ad_id!", sum(touches)::bigint as "touches!", sum(leads)::bigint as "leads!",
                  sum(new_leads)::bigint as "new_leads!", sum(conversions)::bigint as "conversions!",
                  sum(new_conversions)::bigint as "sold!", sum(contracts)::bigint as "contracts!",
                  sum(case $1 when 'direct' then direct when 'first' then first when 'last' then last
                              else linear end)::bigint as "kopecks!"
             from (select ad_id, touches, leads, new_leads, conversions, new_conversions, contracts,
                          direct, first, last, linear
                     from ad_figure where span = 'all'
                   union all
                   select ad_id, touches, leads, new_leads, conversions, new_conversions, contracts,
                          direct, first, last, linear
                     from ad_figure_delta where prev is null) figure
            group by ad_id"#,
        column(model)
    )
    .fetch_all(connection)
    .await?)
}

/// The sums of some days: whole months as one row of each ad, the days before and after them one by one. `conversions` are
/// touches with a contract less those whose client had another one in the period, of the ad, or of any where the ad is 0.
async fn of_days(
    connection: &mut PgConnection,
    (from, to): (NaiveDate, NaiveDate),
    (months, after): (NaiveDate, NaiveDate),
    model: Model,
) -> Result<Vec<Sums>, SystemError> {
    Ok(sqlx::query_as!(
        Sums,
        r#"select ad_id as "ad_id!", sum(touches)::bigint as "touches!", sum(touches - again)::bigint as "leads!",
                  sum(new_leads)::bigint as "new_leads!", sum(converted - sold_again)::bigint as "conversions!",
                  sum(converted)::bigint as "sold!", sum(contracts)::bigint as "contracts!",
                  sum(case $5 when 'direct' then direct when 'first' then first when 'last' then last
                              else linear end)::bigint as "kopecks!"
             from (select ad_id, touches, 0 as again, new_leads, converted, 0 as sold_again, contracts,
                          direct, first, last, linear
                     from ad_figure where span = 'month' and day >= $3 and day < $4
                   union all
                   select ad_id, touches, 0, new_leads, converted, 0, contracts, direct, first, last, linear
                     from ad_figure where span = 'day' and day >= $1 and day < $3
                   union all
                   select ad_id, touches, 0, new_leads, converted, 0, contracts, direct, first, last, linear
                     from ad_figure where span = 'day' and day >= $4 and day <= $2
                   union all
                   select ad_id, touches, 0, new_leads, converted, 0, contracts, direct, first, last, linear
                     from ad_figure_delta where prev is null and day between $1 and $2
                   union all
                   select ad_id, 0, sum(touches), 0, 0, sum(converted), 0, 0, 0, 0, 0
                     from (select ad_id, touches, converted from ad_return
                            where span = 'month' and day >= $3 and day < $4 and prev >= $3
                           union all
                           select ad_id, touches, converted from ad_return
                            where span = 'day' and day >= $3 and day < $4 and prev >= $1 and prev < $3
                           union all
                           select ad_id, touches, converted from ad_return
                            where span = 'day' and day >= $1 and day < $3 and prev >= $1
                           union all
                           select ad_id, touches, converted from ad_return
                            where span = 'day' and day >= $4 and day <= $2 and prev >= $1
                           union all
                           select ad_id, touches, converted from ad_figure_delta
                            where day between $1 and $2 and prev >= $1) again
                    group by ad_id) figure
            group by ad_id"#,
        from,
        to,
        months,
        after,
        column(model)
    )
    .fetch_all(connection)
    .await?)
}

/// The name of a model's column.
const fn column(model: Model) -> &'static str {
    match model {
        Model::Direct => "direct",
        Model::First => "first",
        Model::Last => "last",
        Model::Linear => "linear",
    }
}

/// Adds up a batch of deltas; whether it was a whole one, so that another may follow.
pub async fn fold(connection: &mut PgConnection) -> Result<bool, SystemError> {
    let folded = sqlx::query_scalar!(r#"select fold_ad_figures($1) as "folded!""#, BATCH).fetch_one(connection).await?;
    Ok(folded == BATCH)
}
