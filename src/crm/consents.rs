//! Consents to the processing of a client's data: means, time, author, withdrawal. Users who may edit a client's name may
//! note one.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::audit::{AuditAction, Event};
use super::{Crm, Refusal, Result, clients};
use crate::domain::{ConsentMeans, Permission, Reason};
use crate::error::SystemError;

/// The last consent of a client.
#[derive(Debug, Clone)]
pub struct ConsentLine {
    /// By what it was given; none once the person was erased.
    pub means: Option<ConsentMeans>,
    pub given_at: DateTime<Utc>,
    pub noted_by: String,
    /// When it was withdrawn; none while it is valid.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// What a merge did with the consents of two cards, by id.
pub(super) struct United {
    pub ended: Vec<i64>,
    /// Those of the younger card that are the older one's now.
    pub moved: Vec<i64>,
}

/// Notes a client's consent.
///
/// # Errors
/// `Denied`; `Gone` for a forged client; `AlreadyDone` when there is a valid one.
pub async fn give(crm: &mut Crm<'_>, client: i64, means: ConsentMeans) -> Result<()> {
    crm.use_case(Permission::ClientEdit, async |crm, author| {
        let client = clients::lock_live(crm, client).await?;
        if let Some(valid) = line(crm, client.id).await?.filter(|consent| consent.withdrawn_at.is_none()) {
            return Err(Refusal::AlreadyDone { by: valid.noted_by, at: valid.given_at }.into());
        }
        let id = sqlx::query_scalar!(
            "insert into client_consent (client_id, means, given_at, noted_by) values ($1, $2, $3, $4) returning id",
            client.id,
            means.code(),
            crm.now,
            author.0
        )
        .fetch_one(&mut *crm.connection)
        .await?;
        crm.audit(Event {
            action: AuditAction::ConsentGive,
            entity_id: Some(id),
            before: None,
            after: Some(json!({ "client": client.id, "means": means })),
            reason: None,
        })
        .await?;
        Ok(())
    })
    .await
}

/// Notes that a client has withdrawn the consent.
///
/// # Errors
/// `Denied`; `Gone` for a forged client, and when there is no valid consent.
pub async fn withdraw(crm: &mut Crm<'_>, client: i64) -> Result<()> {
    let author = crm.require(Permission::ClientEdit).await?;
    let client = clients::lock_live(crm, client).await?;
    let ended = sqlx::query!(
        "update client_consent set withdrawn_at = $2, withdrawn_by = $3
              where client_id = $1 and withdrawn_at is null and voided_at is null returning id, means",
        client.id,
        crm.now,
        author.0
    )
    .fetch_optional(&mut *crm.connection)
    .await?
    .ok_or(Refusal::Gone)?;
    crm.audit(Event {
        action: AuditAction::ConsentWithdraw,
        entity_id: Some(ended.id),
        before: Some(json!({ "client": client.id, "means": ended.means })),
        after: None,
        reason: None,
    })
    .await?;
    Ok(())
}

/// The last consent of a client, valid or withdrawn.
async fn line(crm: &mut Crm<'_>, client: i64) -> Result<Option<ConsentLine>, SystemError> {
    let row = sqlx::query!(
        "select c.means, c.given_at, c.withdrawn_at, who.full_name
               from client_consent c join staff_user who on who.id = c.noted_by
              where c.client_id = $1 and c.voided_at is null
              order by c.withdrawn_at is null desc, c.withdrawn_at desc, c.id desc limit 1",
        client
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    Ok(row.map(|row| ConsentLine {
        means: ConsentMeans::from_code(&row.means),
        given_at: row.given_at,
        noted_by: row.full_name,
        withdrawn_at: row.withdrawn_at,
    }))
}

/// After a merge the older client has the younger one's consents too. The last statement holds: a consent from before the
/// last withdrawal, on either card, is over.
pub(super) async fn unite(crm: &mut Crm<'_>, stays: i64, goes: i64, reason: &Reason) -> Result<United, SystemError> {
    let ended = sqlx::query!(
        "update client_consent c set withdrawn_at = last.at, withdrawn_by = last.by
               from (select withdrawn_at as at, withdrawn_by as by from client_consent
                      where client_id in ($1, $2) and voided_at is null and withdrawn_at is not null
                      order by withdrawn_at desc limit 1) last
              where c.client_id in ($1, $2) and c.voided_at is null and c.withdrawn_at is null and c.given_at <= last.at
             returning c.id, c.client_id, c.means",
        stays,
        goes
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    for consent in &ended {
        crm.audit(Event {
            action: AuditAction::ConsentWithdraw,
            entity_id: Some(consent.id),
            before: Some(json!({ "client": consent.client_id, "means": consent.means })),
            after: None,
            reason: Some(reason.as_str()),
        })
        .await?;
    }
    // Of two that hold the older card's stays; the other is in the younger card's past.
    let moved = sqlx::query_scalar!(
        "update client_consent moved set client_id = $1
              where client_id = $2 and voided_at is null
                and (withdrawn_at is not null
                     or not exists (select from client_consent own
                                     where own.client_id = $1 and own.voided_at is null and own.withdrawn_at is null))
             returning id",
        stays,
        goes
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok(United { ended: ended.iter().map(|consent| consent.id).collect(), moved })
}
