//! Search for clients by a part of the phone, a name, an e-mail or the client's number.

use super::{ClientLine, looks, masked, name_of};
use crate::crm::{Crm, Page, Result};
use crate::domain::{ClientState, Permission, Query};
use crate::error::SystemError;

/// Where a page of results ends; the next begins after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SearchKey {
    score: i32,
    id: i64,
}

impl SearchKey {
    /// Before the first result.
    const START: Self = Self { score: i32::MAX, id: i64::MAX };
}

struct Hit {
    id: i64,
    score: i32,
    total: i64,
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
    let after = after.unwrap_or(SearchKey::START);
    let query = Query::read(text, crm.company.phone_region);
    let by_digits = matches!(query, Query::Phone(_) | Query::Digits(_));
    let hits = match query {
        Query::Nothing => Vec::new(),
        Query::Id(id) => vec![Hit { id, score: 0, total: 1 }],
        Query::Phone(phone) => hits_by_digits(crm, &[phone.as_str().to_owned()], after, limit).await?,
        Query::Digits(readings) => hits_by_digits(crm, &readings, after, limit).await?,
        Query::Text { readings, email } => hits_by_text(crm, &readings, email.as_deref(), after, limit).await?,
    };
    let ids: Vec<i64> = hits.iter().map(|hit| hit.id).collect();
    let rows = lines(crm, &ids).await?;
    let total = hits.first().map_or(0, |hit| hit.total);
    // A number without a client is no result.
    let total = if rows.is_empty() { 0 } else { total };
    if by_digits {
        let found: Vec<i64> = rows.iter().map(|client| client.id).collect();
        looks::found_by_digits(crm, by, &found, total).await?;
    }
    Ok(Page { rows, total, last: hits.last().map(|hit| SearchKey { score: hit.score, id: hit.id }) })
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

/// The end of a phone is what people remember: it comes before digits in the middle.
async fn hits_by_digits(
    crm: &mut Crm<'_>,
    readings: &[String],
    after: SearchKey,
    limit: i64,
) -> Result<Vec<Hit>, SystemError> {
    let patterns: Vec<String> = readings.iter().map(|digits| format!("%{digits}%")).collect();
    let ends: Vec<String> = readings.iter().map(|digits| format!("%{digits}")).collect();
    let rows = sqlx::query!(
            r#"with hit as (
                   select coalesce(c.merged_into, c.id) as id, max(case when c.phone like wanted.ending then 1 else 0 end) as score
                     from unnest($1::text[], $2::text[]) wanted (pattern, ending)
                     join client c on c.phone like wanted.pattern
                    where c.voided_at is null
                    group by 1)
               select id as "id!", score as "score!", (select count(*) from hit) as "total!"
                 from hit where (score, id) < ($3::integer, $4::bigint)
                order by score desc, id desc limit $5"#,
            &patterns,
            &ends,
            after.score,
            after.id,
            limit
        )
        .fetch_all(&mut *crm.connection)
        .await?;
    Ok(rows.into_iter().map(|row| Hit { id: row.id, score: row.score, total: row.total }).collect())
}

/// A word fits when it has enough letter triples in common with a word of the name, so that typos do no harm; the
/// longest word of each reading is looked up in the index, the others decide the order.
async fn hits_by_text(
    crm: &mut Crm<'_>,
    readings: &[String],
    email: Option<&str>,
    after: SearchKey,
    limit: i64,
) -> Result<Vec<Hit>, SystemError> {
    sqlx::query!("select set_config('pg_trgm.word_similarity_threshold', '0.4', true)")
        .fetch_one(&mut *crm.connection)
        .await?;
    let rows = sqlx::query!(
        r#"with name_hit as (
                   select coalesce(c.merged_into, c.id) as id,
                          (1000 * fit.words + 100 * similarity(c.search_name, reading.phrase))::integer as score
                     from unnest($1::text[]) reading (phrase)
                    cross join lateral (
                          select word from unnest(string_to_array(reading.phrase, ' ')) word
                           order by char_length(word) desc limit 1) longest
                     join client c on c.search_name %> longest.word
                    cross join lateral (
                          select avg(word_similarity(word, c.search_name)) as words
                            from unnest(string_to_array(reading.phrase, ' ')) word) fit
                    where c.voided_at is null and fit.words >= 0.4
               ), hit as (
                   select id, max(score) as score
                     from (select id, score from name_hit
                           union all
                           select coalesce(merged_into, id), 900 from client
                            where lower(email) like $2 and voided_at is null) both_kinds
                    group by id)
               select id as "id!", score as "score!", (select count(*) from hit) as "total!"
                 from hit where (score, id) < ($3::integer, $4::bigint)
                order by score desc, id desc limit $5"#,
        readings,
        email.map(|part| format!("%{}%", escaped(part))),
        after.score,
        after.id,
        limit
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok(rows.into_iter().map(|row| Hit { id: row.id, score: row.score, total: row.total }).collect())
}

/// A text that `like` takes literally.
fn escaped(text: &str) -> String {
    text.chars().flat_map(|sign| matches!(sign, '%' | '_' | '\\').then_some('\\').into_iter().chain([sign])).collect()
}
