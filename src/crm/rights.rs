//! Rights of users: group membership, block and unblock, and the last administrator, who stays (A5–A8).

use serde_json::{Value, json};

use super::audit::{AuditAction, Event};
use super::{Crm, Person, Refusal, Result, StaffId, access, handover, invites, passwords, staff};
use crate::domain::Permission;
use crate::error::SystemError;

/// The advisory lock of changes of rights; the number is ours alone and means nothing.
const RIGHTS: i64 = 0x6372_6d62_6f74_0002;

/// Demands a right for a change of rights, before and after the wait for every other such change: of two administrators
/// who demote each other at once the second one has lost the right by then (A6, G5). Gives the actor's id.
pub(super) async fn lock(crm: &mut Crm<'_>, right: Permission) -> Result<StaffId> {
    crm.require(right).await?;
    wait(crm).await?;
    crm.require(right).await
}

/// Waits for every other change of rights, and reads the actor's rights after it.
pub(super) async fn wait(crm: &mut Crm<'_>) -> Result<(), SystemError> {
    sqlx::query!("select pg_advisory_xact_lock($1)", RIGHTS).execute(crm.writing().await?).await?;
    // The system has no account to be read from.
    if crm.actor.staff().is_none_or(|staff| staff.id != StaffId::SYSTEM) {
        crm.read_actor().await?;
    }
    Ok(())
}

/// Demands the right to manage this person. A superuser is managed by superusers alone: a new invite for their account
/// would make an administrator one.
pub(super) async fn require_over(crm: &mut Crm<'_>, staff: StaffId) -> Result<(StaffId, Person)> {
    let by = crm.require(Permission::StaffManage).await?;
    let person = staff::person(crm, staff).await?.ok_or(Refusal::Gone)?;
    if person.is_superuser && !crm.actor.staff().is_some_and(|actor| actor.is_superuser) {
        crm.deny(Permission::StaffManage).await?;
        return Err(Refusal::Denied.into());
    }
    Ok((by, person))
}

/// Puts a person into a group, or takes them out of it. Tells whether that changed anything.
///
/// # Errors
/// [`Refusal::Denied`] without the right, [`Refusal::Gone`] for forged ids, [`Refusal::LastAdministrator`] (A8).
pub async fn set_group(crm: &mut Crm<'_>, staff: StaffId, group: i64, member: bool) -> Result<bool> {
    lock(crm, Permission::StaffManage).await?;
    require_over(crm, staff).await?;
    if member {
        return join(crm, staff, group).await;
    }
    crm.atomically(async |crm| {
        let left = put_membership(crm, staff, group, false).await?;
        if left {
            let (before, after) = (json!({ "group_id": group }), json!({ "group_id": null }));
            audit_person(crm, AuditAction::StaffLeave, staff, before, after).await?;
        }
        Ok(left)
    })
    .await
}

pub(super) async fn join(crm: &mut Crm<'_>, staff: StaffId, group: i64) -> Result<bool> {
    let joined = put_membership(crm, staff, group, true).await?;
    if joined {
        let (before, after) = (json!({ "group_id": null }), json!({ "group_id": group }));
        audit_person(crm, AuditAction::StaffJoin, staff, before, after).await?;
    }
    Ok(joined)
}

/// Puts a person into a group, or takes them out of it as long as another administrator is left (A8). Tells whether
/// that changed anything.
pub(super) async fn put_membership(crm: &mut Crm<'_>, staff: StaffId, group: i64, member: bool) -> Result<bool> {
    let changed = if member { enter(crm, staff, group).await? } else { quit(crm, staff, group).await? };
    if changed {
        crm.staff_changed(staff);
    }
    Ok(changed)
}

async fn quit(crm: &mut Crm<'_>, staff: StaffId, group: i64) -> Result<bool> {
    let was_administrator = manages_staff(crm, staff).await?;
    let left = sqlx::query!(
        "update group_member set removed_at = $3 where user_id = $1 and group_id = $2 and removed_at is null",
        staff.0,
        group,
        crm.now
    )
    .execute(&mut *crm.connection)
    .await?;
    if left.rows_affected() == 0 {
        return Ok(false);
    }
    if was_administrator && !manages_staff(crm, staff).await? {
        require_holder(crm, Permission::StaffManage, Some(staff)).await?;
    }
    Ok(true)
}

async fn enter(crm: &mut Crm<'_>, staff: StaffId, group: i64) -> Result<bool> {
    let joined = sqlx::query!(
        "insert into group_member (group_id, user_id, added_at)
             select id, $2, $3 from user_group where id = $1 and voided_at is null
             on conflict (user_id, group_id) where removed_at is null do nothing",
        group,
        staff.0,
        crm.now
    )
    .execute(&mut *crm.connection)
    .await?;
    if joined.rows_affected() == 0 {
        let known = sqlx::query_scalar!(
            r#"select exists (select from user_group where id = $1 and voided_at is null) as "known!""#,
            group
        )
        .fetch_one(&mut *crm.connection)
        .await?;
        return if known { Ok(false) } else { Err(Refusal::Gone.into()) };
    }
    Ok(true)
}

/// Ends a user's access at once, with the password (A15) and every invite on its way; or gives access back (A6). Tells
/// whether that changed anything.
///
/// # Errors
/// [`Refusal::Denied`] without the right, [`Refusal::Gone`] for a forged id, [`Refusal::LastAdministrator`] (A8).
pub async fn set_active(crm: &mut Crm<'_>, staff: StaffId, active: bool) -> Result<bool> {
    lock(crm, Permission::StaffManage).await?;
    require_over(crm, staff).await?;
    crm.atomically(async |crm| {
        let changed = put_access(crm, staff, active).await?;
        if changed {
            let (before, after) = (json!({ "active": !active }), json!({ "active": active }));
            audit_person(
                crm,
                if active { AuditAction::StaffUnblock } else { AuditAction::StaffBlock },
                staff,
                before,
                after,
            )
            .await?;
        }
        Ok(changed)
    })
    .await
}

/// Ends or opens a person's access, as long as another administrator is left (A8). Tells whether that changed anything.
pub(super) async fn put_access(crm: &mut Crm<'_>, staff: StaffId, active: bool) -> Result<bool> {
    let switched = sqlx::query!(
        "update staff_user set active = $2, version = version + 1 where id = $1 and active <> $2
             returning is_superuser",
        staff.0,
        active
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    let Some(person) = switched else { return Ok(false) };
    if !active {
        if person.is_superuser || manages_staff(crm, staff).await? {
            require_holder(crm, Permission::StaffManage, Some(staff)).await?;
        }
        invites::revoke(crm, staff).await?;
        passwords::drop_password(crm, staff, None).await?;
        let chat = sqlx::query_scalar!(
            "select chat_id from telegram_link where user_id = $1 and unlinked_at is null",
            staff.0
        )
        .fetch_optional(&mut *crm.connection)
        .await?;
        if let Some(chat) = chat {
            let language = access::language_of(crm, staff).await?;
            crm.leave_chat(chat, language);
        }
        handover::return_offers_to(crm, staff).await?;
    }
    crm.staff_changed(staff);
    Ok(true)
}

async fn audit_person(
    crm: &mut Crm<'_>,
    action: AuditAction,
    staff: StaffId,
    before: Value,
    after: Value,
) -> Result<(), SystemError> {
    let (before, after, entity_id) = (Some(before), Some(after), Some(staff.0));
    crm.audit(Event { action, entity_id, before, after, reason: None }).await
}

/// Whether a group gives the person the right to manage people.
async fn manages_staff(crm: &mut Crm<'_>, staff: StaffId) -> Result<bool, SystemError> {
    let manages = sqlx::query_scalar!(
        r#"select exists (
                   select from granted_permission g where g.user_id = $1 and g.permission = $2) as "manages!""#,
        staff.0,
        Permission::StaffManage.code()
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    Ok(manages)
}

/// A8: a user who is active, can log in and has the right must remain, another one than `but`. An administrator whose
/// invite was never opened does not count yet.
pub(super) async fn require_holder(crm: &mut Crm<'_>, right: Permission, but: Option<StaffId>) -> Result<()> {
    let another = sqlx::query_scalar!(
        r#"select exists (
                   select from staff_user u
                    where u.id is distinct from $1 and u.active
                      and (u.password_hash is not null and (select password_logins from login_policy) or exists (
                           select from telegram_link where user_id = u.id and unlinked_at is null))
                      and (u.is_superuser or exists (
                           select from granted_permission g where g.user_id = u.id and g.permission = $2))) as "another!""#,
        but.map(|staff| staff.0),
        right.code()
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    if another { Ok(()) } else { Err(Refusal::LastAdministrator.into()) }
}
