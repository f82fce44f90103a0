//! Possible assignees of a client: active, linked colleagues with the right.

use super::offer;
use crate::crm::page::{CHOICES, paged};
use crate::crm::{Choices, Crm, Refusal, Result, StaffId, staff};
use crate::domain::Permission;
use crate::error::SystemError;

/// Colleagues to whom a client can be handed, by name: neither the owner nor a colleague who could not answer.
///
/// # Errors
/// As [`offer`](fn@crate::crm::handover::offer) before an assignee is chosen.
pub async fn assignees(crm: &mut Crm<'_>, client: i64, search: &str, page: i64) -> Result<Choices<(StaffId, String)>> {
    let but = offer::previous_owner_of(crm, client).await?;
    let rows = sqlx::query!(
        r#"select u.id, u.full_name, count(*) over () as "total!" from staff_user u
                where u.id > 0 and u.id <> $1 and u.active and position(lower($2) in lower(u.full_name)) > 0
                  and exists (select from telegram_link where user_id = u.id and unlinked_at is null)
                  and (u.is_superuser or exists (
                       select from granted_permission g where g.user_id = u.id and g.permission = $3))
                order by lower(u.full_name) collate "ru-x-icu", u.id"#,
        but.0,
        search,
        Permission::ClientTake.code()
    )
    .fetch_all(&mut *crm.connection)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let (page, pages) = paged(page, total);
    let skipped = usize::try_from((page - 1) * CHOICES).unwrap_or(usize::MAX);
    let shown = rows.into_iter().skip(skipped).take(usize::try_from(CHOICES).unwrap_or(usize::MAX));
    Ok(Choices { rows: shown.map(|row| (StaffId(row.id), row.full_name)).collect(), page, pages })
}

/// One possible assignee.
///
/// # Errors
/// As [`assignees`]; [`Refusal::NoAssignee`] for a forged id and for a colleague who may not take clients any more.
pub async fn assignee(crm: &mut Crm<'_>, client: i64, to: StaffId) -> Result<(StaffId, String)> {
    let but = offer::previous_owner_of(crm, client).await?;
    match staff::person(crm, to).await? {
        Some(person) if to != but && takes_clients(crm, to).await? => Ok((to, person.full_name)),
        _ => Err(Refusal::NoAssignee.into()),
    }
}

/// Whether a user is active, linked, and has the right to take clients.
pub(in crate::crm) async fn takes_clients(crm: &mut Crm<'_>, staff: StaffId) -> Result<bool, SystemError> {
    let takes = sqlx::query_scalar!(
        r#"select exists (
                   select from staff_user u
                    where u.id = $1 and u.active
                      and exists (select from telegram_link where user_id = u.id and unlinked_at is null)
                      and (u.is_superuser or exists (
                           select from granted_permission g where g.user_id = u.id and g.permission = $2))) as "takes!""#,
        staff.0,
        Permission::ClientTake.code()
    )
    .fetch_one(&mut *crm.connection)
    .await?;
    Ok(takes)
}
