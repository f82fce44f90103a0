//! Rights of groups, one by one; an administrator who can change them always remains (A8).

use serde_json::json;

use super::audit::{AuditAction, Event};
use super::{Crm, Refusal, Result, StaffId, rights};
use crate::domain::{Permission, PermissionSet};
use crate::error::SystemError;

/// A group with its rights.
#[derive(Debug, Clone)]
pub struct GroupCard {
    pub id: i64,
    /// As stored.
    pub name: String,
    /// How many people are in it.
    pub members: i64,
    /// The rights that it gives them, of those that a use case demands.
    pub rights: PermissionSet,
}

/// All groups, in the order in which they were made.
///
/// # Errors
/// [`Refusal::Denied`] without the right.
pub async fn cards(crm: &mut Crm<'_>) -> Result<Vec<GroupCard>> {
    crm.require(Permission::GroupManage).await?;
    let rows = sqlx::query!(
        r#"select g.id, g.name,
                      (select count(*) from group_member where group_id = g.id and removed_at is null) as "members!",
                      array(select permission from group_permission
                             where group_id = g.id and revoked_at is null) as "rights!"
                 from user_group g where g.voided_at is null order by g.id"#
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| GroupCard {
            id: row.id,
            name: row.name,
            members: row.members,
            rights: row
                .rights
                .iter()
                .filter_map(|code| Permission::from_code(code))
                .filter(|right| right.is_in_use())
                .collect(),
        })
        .collect())
}

/// Gives a right to a group, or takes it away; the menus of its people follow. Tells whether that changed anything.
///
/// # Errors
/// [`Refusal::Denied`] without the right, [`Refusal::Gone`] for a forged id and for the grant of a right that no use case
/// demands, [`Refusal::LastAdministrator`] when no user would be left to manage people or groups (A8).
pub async fn set(crm: &mut Crm<'_>, group: i64, right: Permission, on: bool) -> Result<bool> {
    rights::lock(crm, Permission::GroupManage).await?;
    if on && !right.is_in_use() {
        return Err(Refusal::Gone.into());
    }
    crm.atomically(async |crm| {
        let known = sqlx::query_scalar!("select id from user_group where id = $1 and voided_at is null", group)
            .fetch_optional(&mut *crm.connection)
            .await?;
        known.ok_or(Refusal::Gone)?;
        if !put(crm, group, right, on).await? {
            return Ok(false);
        }
        group_changed(crm, group).await?;
        let codes = [right.code()];
        crm.audit(Event {
            action: if on { AuditAction::GroupGrant } else { AuditAction::GroupWithdraw },
            entity_id: Some(group),
            before: None,
            after: Some(if on { json!({ "granted": codes }) } else { json!({ "revoked": codes }) }),
            reason: None,
        })
        .await?;
        Ok(true)
    })
    .await
}

/// Gives a right to a group, or takes it away as long as another user has what administrators need (A8). Tells whether
/// that changed anything.
pub(super) async fn put(crm: &mut Crm<'_>, group: i64, right: Permission, on: bool) -> Result<bool> {
    let changed = match on {
        true => {
            sqlx::query!(
                "insert into group_permission (group_id, permission, granted_at) values ($1, $2, $3)
                     on conflict (group_id, permission) where revoked_at is null do nothing",
                group,
                right.code(),
                crm.now
            )
            .execute(&mut *crm.connection)
            .await?
        }
        false => {
            sqlx::query!(
                "update group_permission set revoked_at = $3
                      where group_id = $1 and permission = $2 and revoked_at is null",
                group,
                right.code(),
                crm.now
            )
            .execute(&mut *crm.connection)
            .await?
        }
    };
    if changed.rows_affected() == 0 {
        return Ok(false);
    }
    if !on && matches!(right, Permission::StaffManage | Permission::GroupManage) {
        rights::require_holder(crm, right, None).await?;
    }
    Ok(true)
}

/// Updates the menus of all members of the group, the actor's own too.
pub(super) async fn group_changed(crm: &mut Crm<'_>, group: i64) -> Result<(), SystemError> {
    let members = sqlx::query_scalar!(
        "select user_id from group_member where group_id = $1 and removed_at is null order by user_id",
        group
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    members.iter().for_each(|member| crm.staff_changed(StaffId(*member)));
    if crm.actor.staff().is_some_and(|staff| members.contains(&staff.id.0)) {
        crm.read_actor().await?;
    }
    Ok(())
}
