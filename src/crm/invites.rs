//! New accounts and their one-time invites (A2, A14, G2).

use chrono::{DateTime, Duration, Utc};
use serde_json::json;

use super::audit::{AuditAction, Event};
use super::code::{self, Code};
use super::{Crm, Refusal, Result, StaffId, groups, passwords, rights};
use crate::domain::{FullName, Group, Permission, Username};
use crate::error::SystemError;

/// How long an invite stands.
const INVITE_DAYS: i64 = 7;

/// A one-time code and the end of its life. The code is shown once: only its hash is stored.
#[derive(Clone)]
pub struct Invite {
    pub code: Code,
    /// It works before this moment.
    pub expires_at: DateTime<Utc>,
}

/// An invite with its user.
#[derive(Clone)]
pub struct Issued {
    pub staff: StaffId,
    pub username: String,
    pub full_name: String,
    pub invite: Invite,
}

/// A new user.
pub struct NewPerson {
    pub username: Username,
    pub full_name: FullName,
    /// Ids of their groups.
    pub groups: Vec<i64>,
}

/// Creates an account in its groups, with an invite and without a password.
///
/// # Errors
/// [`Refusal::Denied`] without the right, [`Refusal::Taken`] for a login that exists, [`Refusal::Gone`] for a forged
/// group.
pub async fn add_person(crm: &mut Crm<'_>, person: NewPerson) -> Result<Issued> {
    let by = rights::lock(crm, Permission::StaffManage).await?;
    crm.atomically(async |crm| {
        let (username, full_name) = (String::from(person.username), String::from(person.full_name));
        let staff = insert_person(crm, &username, &full_name, None, by).await?;
        for group in person.groups {
            rights::join(crm, staff, group).await?;
        }
        let invite = issue(crm, staff, by).await?;
        Ok(Issued { staff, username, full_name, invite })
    })
    .await
}

/// A new invite for a user who has an account; the earlier ones end, and so does the password (A15).
///
/// # Errors
/// [`Refusal::Denied`] without the right, [`Refusal::Gone`] for a forged id or a blocked person.
pub async fn new_invite(crm: &mut Crm<'_>, staff: StaffId) -> Result<Issued> {
    let (by, person) = rights::require_over(crm, staff).await?;
    if !person.active {
        return Err(Refusal::Gone.into());
    }
    passwords::drop_password(crm, staff, None).await?;
    let invite = issue(crm, staff, by).await?;
    Ok(Issued { staff, username: person.username, full_name: person.full_name, invite })
}

/// `crmbot invite` on the server: creates the account or finds it, adds groups, makes a superuser, and invites.
/// No group is taken away; the password is (A15). Only the system itself may do it.
///
/// # Errors
/// [`Refusal::Denied`] for any other actor, [`Refusal::Gone`] for a blocked person.
pub async fn invite_from_server(
    crm: &mut Crm<'_>,
    username: &Username,
    full_name: Option<FullName>,
    groups: &[Group],
    superuser: bool,
) -> Result<Issued> {
    let by = crm.require(Permission::StaffManage).await?;
    if by != StaffId::SYSTEM {
        return Err(Refusal::Denied.into());
    }
    rights::lock(crm, Permission::StaffManage).await?;
    let known = sqlx::query_scalar!("select id from staff_user where username = $1", username.as_str())
        .fetch_optional(&mut *crm.connection)
        .await?;
    let staff = match known {
        Some(id) => StaffId(id),
        None => {
            let name = full_name.as_ref().map_or(username.as_str(), FullName::as_str);
            insert_person(crm, username.as_str(), name, None, by).await?
        }
    };
    if let Some(name) = full_name.filter(|_| known.is_some()) {
        rename(crm, staff, &name).await?;
    }
    for &group in groups {
        let group = groups::ensure(crm, group).await?;
        rights::join(crm, staff, group).await?;
    }
    if superuser {
        make_superuser(crm, staff).await?;
    }
    new_invite(crm, staff).await
}

pub(super) async fn insert_person(
    crm: &mut Crm<'_>,
    username: &str,
    full_name: &str,
    password_hash: Option<&str>,
    by: StaffId,
) -> Result<StaffId> {
    let id = sqlx::query_scalar!(
        "insert into staff_user (username, full_name, password_hash, created_at, created_by)
             values ($1, $2, $3, $4, $5) returning id",
        username,
        full_name,
        password_hash,
        crm.now,
        by.0
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    let after = json!({ "username": username, "full_name": full_name });
    audit_staff(crm, AuditAction::StaffCreate, StaffId(id), after).await?;
    Ok(StaffId(id))
}

async fn rename(crm: &mut Crm<'_>, staff: StaffId, name: &FullName) -> Result<(), SystemError> {
    sqlx::query!(
        "update staff_user set full_name = $2, version = version + 1 where id = $1 and full_name <> $2",
        staff.0,
        name.as_str()
    )
    .execute(&mut *crm.connection)
    .await?;
    audit_staff(crm, AuditAction::StaffRename, staff, json!({ "full_name": name.as_str() })).await
}

async fn make_superuser(crm: &mut Crm<'_>, staff: StaffId) -> Result<(), SystemError> {
    let made = sqlx::query!(
        "update staff_user set is_superuser = true, version = version + 1 where id = $1 and not is_superuser",
        staff.0
    )
    .execute(&mut *crm.connection)
    .await?;
    if made.rows_affected() > 0 {
        audit_staff(crm, AuditAction::StaffSuperuser, staff, json!({ "is_superuser": true })).await?;
    }
    Ok(())
}

/// A fresh one-time code for a person; earlier unused ones end.
pub(super) async fn issue(crm: &mut Crm<'_>, staff: StaffId, by: StaffId) -> Result<Invite, SystemError> {
    end(crm, staff).await?;
    let code = Code::fresh()?;
    let expires_at = crm.now + Duration::days(INVITE_DAYS);
    sqlx::query!(
        "insert into invite (code_hash, user_id, expires_at, created_at, created_by) values ($1, $2, $3, $4, $5)",
        code::hash(code.as_str()),
        staff.0,
        expires_at,
        crm.now,
        by.0
    )
    .execute(&mut *crm.connection)
    .await?;
    audit_staff(crm, AuditAction::StaffInvite, staff, json!({ "expires_at": expires_at })).await?;
    Ok(Invite { code, expires_at })
}

/// Ends every pending invite of a person. Tells whether there was one.
pub(super) async fn end(crm: &mut Crm<'_>, staff: StaffId) -> Result<bool, SystemError> {
    let ended = sqlx::query!(
        "update invite set revoked_at = $2 where user_id = $1 and used_at is null and revoked_at is null",
        staff.0,
        crm.now
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(ended.rows_affected() > 0)
}

pub(super) async fn audit_staff(
    crm: &mut Crm<'_>,
    action: AuditAction,
    staff: StaffId,
    after: serde_json::Value,
) -> Result<(), SystemError> {
    let entity_id = Some(staff.0);
    crm.audit(Event { action, entity_id, before: None, after: Some(after), reason: None }).await
}
