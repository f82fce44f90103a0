//! Use cases of services: create, edit, archive, restore.

use serde_json::{Value, json};

use super::{Service, ServiceDraft};
use crate::crm::audit::{AuditAction, Event};
use crate::crm::{Crm, Refusal, Result, StaffId, services};
use crate::domain::{Money, Permission};
use crate::error::SystemError;

/// Creates a service (P1, P2).
///
/// # Errors
/// [`Refusal::Taken`] when a live service has the title; [`Refusal::Denied`] without the right.
pub async fn create(crm: &mut Crm<'_>, draft: &ServiceDraft) -> Result<i64> {
    crm.use_case(Permission::ServiceEdit, async |crm, by| {
        let id = sqlx::query_scalar!(
            "insert into service (title, description, price, created_at, created_by) values ($1, $2, $3, $4, $5)
             returning id",
            draft.title.as_str(),
            draft.description.as_str(),
            draft.price.decimal(),
            crm.now,
            by.0
        )
        .fetch_one(&mut *crm.connection)
        .await?;
        keep_price(crm, id, draft.price, by).await?;
        crm.audit(Event::of(AuditAction::ServiceCreate, id, None, Some(drafted(draft)))).await?;
        Ok(id)
    })
    .await
}

/// Changes a service as it stood at `version` (E1).
///
/// # Errors
/// [`Refusal::Changed`] when another user was quicker, [`Refusal::Taken`], [`Refusal::Gone`], [`Refusal::Denied`].
pub async fn edit(crm: &mut Crm<'_>, id: i64, version: i32, draft: &ServiceDraft) -> Result<()> {
    crm.use_case(Permission::ServiceEdit, async |crm, by| {
        lock(crm, id).await?;
        let before = services::row(crm, id).await?;
        if before.version != version {
            return Err(Refusal::Changed.into());
        }
        put(crm, id, draft, by).await?;
        crm.audit(Event::of(AuditAction::ServiceEdit, id, Some(as_json(&before)), Some(drafted(draft)))).await?;
        Ok(())
    })
    .await
}

/// Writes a service's fields, and its price to the history when it has changed.
pub(in crate::crm) async fn put(crm: &mut Crm<'_>, id: i64, draft: &ServiceDraft, by: StaffId) -> Result<()> {
    let before = services::row(crm, id).await?.price;
    sqlx::query!(
        "update service set title = $2, description = $3, price = $4, version = version + 1 where id = $1",
        id,
        draft.title.as_str(),
        draft.description.as_str(),
        draft.price.decimal()
    )
    .execute(&mut *crm.connection)
    .await?;
    if before != Some(draft.price) {
        keep_price(crm, id, draft.price, by).await?;
    }
    Ok(())
}

/// Archives a service; its running ads stay as they are (P5).
///
/// # Errors
/// [`Refusal::Changed`] when it is archived already, [`Refusal::Gone`], [`Refusal::Denied`].
pub async fn archive(crm: &mut Crm<'_>, id: i64) -> Result<()> {
    crm.use_case(Permission::ServiceEdit, async |crm, _| switch(crm, id, true).await).await
}

/// Brings an archived service back (E3).
///
/// # Errors
/// [`Refusal::Taken`] when a live service has its title now, [`Refusal::Changed`] when it is not archived,
/// [`Refusal::Gone`], [`Refusal::Denied`].
pub async fn restore(crm: &mut Crm<'_>, id: i64) -> Result<()> {
    crm.use_case(Permission::ServiceEdit, async |crm, _| switch(crm, id, false).await).await
}

async fn switch(crm: &mut Crm<'_>, id: i64, archived: bool) -> Result<()> {
    lock(crm, id).await?;
    if services::row(crm, id).await?.archived_at.is_some() == archived {
        return Err(Refusal::Changed.into());
    }
    put_archived(crm, id, archived).await?;
    let (before, after) = (json!({ "archived": !archived }), json!({ "archived": archived }));
    crm.audit(Event::of(
        if archived { AuditAction::ServiceArchive } else { AuditAction::ServiceRestore },
        id,
        Some(before),
        Some(after),
    ))
    .await?;
    Ok(())
}

pub(in crate::crm) async fn put_archived(crm: &mut Crm<'_>, id: i64, archived: bool) -> Result<()> {
    sqlx::query!(
        "update service set archived_at = case when $2 then $3::timestamptz end, version = version + 1 where id = $1",
        id,
        archived,
        crm.now
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}

/// Locks a service: waits for another user's change of it.
///
/// # Errors
/// [`Refusal::Gone`] for a forged id and for one whose entry was undone.
pub(in crate::crm) async fn lock(crm: &mut Crm<'_>, id: i64) -> Result<()> {
    let known = sqlx::query_scalar!("select id from service where id = $1 and voided_at is null for update", id)
        .fetch_optional(&mut *crm.connection)
        .await?;
    known.ok_or(Refusal::Gone)?;
    Ok(())
}

/// Demands that a service can be chosen, and holds it so until the end of the turn (P3).
pub(in crate::crm) async fn hold_live(crm: &mut Crm<'_>, id: i64) -> Result<()> {
    let archived_at = sqlx::query_scalar!("select archived_at from service where id = $1 for share", id)
        .fetch_optional(&mut *crm.connection)
        .await?
        .ok_or(Refusal::Gone)?;
    match archived_at {
        Some(_) => Err(Refusal::ServiceArchived.into()),
        None => Ok(()),
    }
}

async fn keep_price(crm: &mut Crm<'_>, id: i64, price: Money, by: StaffId) -> Result<(), SystemError> {
    sqlx::query!(
        "insert into service_price (service_id, price, changed_at, changed_by) values ($1, $2, $3, $4)",
        id,
        price.decimal(),
        crm.now,
        by.0
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}

fn as_json(service: &Service) -> Value {
    json!({ "title": service.title, "description": service.description, "price": service.price })
}

fn drafted(draft: &ServiceDraft) -> Value {
    json!({ "title": draft.title, "description": draft.description, "price": draft.price })
}
