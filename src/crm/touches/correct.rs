//! Corrections of touches: a void one stays in the history, the right one gets the same time (H7–H9).

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use crate::crm::audit::{AuditAction, Event};
use crate::crm::{Crm, Refusal, Result, StaffId, client_state, clients, touches};
use crate::domain::{Permission, Reason, local_day};
use crate::error::SystemError;

/// A touch as shown to a user who may correct it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchCard {
    pub id: i64,
    pub client: i64,
    pub ad: i64,
    pub title: String,
    pub day: NaiveDate,
}

struct Mended {
    card: TouchCard,
    happened_at: DateTime<Utc>,
}

/// The touches of a client that the actor may void or correct: their own of today, or any with the right for it. Those
/// with a contract are never among them (H8).
///
/// # Errors
/// `Denied` without either right.
pub async fn correctable(crm: &mut Crm<'_>, client: i64) -> Result<Vec<TouchCard>> {
    let me = may_correct(crm).await?;
    let any = crm.may(Permission::TouchVoidAny);
    let rows = sqlx::query!(
        "select touch.id, touch.client_id, touch.ad_id, ad.title, touch.local_day, touch.created_at, touch.created_by
               from touch join ad on ad.id = touch.ad_id
              where touch.client_id = $1 and touch.voided_at is null
                and not exists (select from contract where touch_id = touch.id and voided_at is null)
              order by touch.happened_at desc, touch.id desc limit 20",
        client
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let today = crm.today();
    let zone = crm.company.time_zone;
    let own = |by: i64, at: DateTime<Utc>| by == me.0 && local_day(at, zone) == today;
    Ok(rows
        .into_iter()
        .filter(|row| any || own(row.created_by, row.created_at))
        .map(|row| TouchCard { id: row.id, client: row.client_id, ad: row.ad_id, title: row.title, day: row.local_day })
        .collect())
}

/// A touch that the actor may void or correct.
///
/// # Errors
/// `Denied`; `Gone` for a forged or void one; `NotOwnToday`; `TouchHasContract` (H8).
pub async fn correctable_one(crm: &mut Crm<'_>, touch: i64) -> Result<TouchCard> {
    may_correct(crm).await?;
    Ok(lock(crm, touch).await?.card)
}

/// Voids a touch: it leaves the leads and the client's state (S8).
///
/// # Errors
/// As [`correctable_one`].
pub async fn void(crm: &mut Crm<'_>, touch: i64, reason: &Reason) -> Result<TouchCard> {
    may_correct(crm).await?;
    let wrong = lock(crm, touch).await?;
    end(crm, touch, wrong.card.client, wrong.card.ad, wrong.card.day, reason).await?;
    client_state::refresh(crm, wrong.card.client).await?;
    Ok(wrong.card)
}

/// Puts the right ad in place of a wrong one: the wrong touch is void, the right one has the same time (H7).
///
/// # Errors
/// As [`correctable_one`]; `AdFinished` for an ad that does not run.
pub async fn correct(crm: &mut Crm<'_>, touch: i64, ad: i64, reason: &Reason) -> Result<TouchCard> {
    let me = may_correct(crm).await?;
    let ad = touches::running_ad(crm, ad).await?;
    let wrong = lock(crm, touch).await?;
    if wrong.card.ad == ad.id {
        return Ok(wrong.card);
    }
    end(crm, touch, wrong.card.client, wrong.card.ad, wrong.card.day, reason).await?;
    // Where the right touch is there already, the wrong one alone goes (H5).
    let made = sqlx::query_scalar!(
        "insert into touch (client_id, ad_id, happened_at, local_day, corrected_from, created_at, created_by)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (client_id, ad_id, local_day) where voided_at is null do nothing returning id",
        wrong.card.client,
        ad.id,
        wrong.happened_at,
        wrong.card.day,
        wrong.card.id,
        crm.now,
        me.0
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    if let Some(id) = made {
        crm.audit(Event {
            action: AuditAction::TouchCreate,
            entity_id: Some(id),
            before: None,
            after: Some(json!({ "client": wrong.card.client, "ad": ad.id, "corrects": wrong.card.id })),
            reason: Some(reason.as_str()),
        })
        .await?;
    }
    client_state::refresh(crm, wrong.card.client).await?;
    Ok(TouchCard { id: made.unwrap_or(wrong.card.id), ad: ad.id, title: ad.title, ..wrong.card })
}

async fn may_correct(crm: &mut Crm<'_>) -> Result<StaffId> {
    match crm.may(Permission::TouchVoidAny) {
        true => crm.require(Permission::TouchVoidAny).await,
        false => crm.require(Permission::TouchVoidOwn).await,
    }
}

/// Locks the touch behind its client, in the order that every use case keeps.
async fn lock(crm: &mut Crm<'_>, id: i64) -> Result<Mended> {
    let client = sqlx::query_scalar!("select client_id from touch where id = $1", id)
        .fetch_optional(&mut *crm.connection)
        .await?
        .ok_or(Refusal::Gone)?;
    clients::lock_live(crm, client).await?;
    let row = sqlx::query!(
        r#"select touch.client_id, touch.ad_id, ad.title, touch.local_day, touch.happened_at, touch.created_at,
                      touch.created_by,
                      exists (select from contract where touch_id = touch.id and voided_at is null) as "contract!"
                 from touch join ad on ad.id = touch.ad_id
                where touch.id = $1 and touch.voided_at is null"#,
        id
    )
    .fetch_optional(&mut *crm.connection)
    .await?
    .ok_or(Refusal::Gone)?;
    let me = crm.actor.staff().map(|staff| staff.id.0);
    let own_today = me == Some(row.created_by) && local_day(row.created_at, crm.company.time_zone) == crm.today();
    if !own_today && !crm.may(Permission::TouchVoidAny) {
        return Err(Refusal::NotOwnToday.into());
    }
    if row.contract {
        return Err(Refusal::TouchHasContract.into());
    }
    let card = TouchCard { id, client: row.client_id, ad: row.ad_id, title: row.title, day: row.local_day };
    Ok(Mended { card, happened_at: row.happened_at })
}

/// Voids a touch, with its event; the caller has checked that it may be voided.
pub(in crate::crm) async fn end(
    crm: &mut Crm<'_>,
    id: i64,
    client: i64,
    ad: i64,
    day: NaiveDate,
    reason: &Reason,
) -> Result<(), SystemError> {
    sqlx::query!("update touch set voided_at = $2, void_reason = $3 where id = $1", id, crm.now, reason.as_str())
        .execute(&mut *crm.connection)
        .await?;
    crm.audit(Event {
        action: AuditAction::TouchVoid,
        entity_id: Some(id),
        before: Some(json!({ "client": client, "ad": ad, "day": day })),
        after: None,
        reason: Some(reason.as_str()),
    })
    .await?;
    Ok(())
}
