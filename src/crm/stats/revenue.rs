//! Revenue per ad under a model of attribution (S3–S6).

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Bounds;
use crate::crm::Crm;
use crate::crm::catalogue::stored_money;
use crate::domain::stats::attribution::{Model, Sale, Touch, attribute};
use crate::error::SystemError;

/// The revenue of contracts signed in the period: direct in the database, the others by the domain's rule.
pub(super) async fn revenue(
    crm: &mut Crm<'_>,
    bounds: Bounds,
    model: Model,
) -> Result<BTreeMap<i64, Decimal>, SystemError> {
    match model {
        Model::Direct => direct_revenue(crm, bounds).await,
        Model::First | Model::Last | Model::Linear => {
            let sales = sales(crm, bounds).await?;
            let touches = touches_of_sales(crm, bounds).await?;
            Ok(attribute(model, &sales, &touches))
        }
    }
}

async fn direct_revenue(crm: &mut Crm<'_>, (from, to): Bounds) -> Result<BTreeMap<i64, Decimal>, SystemError> {
    let rows = sqlx::query!(
        r#"select t.ad_id, sum(k.amount) as "revenue!" from contract k join touch t on t.id = k.touch_id
                where k.voided_at is null and k.confirmed_at is not null
                  and k.signed_on >= coalesce($1::date, '-infinity') and k.signed_on <= coalesce($2::date, 'infinity')
                group by t.ad_id"#,
        from,
        to
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.ad_id, row.revenue)).collect())
}

async fn sales(crm: &mut Crm<'_>, (from, to): Bounds) -> Result<Vec<Sale>, SystemError> {
    let rows = sqlx::query!(
        "select t.id, t.client_id, t.ad_id, t.happened_at, t.local_day, k.amount, k.signed_on
               from contract k join touch t on t.id = k.touch_id
              where k.voided_at is null and k.confirmed_at is not null
                and k.signed_on >= coalesce($1::date, '-infinity') and k.signed_on <= coalesce($2::date, 'infinity')",
        from,
        to
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let touch = Touch {
                id: row.id,
                client_id: row.client_id,
                ad_id: row.ad_id,
                happened_at: row.happened_at,
                local_day: row.local_day,
            };
            Ok(Sale { touch, amount: stored_money(row.amount)?, signed_on: row.signed_on })
        })
        .collect()
}

/// All touches of the clients who signed in the period: earlier ones take part, too.
async fn touches_of_sales(crm: &mut Crm<'_>, (from, to): Bounds) -> Result<Vec<Touch>, SystemError> {
    let touches = sqlx::query_as!(
            Touch,
            "select id, client_id, ad_id, happened_at, local_day from touch
              where voided_at is null and client_id in (
                    select client_id from contract
                     where voided_at is null and confirmed_at is not null
                       and signed_on >= coalesce($1::date, '-infinity') and signed_on <= coalesce($2::date, 'infinity'))",
            from,
            to
        )
        .fetch_all(&mut *crm.connection)
        .await?;
    Ok(touches)
}
