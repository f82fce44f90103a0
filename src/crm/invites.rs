//! New accounts and their one-time invites (A2, A14, G2).

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

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
    rights::lock(crm, Permission::StaffManage).await?;
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
        crm.deny(Permission::StaffManage).await?;
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
    audit_staff(crm, AuditAction::StaffCreate, StaffId(id), None, Some(after)).await?;
    Ok(StaffId(id))
}

async fn rename(crm: &mut Crm<'_>, staff: StaffId, name: &FullName) -> Result<(), SystemError> {
    let renamed = sqlx::query!(
        "update staff_user set full_name = $2, version = version + 1
               from (select id, full_name from staff_user where id = $1 for no key update) was
              where staff_user.id = was.id and was.full_name <> $2 returning was.full_name",
        staff.0,
        name.as_str()
    )
    .fetch_optional(&mut *crm.connection)
    .await?;
    let Some(was) = renamed else { return Ok(()) };
    let (before, after) = (json!({ "full_name": was.full_name }), json!({ "full_name": name.as_str() }));
    audit_staff(crm, AuditAction::StaffRename, staff, Some(before), Some(after)).await
}

async fn make_superuser(crm: &mut Crm<'_>, staff: StaffId) -> Result<(), SystemError> {
    let made = sqlx::query!(
        "update staff_user set is_superuser = true, version = version + 1 where id = $1 and not is_superuser",
        staff.0
    )
    .execute(&mut *crm.connection)
    .await?;
    if made.rows_affected() > 0 {
        let (before, after) = (json!({ "is_superuser": false }), json!({ "is_superuser": true }));
        audit_staff(crm, AuditAction::StaffSuperuser, staff, Some(before), Some(after)).await?;
    }
    Ok(())
}

/// A fresh one-time code for a person; earlier unused ones end.
pub(super) async fn issue(crm: &mut Crm<'_>, staff: StaffId, by: StaffId) -> Result<Invite, SystemError> {
    let ended = end(crm, staff).await?;
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
    let before = ended.map(|ended| json!({ "expires_at": ended }));
    audit_staff(crm, AuditAction::StaffInvite, staff, before, Some(json!({ "expires_at": expires_at }))).await?;
    Ok(Invite { code, expires_at })
}

/// Ends every pending invite of a person. Tells until when the last of them would have worked; none when there was none.
pub(super) async fn end(crm: &mut Crm<'_>, staff: StaffId) -> Result<Option<DateTime<Utc>>, SystemError> {
    let ended = sqlx::query_scalar!(
        "update invite set revoked_at = $2 where user_id = $1 and used_at is null and revoked_at is null
             returning expires_at",
        staff.0,
        crm.now
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok(ended.into_iter().max())
}

/// Ends them together with the access that they would have given; an invite that still worked is an event of its own.
pub(super) async fn revoke(crm: &mut Crm<'_>, staff: StaffId) -> Result<(), SystemError> {
    match end(crm, staff).await? {
        Some(ended) if ended > crm.now => {
            audit_staff(crm, AuditAction::StaffInviteEnd, staff, Some(json!({ "expires_at": ended })), None).await
        }
        _ => Ok(()),
    }
}

async fn audit_staff(
    crm: &mut Crm<'_>,
    action: AuditAction,
    staff: StaffId,
    before: Option<Value>,
    after: Option<Value>,
) -> Result<(), SystemError> {
    crm.audit(Event { action, entity_id: Some(staff.0), before, after, reason: None }).await
}
