//! Search for clients by a part of the phone, a name, an e-mail or the client's number.

mod names;

use std::collections::HashMap;

use super::{ClientLine, looks, masked, name_of};
use crate::crm::page::further;
use crate::crm::{Crm, Page, Result};
use crate::domain::{ClientState, Permission, Query, Tally};
use crate::error::SystemError;

/// Where a page of results ends; the next begins after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SearchKey {
    score: i32,
    id: i64,
}

/// More clients than a page of results has use for are not looked at: so many of them are read and one more.
const SHOWN: i64 = 200;

/// The most clients that a statement finds.
const MOST: usize = SHOWN as usize + 1;

struct Hit {
    id: i64,
    score: i32,
}

/// What several statements have found.
#[derive(Default)]
struct Found {
    scores: HashMap<i64, i32>,
    /// Whether one of them has not read all there are.
    more: bool,
}

impl Found {
    fn add(&mut self, hits: Vec<Hit>, scored: impl Fn(i32) -> i32) {
        self.more |= hits.len() >= MOST;
        for hit in hits {
            let best = self.scores.entry(hit.id).or_default();
            *best = scored(hit.score).max(*best);
        }
    }

    fn is_empty(&self) -> bool {
        self.scores.is_empty()
    }

    /// The best first, of the same score the newest client.
    fn sorted(self) -> (Vec<Hit>, Tally) {
        let mut hits: Vec<Hit> = self.scores.into_iter().map(|(id, score)| Hit { id, score }).collect();
        hits.sort_unstable_by_key(|hit| std::cmp::Reverse((hit.score, hit.id)));
        let more = further(&mut hits, SHOWN) || self.more;
        let known = i64::try_from(hits.len()).unwrap_or(SHOWN);
        (hits, if more { Tally::MoreThan(known) } else { Tally::Exactly(known) })
    }
}

/// Finds clients by a typed text, the best first, `limit` of them after `after`. A merged client is found as the surviving record.
/// A search by digits that finds few is a look at their phones, and is written to the audit log.
///
/// # Errors
/// `Denied` without the right to see clients.
pub async fn find(
    crm: &mut Crm<'_>,
    text: &str,
    after: Option<SearchKey>,
    limit: i64,
) -> Result<Page<ClientLine, SearchKey>> {
    let by = crm.require(Permission::ClientView).await?;
    let query = Query::read(text, crm.company.phone_region);
    let by_digits = matches!(query, Query::Phone(_) | Query::Digits(_));
    let mut found = Found::default();
    match query {
        Query::Nothing => {}
        Query::Id(id) => found.add(vec![Hit { id, score: 0 }], |score| score),
        Query::Phone(phone) => found.add(hits_by_digits(crm, &[phone.as_str().to_owned()]).await?, |score| score),
        Query::Digits(readings) => found.add(hits_by_digits(crm, &readings).await?, |score| score),
        Query::Text { readings, email } => {
            found = names::hits(crm, &readings).await?;
            if let Some(part) = email {
                found.add(hits_by_email(crm, &part).await?, |score| score);
            }
        }
    }
    let (mut hits, total) = found.sorted();
    if let Some(key) = after {
        hits.retain(|hit| (hit.score, hit.id) < (key.score, key.id));
    }
    let further = further(&mut hits, limit);
    let ids: Vec<i64> = hits.iter().map(|hit| hit.id).collect();
    let rows = lines(crm, &ids).await?;
    // A number without a client is no result.
    let total = if rows.is_empty() && after.is_none() { Tally::Exactly(0) } else { total };
    if by_digits {
        let found: Vec<i64> = rows.iter().map(|client| client.id).collect();
        looks::found_by_digits(crm, by, &found, total.known()).await?;
    }
    Ok(Page { rows, total, further, last: hits.last().map(|hit| SearchKey { score: hit.score, id: hit.id }) })
}

/// Clients by their ids, in this order; undone leads are left out, merged clients appear as their surviving records.
pub(in crate::crm) async fn lines(crm: &mut Crm<'_>, ids: &[i64]) -> Result<Vec<ClientLine>, SystemError> {
    let today = crm.today();
    let rows = sqlx::query!(
        "select c.id, c.phone, c.last_name, c.first_name, c.middle_name, c.last_live_day, c.open_touch_id, c.lost_at
               from unnest($1::bigint[]) with ordinality wanted (id, place)
               join client hit on hit.id = wanted.id
               join client c on c.id = coalesce(hit.merged_into, hit.id)
              where c.voided_at is null and c.merged_into is null order by wanted.place",
        ids
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let masked = masked(&row.phone);
            let name = name_of(row.last_name, row.first_name, row.middle_name);
            ClientLine {
                id: row.id,
                who: name.display().unwrap_or_else(|| masked.clone()),
                masked,
                state: ClientState::on(today, row.last_live_day, row.open_touch_id.is_some()),
                lost: row.lost_at.is_some(),
            }
        })
        .collect())
}

/// The end of a phone is what people remember: it comes before digits in the middle, which are looked for when few phones
/// end so.
async fn hits_by_digits(crm: &mut Crm<'_>, readings: &[String]) -> Result<Vec<Hit>, SystemError> {
    let backwards: Vec<String> = readings.iter().map(|digits| digits.chars().rev().collect()).collect();
    let beyond: Vec<String> = backwards.iter().map(|digits| format!("{digits}~")).collect();
    let patterns: Vec<String> = readings.iter().map(|digits| format!("%{digits}%")).collect();
    Ok(sqlx::query_as!(
        Hit,
        r#"with ending as materialized (
               select coalesce(c.merged_into, c.id) as id
                 from unnest($1::text[], $2::text[]) wanted (backwards, beyond)
                cross join lateral (
                      select id, merged_into from client
                       where reverse(phone) collate "C" >= wanted.backwards collate "C"
                         and reverse(phone) collate "C" < wanted.beyond collate "C" and voided_at is null
                       order by reverse(phone) collate "C" limit $4) c
                limit $4
           ), holding as materialized (
               select coalesce(c.merged_into, c.id) as id
                 from unnest($3::text[], $1::text[]) wanted (pattern, backwards)
                 join client c on c.phone like wanted.pattern
                where c.voided_at is null and not starts_with(reverse(c.phone), wanted.backwards)
                limit $4 - (select count(*) from ending))
           select id as "id!", max(score) as "score!"
             from (select id, 1 as score from ending union all select id, 0 from holding) hit
            group by id"#,
        &backwards,
        &beyond,
        &patterns,
        SHOWN + 1
    )
    .fetch_all(&mut *crm.connection)
    .await?)
}

/// Score of an address that holds the text: less than a whole name's.
const BY_EMAIL: i32 = 900;

async fn hits_by_email(crm: &mut Crm<'_>, part: &str) -> Result<Vec<Hit>, SystemError> {
    Ok(sqlx::query_as!(
        Hit,
        r#"select coalesce(merged_into, id) as "id!", $2::integer as "score!" from client
            where lower(email) like $1 and voided_at is null limit $3"#,
        holding(part),
        BY_EMAIL,
        SHOWN + 1
    )
    .fetch_all(&mut *crm.connection)
    .await?)
}

/// A pattern of `like` for texts that hold this one.
pub(in crate::crm) fn holding(text: &str) -> String {
    let literal =
        text.chars().flat_map(|sign| matches!(sign, '%' | '_' | '\\').then_some('\\').into_iter().chain([sign]));
    ['%'].into_iter().chain(literal).chain(['%']).collect()
}
