//! Ads: where clients come from (P6–P14). A finished ad keeps its figures (P9).

mod recent;
mod use_cases;

use chrono::{DateTime, Utc};
pub use recent::{AdUse, count_recent};
use serde::Deserialize;
pub use use_cases::{create, edit, finish, restart};
pub(super) use use_cases::{lock, put, put_finished};

use super::catalogue::{HISTORY, stored_money};
use super::page::{CHOICES, paged};
use super::{Choices, Crm, Page, Refusal, Result, SumChange, TitleKey, Titled};
use crate::domain::{AdTitle, Channel, Description, Money, Permission};
use crate::error::SystemError;

/// An ad as it is filled in. The log keeps it, so that an undo can restore it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AdDraft {
    pub title: AdTitle,
    /// What it advertises; only the built-in ad does without.
    pub service: Option<i64>,
    pub channel: Channel,
    /// Money spent, from zero up (P7).
    pub budget: Money,
    /// May be empty.
    pub description: Description,
    /// Other names by which people mention it.
    pub aliases: Vec<AdTitle>,
}

#[derive(Debug, Clone)]
pub struct Ad {
    pub id: i64,
    pub title: String,
    /// The service; none for the built-in ad.
    pub service: Option<Titled>,
    pub channel: Channel,
    /// Budget; none without the right to see it (A10).
    pub budget: Option<Money>,
    /// Description; may be empty.
    pub description: String,
    pub aliases: Vec<String>,
    /// What its link carries.
    pub code: String,
    /// "No ad": it stays, without a budget.
    pub built_in: bool,
    /// Since when it is finished.
    pub archived_at: Option<DateTime<Utc>>,
    /// Grows with every change (E1).
    pub version: i32,
}

/// An ad with what belongs on its card.
pub struct AdCard {
    pub ad: Ad,
    /// Its budgets, the latest first; empty without the right.
    pub budgets: Vec<SumChange>,
}

/// An ad as a picker offers it: title and channel, never the budget (A10).
pub struct AdChoice {
    pub id: i64,
    pub title: String,
    pub channel: Channel,
    /// Whether it is "no ad".
    pub built_in: bool,
}

/// A channel from the database, whose column knows no other.
pub(super) fn stored_channel(code: &str) -> Result<Channel, SystemError> {
    Channel::from_code(code).ok_or_else(|| SystemError::permanent("a stored channel is unknown"))
}

/// The running ads whose title or alias holds `search`, most used first, "no ad" last (A10, P8).
///
/// # Errors
/// [`Refusal::Denied`] without the right.
pub async fn choices(crm: &mut Crm<'_>, search: &str, page: i64) -> Result<Choices<AdChoice>> {
    crm.require(Permission::AdPick).await?;
    let total = sqlx::query_scalar!(
            r#"select count(*) as "count!" from ad
                where archived_at is null and position(lower($1) in lower(title || ' ' || array_to_string(aliases, ' '))) > 0"#,
            search
        )
        .fetch_one(&mut *crm.connection)
        .await?;
    let (page, pages) = paged(page, total);
    let used = recent::touches(crm).await?;
    let rows = sqlx::query!(
        r#"select a.id, a.title, a.channel, a.built_in
                 from ad a left join unnest($2::bigint[], $5::bigint[]) used (ad_id, touches) on used.ad_id = a.id
                where a.archived_at is null
                  and position(lower($1) in lower(a.title || ' ' || array_to_string(a.aliases, ' '))) > 0
                order by a.built_in, coalesce(used.touches, 0) desc,
                         lower(a.title) collate "ru-x-icu", a.id
                limit $3 offset $4"#,
        search,
        &used.ads,
        CHOICES,
        (page - 1) * CHOICES,
        &used.counts
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let mut choices = Vec::with_capacity(rows.len());
    for row in rows {
        let channel = stored_channel(&row.channel)?;
        choices.push(AdChoice { id: row.id, title: row.title, channel, built_in: row.built_in });
    }
    Ok(Choices { rows: choices, page, pages })
}

/// An ad that can still be chosen.
///
/// # Errors
/// [`Refusal::AdFinished`], or [`Refusal::Gone`] for a forged id (P8); [`Refusal::Denied`] without the right.
pub async fn choice(crm: &mut Crm<'_>, id: i64) -> Result<AdChoice> {
    crm.require(Permission::AdPick).await?;
    let row = sqlx::query!("select title, channel, built_in, archived_at from ad where id = $1", id)
        .fetch_optional(&mut *crm.connection)
        .await?
        .ok_or(Refusal::Gone)?;
    if row.archived_at.is_some() {
        return Err(Refusal::AdFinished.into());
    }
    Ok(AdChoice { id, title: row.title, channel: stored_channel(&row.channel)?, built_in: row.built_in })
}

/// A page of all ads whose title or alias holds `search`; finished ones come last.
///
/// # Errors
/// [`Refusal::Denied`] without the right.
pub async fn list(crm: &mut Crm<'_>, search: &str, after: Option<&TitleKey>, limit: i64) -> Result<Page<Ad, TitleKey>> {
    crm.require(Permission::AdView).await?;
    let total = sqlx::query_scalar!(
            r#"select count(*) as "count!" from ad
                where voided_at is null and position(lower($1) in lower(title || ' ' || array_to_string(aliases, ' '))) > 0"#,
            search
        )
        .fetch_one(&mut *crm.connection)
        .await?;
    let ids = sqlx::query_scalar!(
            r#"select id from ad
                where voided_at is null and position(lower($1) in lower(title || ' ' || array_to_string(aliases, ' '))) > 0
                  and ($2::boolean is null or (archived_at is not null, lower(title) collate "ru-x-icu", id)
                                              > ($2, lower($3) collate "ru-x-icu", $4))
                order by archived_at is not null, lower(title) collate "ru-x-icu", id limit $5"#,
            search,
            after.map(|key| key.archived),
            after.map(|key| key.title.as_str()),
            after.map(|key| key.id),
            limit
        )
        .fetch_all(&mut *crm.connection)
        .await?;
    let ads = rows(crm, &ids).await?;
    let last = ads.last().map(|ad| TitleKey { archived: ad.archived_at.is_some(), title: ad.title.clone(), id: ad.id });
    Ok(Page { rows: ads, total: total.into(), further: false, last })
}

/// An ad with its budgets.
///
/// # Errors
/// [`Refusal::Denied`] without the right, [`Refusal::Gone`] for a forged id.
pub async fn card(crm: &mut Crm<'_>, id: i64) -> Result<AdCard> {
    crm.require(Permission::AdView).await?;
    let ad = rows(crm, &[id]).await?.pop().ok_or(Refusal::Gone)?;
    if !crm.may(Permission::AdBudget) {
        return Ok(AdCard { ad, budgets: Vec::new() });
    }
    let rows = sqlx::query!(
        "select h.budget, h.changed_at, u.full_name from ad_budget h join staff_user u on u.id = h.changed_by
              where h.ad_id = $1 order by h.changed_at desc, h.id desc limit $2",
        id,
        HISTORY
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let mut budgets = Vec::with_capacity(rows.len());
    for row in rows {
        budgets.push(SumChange { sum: stored_money(row.budget)?, at: row.changed_at, by: row.full_name });
    }
    Ok(AdCard { ad, budgets })
}

/// The titles of these ads, for the consistency check.
///
/// # Errors
/// [`Refusal::Denied`] without the right.
pub async fn titles(crm: &mut Crm<'_>, ids: &[i64]) -> Result<Vec<String>> {
    crm.require(Permission::SystemCheck).await?;
    let titles = sqlx::query_scalar!("select title from ad where id = any($1) order by id", ids);
    Ok(titles.fetch_all(&mut *crm.connection).await?)
}

/// These ads, running ones first, each as far as the actor's rights go.
async fn rows(crm: &mut Crm<'_>, ids: &[i64]) -> Result<Vec<Ad>, SystemError> {
    let rows = sqlx::query!(
        r#"select a.id, a.title, a.service_id, s.title as "service_title?", a.channel, a.budget, a.description,
                      a.aliases, a.code, a.built_in, a.archived_at, a.version
                 from ad a left join service s on s.id = a.service_id
                where a.id = any($1) and a.voided_at is null
                order by a.archived_at is not null, lower(a.title) collate "ru-x-icu", a.id"#,
        ids
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let sees_budget = crm.may(Permission::AdBudget);
    rows.into_iter()
        .map(|row| {
            let budget = stored_money(row.budget)?;
            Ok(Ad {
                id: row.id,
                title: row.title,
                service: row.service_id.zip(row.service_title).map(|(id, title)| Titled { id, title }),
                channel: stored_channel(&row.channel)?,
                budget: sees_budget.then_some(budget),
                description: row.description,
                aliases: row.aliases,
                code: row.code,
                built_in: row.built_in,
                archived_at: row.archived_at,
                version: row.version,
            })
        })
        .collect()
}
