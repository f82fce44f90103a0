//! Lists of contracts: live ones, those that end soon, those that have ended.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::crm::catalogue::stored_money;
use crate::crm::{Crm, Page, Result, clients};
use crate::domain::{ContractDates, ContractStatus, Money, Permission};
use crate::error::SystemError;

/// How many days ahead an end is soon.
const SOON: u64 = 30;

/// Which contracts; void ones are in no list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ContractFilter {
    /// Scheduled and running, the first to end first.
    #[default]
    Live,
    /// Live, and at an end within thirty days.
    Ending,
    /// Expired and terminated, the last to end first.
    Ended,
}

/// Where a page ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractKey {
    pub ends_on: NaiveDate,
    pub id: i64,
}

/// A contract in a list.
#[derive(Debug, Clone)]
pub struct ContractRow {
    pub id: i64,
    pub title: String,
    /// The client's name or masked phone.
    pub who: String,
    /// What the client pays in all.
    pub amount: Money,
    /// The last day on which it is or was live.
    pub ends_on: NaiveDate,
    pub status: ContractStatus,
}

/// A page of contracts whose title, client or number holds `search`.
///
/// # Errors
/// [`Refusal::Denied`](crate::crm::Refusal::Denied) without the right.
pub async fn list(
    crm: &mut Crm<'_>,
    filter: ContractFilter,
    search: &str,
    after: Option<ContractKey>,
    limit: i64,
) -> Result<Page<ContractRow, ContractKey>> {
    crm.require(Permission::ContractView).await?;
    let today = crm.today();
    let soon = today.checked_add_days(Days::new(SOON)).unwrap_or(today);
    let (from, to) = match filter {
        ContractFilter::Live => (today, NaiveDate::MAX),
        ContractFilter::Ending => (today, soon),
        ContractFilter::Ended => (NaiveDate::MIN, today.pred_opt().unwrap_or(today)),
    };
    // Dates beyond what Postgres writes are as good as its own ends.
    let bound = |day: NaiveDate| day.clamp(NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or(today), last_day(today));
    let (from, to) = (bound(from), bound(to));
    let number = search.trim_start_matches(['\u{2116}', '#']).trim().parse::<i64>().ok();
    let name = search.to_lowercase().replace('\u{451}', "\u{435}");
    let latest_first = filter == ContractFilter::Ended;
    let hits = sqlx::query!(
        r#"with hit as (
                   select k.id, least(k.ends_on, k.terminated_on) as ends
                     from contract k join client c on c.id = k.client_id
                    where k.voided_at is null and k.confirmed_at is not null
                      and least(k.ends_on, k.terminated_on) between $1 and $2
                      and ($3 = '' or position(lower($3) in lower(k.title)) > 0 or position($4 in c.search_name) > 0
                           or k.id = $5))
               select id as "id!", ends as "ends!", (select count(*) from hit) as "total!"
                 from hit
                where $6::date is null or case when $8 then (ends, id) < ($6, $7::bigint) else (ends, id) > ($6, $7) end
                order by case when $8 then ends end desc, case when $8 then id end desc, ends, id
                limit $9"#,
        from,
        to,
        search,
        name,
        number,
        after.map(|key| key.ends_on),
        after.map(|key| key.id),
        latest_first,
        limit
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let last = hits.last().map(|hit| ContractKey { ends_on: hit.ends, id: hit.id });
    let ids: Vec<i64> = hits.iter().map(|hit| hit.id).collect();
    let rows = rows(crm, &ids).await?;
    Ok(Page { rows, total: hits.first().map_or(0, |hit| hit.total), last })
}

/// These contracts, in this order.
async fn rows(crm: &mut Crm<'_>, ids: &[i64]) -> Result<Vec<ContractRow>, SystemError> {
    let rows = sqlx::query!(
        "select k.id, k.client_id, k.title, k.amount, k.starts_on, k.ends_on, k.terminated_on, k.voided_at
               from unnest($1::bigint[]) with ordinality wanted (id, place) join contract k on k.id = wanted.id
              order by wanted.place",
        ids
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let clients: Vec<i64> = rows.iter().map(|row| row.client_id).collect();
    let names = clients::lines(crm, &clients).await?;
    let today = crm.today();
    rows.into_iter()
        .map(|row| {
            let dates = ContractDates {
                starts_on: row.starts_on,
                ends_on: row.ends_on,
                terminated_on: row.terminated_on,
                voided: row.voided_at.is_some(),
            };
            let client = names.iter().find(|line| line.id == row.client_id);
            Ok(ContractRow {
                id: row.id,
                title: row.title,
                who: client.map(|line| line.who.clone()).unwrap_or_default(),
                amount: stored_money(row.amount)?,
                ends_on: row.terminated_on.map_or(row.ends_on, |ended| ended.min(row.ends_on)),
                status: ContractStatus::on(today, &dates),
            })
        })
        .collect()
}

/// Later than any contract's end that can be typed.
fn last_day(today: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(today)
}
