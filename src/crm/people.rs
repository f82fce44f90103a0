//! The staff for administrators: the list, the card, the groups.

use chrono::{DateTime, Utc};

use super::{Crm, Page, Refusal, Result, StaffId};
use crate::domain::Permission;
use crate::error::SystemError;

/// A colleague with their groups and ways to log in.
pub struct Colleague {
    pub id: StaffId,
    pub username: String,
    pub full_name: String,
    /// Whether they may work.
    pub active: bool,
    pub is_superuser: bool,
    /// Whether they can log in by password.
    pub has_password: bool,
    /// Ids of their groups.
    pub groups: Vec<i64>,
    /// Whether a Telegram account is linked.
    pub linked: bool,
    /// The time of the last login; none without one.
    pub entered_at: Option<DateTime<Utc>>,
    /// The time of their last action in the log.
    pub acted_at: Option<DateTime<Utc>>,
    /// Since when no message reaches them (R8).
    pub unreachable_at: Option<DateTime<Utc>>,
    /// The end of their pending invite.
    pub invited_until: Option<DateTime<Utc>>,
}

pub struct GroupRow {
    pub id: i64,
    /// As stored.
    pub name: String,
}

/// People after the one of id `after`, by name.
///
/// # Errors
/// [`Refusal::Denied`] without the right.
pub async fn list(crm: &mut Crm<'_>, after: Option<i64>, limit: i64) -> Result<Page<Colleague>> {
    crm.require(Permission::StaffManage).await?;
    let total = sqlx::query_scalar!(r#"select count(*) as "total!" from staff_user where id > 0"#)
        .fetch_one(&mut *crm.connection)
        .await?;
    let rows = read(crm, after, None, limit).await?;
    Ok(Page { last: rows.last().map(|person| person.id.0), rows, total: total.into(), further: false })
}

/// One colleague.
///
/// # Errors
/// [`Refusal::Denied`] without the right, [`Refusal::Gone`] for a forged id.
pub async fn colleague(crm: &mut Crm<'_>, staff: StaffId) -> Result<Colleague> {
    crm.require(Permission::StaffManage).await?;
    Ok(read(crm, None, Some(staff.0), 1).await?.pop().ok_or(Refusal::Gone)?)
}

/// The groups there are.
///
/// # Errors
/// [`Refusal::Denied`] without the right.
pub async fn groups(crm: &mut Crm<'_>) -> Result<Vec<GroupRow>> {
    crm.require(Permission::StaffManage).await?;
    let rows = sqlx::query_as!(GroupRow, "select id, name from user_group where voided_at is null order by id")
        .fetch_all(&mut *crm.connection)
        .await?;
    Ok(rows)
}

async fn read(
    crm: &mut Crm<'_>,
    after: Option<i64>,
    only: Option<i64>,
    limit: i64,
) -> Result<Vec<Colleague>, SystemError> {
    let rows = sqlx::query!(
            r#"select u.id, u.username, u.full_name, u.active, u.is_superuser,
                      u.password_hash is not null as "has_password!",
                      array(select group_id from group_member
                             where user_id = u.id and removed_at is null order by group_id) as "groups!",
                      exists (select from telegram_link where user_id = u.id and unlinked_at is null) as "linked!",
                      (select max(linked_at) from telegram_link where user_id = u.id) as entered_at,
                      (select at from audit_event where actor_id = u.id order by id desc limit 1) as acted_at,
                      (select s.unreachable_at from telegram_link l join chat_session s on s.chat_id = l.chat_id
                        where l.user_id = u.id and l.unlinked_at is null) as unreachable_at,
                      (select max(expires_at) from invite
                        where user_id = u.id and used_at is null and revoked_at is null and expires_at > $4) as invited_until
                 from staff_user u
                where u.id > 0 and ($2::bigint is null or u.id = $2)
                  and ($1::bigint is null
                       or (lower(u.full_name), u.id) > (select lower(full_name), id from staff_user where id = $1))
                order by lower(u.full_name), u.id limit $3"#,
            after,
            only,
            limit,
            crm.now
        )
        .fetch_all(&mut *crm.connection)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Colleague {
            id: StaffId(row.id),
            username: row.username,
            full_name: row.full_name,
            active: row.active,
            is_superuser: row.is_superuser,
            has_password: row.has_password,
            groups: row.groups,
            linked: row.linked,
            entered_at: row.entered_at,
            acted_at: row.acted_at,
            unreachable_at: row.unreachable_at,
            invited_until: row.invited_until,
        })
        .collect())
}
