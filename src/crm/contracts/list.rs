//! Lists of contracts: live ones, those that end soon, those that have ended.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::crm::catalogue::stored_money;
use crate::crm::clients::holding;
use crate::crm::page::further;
use crate::crm::{Crm, Page, Result, clients};
use crate::domain::{ContractDates, ContractStatus, Money, Permission, Tally, folded};
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

/// The first and the last day of a list, both in.
type Range = (NaiveDate, NaiveDate);

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
    let latest_first = filter == ContractFilter::Ended;
    let sought = match search {
        "" => None,
        // Where many of the first ones fit, the list is read in its order too.
        search if fitting(crm, (from, to), search, latest_first).await? >= FREQUENT => None,
        search => Some(candidates(crm, search).await?),
    };
    let (mut hits, total) = match sought {
        // Few fit the search: they are paged here.
        Some(Some(ids)) => page_of(among(crm, &ids, (from, to)).await?, latest_first, after),
        // Many do, or all: the list is read in its order.
        _ => {
            let total = count(crm, (from, to), search).await?;
            let hits = page(crm, (from, to), latest_first, search, after, limit).await?;
            (hits, Tally::bounded(total))
        }
    };
    let further = further(&mut hits, limit);
    let last = hits.last().copied();
    let ids: Vec<i64> = hits.iter().map(|hit| hit.id).collect();
    let rows = rows(crm, &ids).await?;
    Ok(Page { rows, total, further, last })
}

/// So many of the first contracts of a list are looked at, before a search is made by the indexes of texts.
const FIRST: i64 = 500;

/// Of those, so many fit a search by a frequent text: a page of it is found soon.
const FREQUENT: i64 = 20;

/// How many of the first contracts of a list fit a search.
async fn fitting(crm: &mut Crm<'_>, (from, to): Range, search: &str, latest_first: bool) -> Result<i64, SystemError> {
    Ok(sqlx::query_scalar!(
        r#"with first as (
               (select id from contract
                 where not $5 and voided_at is null and confirmed_at is not null and least(ends_on, terminated_on) between $1 and $2
                 order by least(ends_on, terminated_on), id limit $6)
               union all
               (select id from contract
                 where $5 and voided_at is null and confirmed_at is not null and least(ends_on, terminated_on) between $1 and $2
                 order by least(ends_on, terminated_on) desc, id desc limit $6))
           select count(*) as "count!" from first join contract k on k.id = first.id
            where position(lower($3) in lower(k.title)) > 0
               or position($4 in (select search_name from client where id = k.client_id)) > 0"#,
        from,
        to,
        search,
        folded(search),
        latest_first,
        FIRST
    )
    .fetch_one(&mut *crm.connection)
    .await?)
}

/// The contracts whose title, client or number holds the text; none when there are more than can be paged at once.
async fn candidates(crm: &mut Crm<'_>, search: &str) -> Result<Option<Vec<i64>>, SystemError> {
    let number = search.trim_start_matches(['\u{2116}', '#']).trim().parse::<i64>().ok();
    let found = sqlx::query!(
        r#"with by_title as materialized (
               select id from contract where lower(title) like lower($1) limit $4
           ), bearer as materialized (
               select id from client where search_name like $2 limit $4
           ), by_name as materialized (
               select k.id from bearer join contract k on k.client_id = bearer.id limit $4
           )
           select array(select id from by_title union select id from by_name union select $3::bigint) as "ids!: Vec<Option<i64>>",
                  greatest((select count(*) from by_title), (select count(*) from bearer),
                           (select count(*) from by_name)) as "most!""#,
        holding(search),
        holding(&folded(search)),
        number,
        Tally::MOST
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    Ok((found.most < Tally::MOST).then(|| found.ids.into_iter().flatten().collect()))
}

/// Those of these contracts that belong to the list.
async fn among(crm: &mut Crm<'_>, ids: &[i64], (from, to): Range) -> Result<Vec<ContractKey>, SystemError> {
    Ok(sqlx::query_as!(
        ContractKey,
        r#"select least(ends_on, terminated_on) as "ends_on!", id from contract
            where id = any($1) and voided_at is null and confirmed_at is not null
              and least(ends_on, terminated_on) between $2 and $3"#,
        ids,
        from,
        to
    )
    .fetch_all(&mut *crm.connection)
    .await?)
}

/// The rows after the key in the order of the list, and the number of all rows.
fn page_of(mut hits: Vec<ContractKey>, latest_first: bool, after: Option<ContractKey>) -> (Vec<ContractKey>, Tally) {
    let total = i64::try_from(hits.len()).unwrap_or(i64::MAX);
    hits.sort_unstable_by_key(|hit| (hit.ends_on, hit.id));
    if latest_first {
        hits.reverse();
    }
    if let Some(key) = after {
        let key = (key.ends_on, key.id);
        hits.retain(|hit| if latest_first { (hit.ends_on, hit.id) < key } else { (hit.ends_on, hit.id) > key });
    }
    (hits, Tally::Exactly(total))
}

/// The number of contracts of a list, up to the bound.
async fn count(crm: &mut Crm<'_>, (from, to): Range, search: &str) -> Result<i64, SystemError> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from (
               select from contract k
                where voided_at is null and confirmed_at is not null and least(ends_on, terminated_on) between $1 and $2
                  and ($3 = '' or position(lower($3) in lower(title)) > 0
                       or position($4 in (select search_name from client where id = k.client_id)) > 0)
                limit $5) counted"#,
        from,
        to,
        search,
        folded(search),
        Tally::MOST
    )
    .fetch_one(&mut *crm.connection)
    .await?)
}

// A name is asked for by its contract: `exists` could be answered by reading all clients at once.
// One statement per direction, so that both are read from the index in their order; one row more than the page tells
// whether others follow.
macro_rules! in_order {
    ($after:literal, $end:literal, $order:literal, $crm:expr, $key:expr, $last:expr, $search:expr, $limit:expr) => {
        sqlx::query_as!(
            ContractKey,
            "select least(ends_on, terminated_on) as \"ends_on!\", id from contract k
              where voided_at is null and confirmed_at is not null
                and (least(ends_on, terminated_on), id) "
                + $after
                + " ($1, $2) and least(ends_on, terminated_on) "
                + $end
                + " $3
                and ($4 = '' or position(lower($4) in lower(title)) > 0
                     or position($5 in (select search_name from client where id = k.client_id)) > 0)
              order by least(ends_on, terminated_on) "
                + $order
                + ", id "
                + $order
                + " limit $6::bigint + 1",
            $key.ends_on,
            $key.id,
            $last,
            $search,
            folded($search),
            $limit
        )
        .fetch_all(&mut *$crm.connection)
        .await?
    };
}

async fn page(
    crm: &mut Crm<'_>,
    (from, to): Range,
    latest_first: bool,
    search: &str,
    after: Option<ContractKey>,
    limit: i64,
) -> Result<Vec<ContractKey>, SystemError> {
    Ok(if latest_first {
        let key = after.unwrap_or(ContractKey { ends_on: to, id: i64::MAX });
        in_order!("<", ">=", "desc", crm, key, from, search, limit)
    } else {
        let key = after.unwrap_or(ContractKey { ends_on: from, id: 0 });
        in_order!(">", "<=", "asc", crm, key, to, search, limit)
    })
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
