//! Services: what the company sells (P1–P5). A changed price leaves contracts alone (K17).

mod use_cases;

use chrono::{DateTime, Utc};
use serde::Deserialize;
pub use use_cases::{archive, create, edit, restore};
pub(super) use use_cases::{hold_live, lock, put, put_archived};

use super::catalogue::{HISTORY, stored_money};
use super::page::{CHOICES, paged};
use super::{Choices, Crm, Page, Refusal, Result, SumChange, TitleKey, Titled};
use crate::domain::{Description, Money, Permission, Title};

/// A service as it is filled in. The log keeps it, so that an undo can restore it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ServiceDraft {
    /// Unique among the services that are not archived (P2).
    pub title: Title,
    /// May be empty.
    pub description: Description,
    /// From zero up (P1).
    pub price: Money,
}

#[derive(Debug, Clone)]
pub struct Service {
    pub id: i64,
    pub title: String,
    /// Description; may be empty.
    pub description: String,
    /// Price; none without the right to see it.
    pub price: Option<Money>,
    /// Since when it is archived.
    pub archived_at: Option<DateTime<Utc>>,
    /// Grows with every change (E1).
    pub version: i32,
}

/// A service with what belongs on its card.
pub struct ServiceCard {
    pub service: Service,
    /// Its prices, the latest first.
    pub prices: Vec<SumChange>,
    /// Its running ads: a warning before it is archived (P5).
    pub running_ads: Vec<Titled>,
}

/// A service as a picker offers it.
pub struct ServiceChoice {
    pub id: i64,
    pub title: String,
    /// Price; none without the right to see it.
    pub price: Option<Money>,
}

/// The services that can be chosen for an ad or contract, by title (P3).
///
/// # Errors
/// [`Refusal::Denied`] without the right.
pub async fn choices(crm: &mut Crm<'_>, search: &str, page: i64) -> Result<Choices<ServiceChoice>> {
    crm.require(Permission::ServicePick).await?;
    let total = sqlx::query_scalar!(
        r#"select count(*) as "count!" from service
                where archived_at is null and position(lower($1) in lower(title)) > 0"#,
        search
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    let (page, pages) = paged(page, total);
    let rows = sqlx::query!(
        r#"select id, title, price from service
                where archived_at is null and position(lower($1) in lower(title)) > 0
                order by lower(title) collate "ru-x-icu", id limit $2 offset $3"#,
        search,
        CHOICES,
        (page - 1) * CHOICES
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let sees_price = crm.may(Permission::ServicePrice);
    let mut choices = Vec::with_capacity(rows.len());
    for row in rows {
        let price = stored_money(row.price)?;
        choices.push(ServiceChoice { id: row.id, title: row.title, price: sees_price.then_some(price) });
    }
    Ok(Choices { rows: choices, page, pages })
}

/// A service that can still be chosen.
///
/// # Errors
/// [`Refusal::ServiceArchived`], or [`Refusal::Gone`] for a forged id (P3); [`Refusal::Denied`] without the right.
pub async fn choice(crm: &mut Crm<'_>, id: i64) -> Result<ServiceChoice> {
    crm.require(Permission::ServicePick).await?;
    let row = sqlx::query!("select title, price, archived_at from service where id = $1", id)
        .fetch_optional(&mut *crm.connection)
        .await?
        .ok_or(Refusal::Gone)?;
    if row.archived_at.is_some() {
        return Err(Refusal::ServiceArchived.into());
    }
    let price = stored_money(row.price)?;
    let sees_price = crm.may(Permission::ServicePrice);
    Ok(ServiceChoice { id, title: row.title, price: sees_price.then_some(price) })
}

/// A page of all services whose title holds `search`; archived ones come last.
///
/// # Errors
/// [`Refusal::Denied`] without the right.
pub async fn list(
    crm: &mut Crm<'_>,
    search: &str,
    after: Option<&TitleKey>,
    limit: i64,
) -> Result<Page<Service, TitleKey>> {
    crm.require(Permission::ServiceView).await?;
    let total = sqlx::query_scalar!(
        r#"select count(*) as "count!" from service
                where voided_at is null and position(lower($1) in lower(title)) > 0"#,
        search
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    let rows = sqlx::query!(
        r#"select id, title, description, price, archived_at, version from service
                where voided_at is null and position(lower($1) in lower(title)) > 0
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
    let sees_price = crm.may(Permission::ServicePrice);
    let mut services = Vec::with_capacity(rows.len());
    for row in rows {
        let price = stored_money(row.price)?;
        services.push(Service {
            id: row.id,
            title: row.title,
            description: row.description,
            price: sees_price.then_some(price),
            archived_at: row.archived_at,
            version: row.version,
        });
    }
    let last = services.last().map(|service| TitleKey {
        archived: service.archived_at.is_some(),
        title: service.title.clone(),
        id: service.id,
    });
    Ok(Page { rows: services, total: total.into(), further: false, last })
}

/// A service with its prices and running ads.
///
/// # Errors
/// [`Refusal::Denied`] without the right, [`Refusal::Gone`] for a forged id.
pub async fn card(crm: &mut Crm<'_>, id: i64) -> Result<ServiceCard> {
    crm.require(Permission::ServiceView).await?;
    let mut service = row(crm, id).await?;
    let running_ads = sqlx::query_as!(
        Titled,
        r#"select id, title from ad where service_id = $1 and archived_at is null
                order by lower(title) collate "ru-x-icu", id"#,
        id
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    if !crm.may(Permission::ServicePrice) {
        service.price = None;
        return Ok(ServiceCard { service, prices: Vec::new(), running_ads });
    }
    let rows = sqlx::query!(
        "select h.price, h.changed_at, u.full_name from service_price h join staff_user u on u.id = h.changed_by
              where h.service_id = $1 order by h.changed_at desc, h.id desc limit $2",
        id,
        HISTORY
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let mut prices = Vec::with_capacity(rows.len());
    for row in rows {
        prices.push(SumChange { sum: stored_money(row.price)?, at: row.changed_at, by: row.full_name });
    }
    Ok(ServiceCard { service, prices, running_ads })
}

pub(super) async fn row(crm: &mut Crm<'_>, id: i64) -> Result<Service> {
    let row = sqlx::query!(
        "select title, description, price, archived_at, version from service where id = $1 and voided_at is null",
        id
    )
    .fetch_optional(&mut *crm.connection)
    .await?
    .ok_or(Refusal::Gone)?;
    Ok(Service {
        id,
        title: row.title,
        description: row.description,
        price: Some(stored_money(row.price)?),
        archived_at: row.archived_at,
        version: row.version,
    })
}
