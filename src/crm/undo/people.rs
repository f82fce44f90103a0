//! Undoing what gave access; lost access is given back by the ordinary use case alone. The last administrator stays (A8).

use serde::Deserialize;

use super::Kind;
use super::log::Write;
use crate::crm::{Crm, Refusal, Result, StaffId, group_rights, invites, rights};
use crate::domain::Permission;
use crate::error::SystemError;

#[derive(Deserialize)]
struct Membership {
    group_id: Option<i64>,
}

#[derive(Deserialize, Default)]
struct Switched {
    #[serde(default)]
    granted: Vec<String>,
}

pub(super) async fn reverse_staff(crm: &mut Crm<'_>, kind: Kind, staff: StaffId, write: &Write) -> Result<()> {
    rights::require_over(crm, staff).await?;
    let changed = match kind {
        Kind::Membership => {
            let group = write.after()?.and_then(|side: Membership| side.group_id).ok_or(Refusal::Gone)?;
            rights::put_membership(crm, staff, group, false).await?
        }
        Kind::Access => rights::put_access(crm, staff, false).await?,
        _ => invites::end(crm, staff).await?.is_some(),
    };
    if changed { Ok(()) } else { Err(Refusal::HasDependents.into()) }
}

/// Whether a person has a pending invite: a used one cannot be revoked.
pub(super) async fn is_invited(crm: &mut Crm<'_>, staff: StaffId) -> Result<bool, SystemError> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from invite
                               where user_id = $1 and used_at is null and revoked_at is null) as "invited!""#,
        staff.0
    )
    .fetch_one(&mut *crm.connection)
    .await?)
}

pub(super) async fn has_members(crm: &mut Crm<'_>, group: i64) -> Result<bool, SystemError> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from group_member where group_id = $1 and removed_at is null) as "has!""#,
        group
    )
    .fetch_one(&mut *crm.connection)
    .await?)
}

/// A group that was made by mistake goes with its rights, as long as it has no members.
pub(super) async fn undo_group(crm: &mut Crm<'_>, group: i64) -> Result<()> {
    if has_members(crm, group).await? {
        return Err(Refusal::HasDependents.into());
    }
    sqlx::query!(
        "update user_group set voided_at = $2, version = version + 1 where id = $1 and voided_at is null",
        group,
        crm.now
    )
    .execute(&mut *crm.connection)
    .await?;
    sqlx::query!(
        "update group_permission set revoked_at = $2 where group_id = $1 and revoked_at is null",
        group,
        crm.now
    )
    .execute(&mut *crm.connection)
    .await?;
    Ok(())
}

pub(super) async fn reverse_rights(crm: &mut Crm<'_>, group: i64, write: &Write) -> Result<()> {
    let switched: Switched = write.after()?.unwrap_or_default();
    for right in switched.granted.iter().filter_map(|code| Permission::from_code(code)) {
        group_rights::put(crm, group, right, false).await?;
    }
    group_rights::group_changed(crm, group).await?;
    Ok(())
}
