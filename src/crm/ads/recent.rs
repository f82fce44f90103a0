//! How often each ad was used lately: read from the kept figures once a minute and not for each picker.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Datelike as _, Months, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::crm::{Company, Crm};
use crate::domain::local_day;
use crate::error::SystemError;

/// Pickers offer first what was used most in this month and the one before.
const BEFORE: Months = Months::new(1);

/// Figures may be so old. A job reads them more often; without one the next picker does.
const OLDEST: TimeDelta = TimeDelta::seconds(60);

/// What this process has read last.
#[derive(Debug, Default)]
pub struct AdUse(Mutex<Option<Counted>>);

#[derive(Debug, Clone)]
struct Counted {
    at: DateTime<Utc>,
    touches: Arc<Touches>,
}

/// Ads, and the touches of each.
#[derive(Debug, Default)]
pub(super) struct Touches {
    pub ads: Vec<i64>,
    pub counts: Vec<i64>,
}

/// Reads the figures again.
pub async fn count_recent(
    connection: &mut PgConnection,
    company: &Company,
    now: DateTime<Utc>,
) -> Result<(), SystemError> {
    let month = local_day(now, company.time_zone).with_day(1);
    let rows = sqlx::query!(
        r#"select ad_id as "ad_id!", sum(touches)::bigint as "touches!"
             from (select ad_id, touches from ad_figure
                    where span = 'month' and day >= $1
                   union all
                   select ad_id, touches from ad_figure_delta
                    where prev is null and day >= $1) figure
            group by ad_id"#,
        month.and_then(|month| month.checked_sub_months(BEFORE))
    )
    .fetch_all(connection)
    .await?;
    let (ads, counts) = rows.into_iter().map(|row| (row.ad_id, row.touches)).unzip();
    let counted = Counted { at: now, touches: Arc::new(Touches { ads, counts }) };
    *company.ad_use.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(counted);
    Ok(())
}

/// The touches of each ad lately, at most a minute old.
pub(super) async fn touches(crm: &mut Crm<'_>) -> Result<Arc<Touches>, SystemError> {
    if let Some(touches) = crm.company.ad_use.fresh(crm.now) {
        return Ok(touches);
    }
    count_recent(crm.connection, crm.company, crm.now).await?;
    Ok(crm.company.ad_use.fresh(crm.now).unwrap_or_default())
}

impl AdUse {
    fn fresh(&self, now: DateTime<Utc>) -> Option<Arc<Touches>> {
        let counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let age = |counted: &Counted| now - counted.at;
        counted.as_ref().filter(|counted| age(counted).abs() <= OLDEST).map(|counted| Arc::clone(&counted.touches))
    }
}
