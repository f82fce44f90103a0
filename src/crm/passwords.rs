//! Passwords of accounts: set by their owners, removed with access, switched off for the company (A13, A15–A17).

use serde_json::json;

use super::audit::{AuditAction, Event};
use super::{Audience, Crm, Notice, Refusal, Result, StaffId, rights};
use crate::domain::Permission;
use crate::error::SystemError;

/// Grows with every change of the actor's password; zero for a stranger.
pub async fn epoch(crm: &mut Crm<'_>) -> Result<i32, SystemError> {
    let Some(id) = crm.actor.staff().map(|staff| staff.id) else { return Ok(0) };
    Ok(sqlx::query_scalar!("select password_epoch from staff_user where id = $1", id.0)
        .fetch_one(&mut *crm.connection)
        .await?)
}

/// Sets the actor's own password; the owner and the administrators are told (A16).
///
/// # Errors
/// [`Refusal::Changed`] when the password has changed since `epoch` was read, [`Refusal::Denied`] for a stranger.
pub async fn set(crm: &mut Crm<'_>, hash: &str, epoch: i32) -> Result<()> {
    let Some(staff) = crm.actor.staff() else { return Err(Refusal::Denied.into()) };
    let (id, who, username) = (staff.id, staff.full_name.clone(), staff.username.clone());
    let set = sqlx::query!(
        "update staff_user set password_hash = $2 where id = $1 and password_epoch = $3",
        id.0,
        hash,
        epoch
    )
    .execute(crm.writing().await?)
    .await?;
    if set.rows_affected() == 0 {
        return Err(Refusal::Changed.into());
    }
    crm.audit(Event {
        action: AuditAction::StaffPassword,
        entity_id: Some(id.0),
        before: None,
        after: None,
        reason: None,
    })
    .await?;
    let own = Audience::Chat(crm.actor.visitor.chat_id, crm.actor.language);
    crm.notify(own, Notice::OwnPasswordChanged);
    let notice = Notice::PasswordChanged { staff: id, who, username };
    crm.notify(Audience::Holders(Permission::StaffManage), notice);
    Ok(())
}

/// Removes a user's password. Tells whether there was one (A15).
///
/// # Errors
/// [`Refusal::Denied`] without the right, [`Refusal::Gone`] for a forged id.
pub async fn remove(crm: &mut Crm<'_>, staff: StaffId) -> Result<bool> {
    rights::lock(crm, Permission::StaffManage).await?;
    rights::require_over(crm, staff).await?;
    Ok(drop_password(crm, staff, None).await?)
}

/// Removes a password together with the access that it gave, except one with the hash `but`. Tells whether there was one.
pub(super) async fn drop_password(crm: &mut Crm<'_>, staff: StaffId, but: Option<&str>) -> Result<bool, SystemError> {
    let dropped = sqlx::query!(
        "update staff_user set password_hash = null
              where id = $1 and password_hash is not null and password_hash is distinct from $2",
        staff.0,
        but
    )
    .execute(crm.writing().await?)
    .await?;
    if dropped.rows_affected() == 0 {
        return Ok(false);
    }
    crm.audit(Event {
        action: AuditAction::StaffPasswordRemoved,
        entity_id: Some(staff.0),
        before: None,
        after: None,
        reason: None,
    })
    .await?;
    crm.notify(Audience::One(staff), Notice::PasswordRemoved);
    if crm.actor.staff().is_some_and(|actor| actor.id == staff) {
        crm.change_identity();
    }
    Ok(true)
}

/// Whether people may log in by password (A16).
pub async fn password_logins(crm: &mut Crm<'_>) -> Result<bool, SystemError> {
    let on = sqlx::query_scalar!("select password_logins from login_policy").fetch_optional(&mut *crm.connection);
    Ok(on.await?.unwrap_or(true))
}

/// Switches logins by password on or off for the company; passwords stay as they are. Tells whether that changed
/// anything.
///
/// # Errors
/// [`Refusal::Denied`] without the right.
pub async fn set_password_logins(crm: &mut Crm<'_>, on: bool) -> Result<bool> {
    rights::lock(crm, Permission::StaffManage).await?;
    let switched = sqlx::query!("update login_policy set password_logins = $1 where password_logins <> $1", on)
        .execute(crm.writing().await?)
        .await?;
    if switched.rows_affected() == 0 {
        return Ok(false);
    }
    crm.audit(Event {
        action: AuditAction::CompanyPasswordLogins,
        entity_id: None,
        before: Some(json!({ "password_logins": !on })),
        after: Some(json!({ "password_logins": on })),
        reason: None,
    })
    .await?;
    Ok(true)
}
